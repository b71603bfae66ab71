"""What did not arrive is sent once more over a colleague, or into what was closed, only on purpose."""

from __future__ import annotations

import pytest
from answers_told import delivery
from harness import House, OpenHouse
from intercom_faults import PATIENT
from on_the_screen import kept, rich, targets, verbs, words
from small_office import scenario
from test_bot_issue_answer import ticks, two_told_it, window

pytestmark = pytest.mark.thorough

REPLY = "POST /conversations/*/reply"

DID_NOT_ARRIVE = {"retry": ("error", {"status": 422}), "resend": ("drop_before", {})}
"""What Intercom has to do for a button to be there."""


async def failed(build: OpenHouse, verb: str) -> House:
    """Ana answers a free conversation, and it does not arrive."""
    house = await build(data=scenario("1001"), timings=PATIENT)
    await house.at("09:05")
    kind, more = DID_NOT_ARRIVE[verb]
    house.fault("intercom", REPLY, kind, **more)
    await house.ana.answers("1001", "It is repaired.")
    await house.until(lambda: verb in verbs(delivery(house).blocks))
    return house


async def is_not_sent(house: House, verb: str, why: str) -> None:
    await house.ana.presses(delivery(house), verb)
    assert house.ana.heard == f"Nothing was sent: {why}. Press Answer… to see it first."
    await house.rest(0.3)
    assert house.sent() == []


@pytest.mark.parametrize("verb", DID_NOT_ARRIVE)
async def test_what_a_colleague_has_by_now_is_left_to_them(build: OpenHouse, verb: str):
    house = await failed(build, verb)
    if verb == "resend":
        await house.ana.types("/claim 1001")
        await house.ana.presses(house.ana.last, "release")
    await house.ben.types("/claim 1001")
    assert "*Yours now*" in house.ben.heard
    await house.settle()
    await is_not_sent(house, verb, "Ben Okoro has claimed this conversation")
    await house.ana.presses(delivery(house), "rewrite")
    await house.bot.front.finish()
    assert "claimed by Ben Okoro" in words(house.ana.view.blocks)


@pytest.mark.parametrize("verb", DID_NOT_ARRIVE)
async def test_what_was_closed_since_stays_closed(build: OpenHouse, verb: str):
    house = await failed(build, verb)
    house.intercom.closes("1001", house.ben.admin)
    await is_not_sent(house, verb, "this conversation was closed")
    assert house.intercom.conversation("1001")["state"] == "closed"


@pytest.mark.parametrize("verb", DID_NOT_ARRIVE)
async def test_a_second_press_tells_how_the_answer_stands_not_that_nothing_was_sent(
    build: OpenHouse, verb: str
):
    house = await failed(build, verb)
    old = kept(delivery(house))
    await house.ana.presses(old, verb, seen=old)
    assert house.ana.heard == "Sending it again."
    await house.ana.presses(old, verb, seen=old)
    assert house.ana.heard == "It is on its way already."
    await house.until(house.sent)
    await house.settle()
    await house.ana.presses(old, verb, seen=old)
    assert house.ana.heard == "It is in Intercom already: nothing more was sent."
    await house.rest(0.3)
    assert house.sent() == [("1001", house.ana.admin, "It is repaired.")]


async def test_the_other_button_of_an_older_card_sends_nothing(build: OpenHouse):
    house = await failed(build, "retry")
    old = kept(delivery(house))
    house.fault("intercom", REPLY, "drop_before")
    await house.ana.presses(old, "retry", seen=old)
    await house.until(lambda: "resend" in verbs(delivery(house).blocks))
    await house.ana.presses(old, "retry", seen=old)
    assert house.ana.heard == "Nothing more was sent: its own message says how it stands now."
    await house.rest(0.3)
    assert house.sent() == []


async def test_what_was_sent_over_a_colleague_on_purpose_can_be_retried_over_them(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=PATIENT)
    await house.at("09:05")
    await house.ben.types("/claim 1001")
    await house.settle()
    house.fault("intercom", REPLY, "error", status=422)
    await house.ana.answers("1001", "It is repaired.")
    assert (house.ana.view.submit or {})["text"] == "Send anyway"
    await house.ana.submits({})
    await house.until(lambda: "retry" in verbs(delivery(house).blocks))
    await house.ana.presses(delivery(house), "retry")
    assert house.ana.heard == "Sending it again."
    await house.until(house.sent)
    assert house.sent() == [("1001", house.ana.admin, "It is repaired.")]


