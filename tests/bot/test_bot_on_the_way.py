"""A colleague's answer that is still on its way is told to whoever answers the same customer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from harness import House, OpenHouse
from intercom_faults import PATIENT
from on_the_screen import rich, verbs, words
from small_office import scenario
from test_bot_issue_answer import ticks, two_told_it, window

pytestmark = pytest.mark.thorough

ANA = "Please clear the cookies."
BEN = "It is a fault of ours, do not clear the cookies."
COMING = "Ana Ruiz's answer is on its way."
REPLY = "POST /conversations/*/reply"


def submit(house: House) -> str:
    return str((house.ben.view.submit or {})["text"])


async def ten_seconds_go_by(house: House) -> None:
    await house.settle()
    house.clock.machine_ahead += timedelta(seconds=11)
    await house.rest(0.3)


async def over_his_claim(build: OpenHouse) -> House:
    """Ben holds the conversation and writes; Ana answers over him, and may still undo it."""
    house = await build(data=scenario("1001"), undo=timedelta(seconds=10))
    await house.ben.types("/claim 1001")
    await house.settle()
    await house.ben.opens_answer("1001")
    await house.ana.answers("1001", ANA)
    assert "Ben Okoro has claimed this conversation." in words(house.ana.view.blocks)
    await house.ana.submits({})
    await house.settle()
    return house


async def test_who_sends_within_its_ten_seconds_is_asked_with_its_words(build: OpenHouse):
    house = await over_his_claim(build)
    await house.ben.submits({"text": rich(BEN)})
    asked = words(house.ben.view.blocks)
    assert f":warning: {COMING} Nothing was sent." in asked
    assert asked.count(COMING) == 1
    assert ANA in asked
    assert submit(house) == "Send anyway"
    await house.slack.people.close(house.ben.id, house.ben.view.id)
    await ten_seconds_go_by(house)
    assert house.sent() == [("1001", house.ana.admin, ANA)]


async def test_who_sends_anyway_is_not_asked_again_once_it_is_there(build: OpenHouse):
    house = await over_his_claim(build)
    await house.ben.submits({"text": rich(BEN)})
    await ten_seconds_go_by(house)
    assert len(house.sent()) == 1
    await house.ben.submits({})
    assert house.ben.views == []
    await ten_seconds_go_by(house)
    assert [text for _, _, text in house.sent()] == [ANA, BEN]


async def test_what_was_sent_anyway_and_held_up_goes_out_behind_it(build: OpenHouse):
    house = await build(data=scenario("1001"))
    house.fault("intercom", REPLY, "rate_limit", times=-1, seconds=0.05)
    await house.ana.answers("1001", ANA)
    await house.ben.answers("1001", BEN)
    assert COMING in words(house.ben.view.blocks)
    await house.ben.submits({})
    house.clock.machine_ahead += timedelta(minutes=2)
    house.faults.clear()
    await house.until(lambda: len(house.sent()) == 2)
    assert [text for _, _, text in house.sent()] == [ANA, BEN]


async def test_a_window_that_is_opened_shows_it_and_what_was_taken_back_is_not_told(build: OpenHouse):
    house = await build(data=scenario("1001"), undo=timedelta(seconds=10))
    await house.at("09:05")
    await house.ana.presses(house.alert("1001"), "answer")
    await house.settle()
    await house.ana.submits({"text": rich(ANA)})
    await house.settle()
    shown = words((await house.ben.opens_answer("1001")).blocks)
    assert COMING in shown
    assert ANA in shown
    assert submit(house) == "Send to Dana Reyes"
    assert COMING not in words((await house.ana.opens_answer("1001")).blocks), "she wrote it herself"
    await house.ana.presses(house.ana.last, "undo")
    await house.ben.submits({"text": rich(BEN)})
    assert house.ben.views == []
    await ten_seconds_go_by(house)
    assert house.sent() == [("1001", house.ben.admin, BEN)]


async def test_one_that_nobody_confirmed_is_told_until_something_else_is_said(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=PATIENT)
    house.fault("intercom", REPLY, "drop_before")
    await house.ana.answers("1001", ANA)
    card = lambda: house.posts(house.slack.im_with(house.ana.id).id, "post:delivery:")[-1]  # noqa: E731
    await house.until(lambda: "resend" in verbs(card().blocks))
    may_be = "Ana Ruiz's answer may be there already: Intercom did not confirm it."
    assert may_be in words((await house.ben.opens_answer("1001")).blocks)
    await house.ben.submits({"text": rich(BEN)})
    assert may_be in words(house.ben.view.blocks)
    house.tick(30)
    house.intercom.customer_writes("1001", "Hello?")
    assert may_be not in words((await house.ben.opens_answer("1001")).blocks)


async def test_what_did_not_arrive_is_not_sent_once_more_beside_it(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=PATIENT)
    house.fault("intercom", REPLY, "error", status=422)
    await house.ben.answers("1001", BEN)
    card = lambda: house.posts(house.slack.im_with(house.ben.id).id, "post:delivery:")[-1]  # noqa: E731
    await house.until(lambda: "retry" in verbs(card().blocks))
    house.fault("intercom", REPLY, "rate_limit", times=-1, seconds=60)
    await house.ana.answers("1001", ANA)
    await house.settle()
    await house.ben.presses(card(), "retry")
    assert house.ben.heard == (
        "Nothing was sent: Ana Ruiz's answer is on its way. Press Answer… to see it first."
    )


async def test_who_answers_several_is_asked_about_the_one(build: OpenHouse):
    house = await build(data=two_told_it(), undo=timedelta(seconds=10))
    view = await window(house)
    await house.ben.answers("1001", BEN)
    await house.ana.submits({**ticks(view, "1001", "1002"), "text": rich(ANA)})
    asked = words(house.ana.view.blocks)
    assert "Dana Reyes: Ben Okoro's answer is on its way." in asked
    assert BEN in asked
    await ten_seconds_go_by(house)
    assert house.sent() == [("1001", house.ben.admin, BEN)]
    await house.ana.submits({})
    assert house.ana.views == []
    await ten_seconds_go_by(house)
    assert len(house.sent()) == 3


async def test_the_window_for_several_shows_it_when_it_is_opened(build: OpenHouse):
    house = await build(data=two_told_it(), undo=timedelta(seconds=10))
    await house.ben.answers("1001", BEN)
    view = await window(house)
    shown = words(view.blocks)
    assert ":warning: Dana Reyes: Ben Okoro's answer is on its way." in shown
    assert shown.index(BEN) < shown.index("Who gets it"), "read before anybody is ticked"
    assert "Omar Haddad: " not in shown
    await house.ana.submits({**ticks(view, "1001"), "text": rich(ANA)})
    asked = words(house.ana.view.blocks)
    assert asked.count("Ben Okoro's answer is on its way.") == 1, "told as what changed, and not once more"
    await ten_seconds_go_by(house)
    assert house.sent() == [("1001", house.ben.admin, BEN)]


async def test_the_window_for_several_does_not_show_ones_own_or_what_was_taken_back(build: OpenHouse):
    house = await build(data=two_told_it(), undo=timedelta(seconds=10))
    await house.ana.answers("1002", ANA)
    await house.ben.answers("1001", BEN)
    await house.settle()
    (mine,) = house.posts(house.slack.im_with(house.ben.id).id, "post:delivery:")
    await house.ben.presses(mine, "undo")
    assert "on its way" not in words((await window(house)).blocks)
