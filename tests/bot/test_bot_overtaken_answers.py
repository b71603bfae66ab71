"""An answer that waits for Intercom does not go out over what was said there meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from answers_told import delivery
from harness import QUICK, House, OpenHouse
from on_the_screen import option, rich, verbs, words
from small_office import scenario
from test_bot_issue_answer import ticks, two_told_it, window

pytestmark = pytest.mark.thorough

PATIENT = replace(QUICK, attempts=1_000)
REPLY = "POST /conversations/*/reply"
OLD = "We are looking into it, nothing is known yet."


async def waiting(build: OpenHouse) -> House:
    """Ana's answer waits, for Intercom takes none."""
    house = await build(data=scenario("1001"), timings=PATIENT)
    down = house.fault("intercom", REPLY, "rate_limit", times=-1, seconds=0.05)
    await house.ana.answers("1001", OLD)
    await house.until(lambda: down.hits >= 2)
    return house


async def not_sent(house: House) -> str:
    """The card, once Intercom takes answers again."""
    house.faults.clear()
    await house.until(lambda: "*Not sent*" in words(delivery(house).blocks))
    await house.rest(0.3)
    assert OLD not in [text for _, _, text in house.sent()]
    assert verbs(delivery(house).blocks) == ["rewrite"]
    return words(delivery(house).blocks)


def newest(house: House) -> str:
    """What the card says about the answer that Ana wrote last."""
    return words(house.posts(house.slack.im_with(house.ana.id).id, "post:delivery:")[-1].blocks)


async def test_it_is_not_sent_once_a_colleague_answered_and_the_customer_is_content(build: OpenHouse):
    house = await waiting(build)
    house.tick(30)
    house.intercom.admin_replies("1001", house.ben.admin, "It is solved, please log in again.")
    house.intercom.customer_writes("1001", "Works again, thank you.")
    # No sweep has told of it: what is asked right before the next attempt does.
    said = await not_sent(house)
    assert "Dana Reyes wrote meanwhile. Press Answer… to send it all the same" in said
    assert "Works again, thank you." in said
    assert delivery(house).text == "Your answer to Dana Reyes was not sent."
    await house.ana.presses(delivery(house), "rewrite")
    await house.settle()
    assert "It is solved, please log in again." in words(house.ana.view.blocks)
    await house.ana.submits({"text1": rich("Good to hear.")})
    assert (house.ana.view.submit or {})["text"] == "Send anyway", "Intercom gave it to Ben with his answer"
    await house.ana.submits({})
    await house.until(lambda: len(house.sent()) == 2)
    assert house.sent()[-1] == ("1001", house.ana.admin, "Good to hear.")


async def test_it_is_not_sent_over_a_colleague_alone_either(build: OpenHouse):
    house = await waiting(build)
    house.tick(30)
    house.intercom.admin_replies("1001", house.ben.admin, "It is solved.")
    said = await not_sent(house)
    assert "Ben Okoro wrote meanwhile." in said
    assert "It is solved." in said


async def test_who_answered_in_intercom_themselves_is_asked_too(build: OpenHouse):
    house = await waiting(build)
    house.tick(30)
    house.intercom.admin_replies("1001", house.ana.admin, "It is solved, please log in again.")
    assert "You answered there yourself meanwhile." in await not_sent(house)


async def test_what_stands_there_already_is_sent_whatever_was_said_after_it(build: OpenHouse):
    house = await waiting(build)
    house.intercom.admin_replies("1001", house.ana.admin, OLD)
    house.tick(30)
    house.intercom.customer_writes("1001", "Thank you.")
    house.faults.clear()
    await house.until(lambda: "*Sent " in words(delivery(house).blocks))
    assert len(house.sent()) == 1


async def test_a_note_of_a_colleague_is_no_answer(build: OpenHouse):
    house = await waiting(build)
    house.tick(30)
    house.intercom.admin_notes("1001", house.ben.admin, "I know this one.")
    house.faults.clear()
    await house.until(house.sent)
    assert house.sent() == [("1001", house.ana.admin, OLD)]


async def test_two_answers_of_one_rep_that_wait_both_go_out(build: OpenHouse):
    house = await waiting(build)
    house.tick(30)
    await house.ana.answers("1001", "One thing more.")
    await house.rest(0.2)
    # Long enough for the second one to have been held up.
    house.clock.machine_ahead += timedelta(minutes=2)
    house.faults.clear()
    await house.until(lambda: len(house.sent()) == 2)
    assert [text for _, _, text in house.sent()] == [OLD, "One thing more."]


async def test_one_that_was_held_up_before_its_first_attempt_is_not_sent_either(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=PATIENT)
    house.fault("intercom", "POST /conversations/1001/parts", "error", status=500, times=-1)
    view = await house.ana.opens_answer("1001")
    await house.ana.submits({"text": rich("It is repaired."), "after": option(view, "after", "close")})
    await house.until(house.sent)
    house.tick(30)
    await house.ana.answers("1001", OLD)
    await house.until(lambda: "*Not sent yet*" in newest(house))
    house.clock.machine_ahead += timedelta(minutes=2)
    house.tick(30)
    house.intercom.admin_replies("1001", house.ben.admin, "It is solved.")
    house.faults.clear()
    await house.until(lambda: "*Not sent*" in newest(house))
    assert "Ben Okoro wrote meanwhile." in newest(house)
    assert [text for _, _, text in house.sent()] == ["It is repaired.", "It is solved."]


async def test_of_an_answer_to_several_the_others_go_out(build: OpenHouse):
    house = await build(data=two_told_it(), timings=PATIENT)
    view = await window(house)
    down = house.fault("intercom", REPLY, "rate_limit", times=-1, seconds=0.05)
    await house.ana.submits({**ticks(view, "1001", "1002"), "text": rich(OLD)})
    await house.until(lambda: down.hits >= 4)
    house.tick(30)
    house.intercom.customer_writes("1001", "Works again, thank you.")
    house.faults.clear()
    await house.until(lambda: "1 sent and 1 not sent" in words(delivery(house).blocks))
    assert "Dana Reyes wrote meanwhile." in words(delivery(house).blocks)
    assert verbs(delivery(house).blocks) == ["rewrite"]
    assert [each[0] for each in house.sent()] == ["1002"]