async def test_of_an_answer_to_several_only_what_stands_as_it_did_is_sent_once_more(build: OpenHouse):
    house = await build(data=two_told_it(), timings=PATIENT)
    view = await window(house)
    house.fault("intercom", REPLY, "error", status=422, times=2)
    await house.ana.submits({**ticks(view, "1001", "1002"), "text": rich("It works again.")})
    await house.until(lambda: "2 not sent" in words(delivery(house).blocks))
    await house.ben.types("/claim 1001")
    await house.settle()
    card = delivery(house)
    for value in targets(card.blocks, "retry"):
        await house.slack.people.click(house.ana.id, card.channel, card.ts, "wb:retry", value=value)
    told = [words(each.blocks) for each in house.ana.told()[-2:]]
    see = "Press Answer…, or type `/answer 1001`, to see it first."
    why = f"Ben Okoro has claimed this conversation. {see}"
    assert told == [f"Nothing was sent: {why}", "Sending it again."]
    await house.until(house.sent)
    assert [each[0] for each in house.sent()] == ["1002"]


async def refused_for_one(build: OpenHouse) -> House:
    """Ana answers two at once, and Intercom refuses the answer to Dana."""
    house = await build(data=two_told_it(), timings=PATIENT)
    view = await window(house)
    house.fault("intercom", "POST /conversations/1001/reply", "error", status=422)
    await house.ana.submits({**ticks(view, "1001", "1002"), "text": rich("It works again.")})
    await house.until(lambda: "1 sent and 1 not sent" in words(delivery(house).blocks))
    return house


async def test_of_an_answer_to_several_what_did_not_arrive_is_written_again_from_its_words(build: OpenHouse):
    house = await refused_for_one(build)
    house.tick(20)
    house.intercom.customer_writes("1001", "It fails on the phone, too.")
    await house.settle()
    assert verbs(delivery(house).blocks) == ["retry", "rewrite"]
    await house.ana.presses(delivery(house), "retry")
    assert house.ana.heard.startswith("Nothing was sent: somebody has written there since. Press Answer…")
    await house.ana.presses(delivery(house), "rewrite")
    await house.settle()
    assert "It fails on the phone, too." in words(house.ana.view.blocks)
    assert "It works again." in str(house.ana.view.blocks)
    await house.ana.submits({})
    await house.until(lambda: len(house.sent()) == 2)
    assert sorted(each[0] for each in house.sent()) == ["1001", "1002"]


async def test_of_an_answer_to_several_what_is_sent_once_more_offers_no_undo_that_cannot_be(build: OpenHouse):
    house = await refused_for_one(build)
    house.fault("intercom", "GET /conversations/1001", "error", status=503, times=-1)
    shown: list[str] = []
    house.slack.on_change(lambda kind, detail: shown.append(words(delivery(house).blocks)))
    await house.ana.presses(delivery(house), "retry")
    await house.until(lambda: "1 sent and 1 not sent yet" in words(delivery(house).blocks))
    house.faults.clear()
    await house.until(lambda: "2 sent" in words(delivery(house).blocks))
    assert any("It is tried again by itself." in each for each in shown)
    assert not [each for each in shown if "Undo all" in each or "Sending to" in each]


async def test_what_the_customer_wrote_before_and_nobody_knew_of_stands_in_the_way_as_well(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=PATIENT)
    await house.at("09:05")
    await house.ana.opens_answer("1001")
    house.intercom.customer_writes("1001", "Never mind, it was the wrong account.")
    house.tick(30)
    house.fault("intercom", "GET /conversations/*", "error", status=503, times=-1)
    house.fault("intercom", REPLY, "error", status=422)
    await house.ana.submits({"text": rich("I have reset your sign-on.")})
    await house.until(lambda: "retry" in verbs(delivery(house).blocks))
    house.faults.clear()
    await house.later(minutes=2)
    await is_not_sent(house, "retry", "somebody has written there since")
