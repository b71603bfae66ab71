"""On Intercom's bad days an answer arrives once, or the rep is asked: never twice, never silently not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from harness import House, OpenHouse
from intercom_faults import DOUBTFUL, PATIENT, SURE
from on_the_screen import option, rich, verbs, words
from small_office import CHANNELS, scenario

from bot.intercom.errors import IntercomError
from bot.outbox.kinds import INTERCOM_QUEUE
from bot.store import intents, lanes
from sandbox.slack.model import Message

pytestmark = pytest.mark.thorough

REPLY = "POST /conversations/*/reply"


def card(house: House) -> Message:
    """The message that tells what became of the answer."""
    return house.post("alerts", "post:delivery:")


def told(house: House) -> str:
    return words(card(house).blocks)


def settled(house: House) -> bool:
    """Sent, or a person is asked: nothing is left to the bot."""
    return any(each in told(house) for each in ("*Sent ", "*Not sent*", "*Not confirmed*"))


async def answered(build: OpenHouse, kind: str, **fault: Any) -> House:
    """Ana answers an alert while Intercom's reply call has a fault; the bot has done all it can."""
    house = await build(data=scenario("1001"), timings=PATIENT)
    await house.at("09:05")
    house.fault("intercom", REPLY, kind, **fault)
    await house.ana.answers("1001", "It is repaired.")
    await house.until(lambda: settled(house))
    await house.rest(0.3)
    return house


@pytest.mark.parametrize("fault", SURE, ids=lambda each: each.replace(" ", "-"))
async def test_what_can_be_made_sure_of_arrives_once_without_asking(build: OpenHouse, fault: str):
    kind, more = SURE[fault]
    house = await answered(build, kind, **more)
    assert house.sent() == [("1001", house.ana.admin, "It is repaired.")]
    assert "*Sent " in told(house)
    assert verbs(card(house).blocks) == []
    assert "Answered by Ana Ruiz" in words(house.alert("1001").blocks)


async def test_while_intercom_takes_no_calls_the_rep_reads_that_the_answer_waits(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=PATIENT)
    await house.at("09:05")
    house.fault("intercom", REPLY, "rate_limit", seconds=1, times=3)
    await house.ana.answers("1001", "It is repaired.")
    await house.until(lambda: "*Not sent yet*: answer to Dana Reyes." in told(house))
    assert "It is tried again by itself." in told(house)
    assert verbs(card(house).blocks) == ["undo"]
    await house.until(lambda: settled(house))
    assert house.sent() == [("1001", house.ana.admin, "It is repaired.")]


async def test_an_answer_that_waits_for_intercom_can_be_taken_back(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=PATIENT)
    await house.at("09:05")
    house.fault("intercom", REPLY, "rate_limit", seconds=1, times=3)
    await house.ana.answers("1001", "It is repaired.")
    await house.until(lambda: "*Not sent yet*: answer to Dana Reyes." in told(house))
    await house.ana.presses(card(house), "undo")
    await house.settle()
    assert "Taken back. Nothing was sent." in house.ana.heard
    assert "*Not sent.* You took back the answer to Dana Reyes." in told(house)
    await house.later(minutes=10)
    assert house.sent() == []
    await house.ana.presses(card(house), "rewrite")
    await house.settle()
    assert "It is repaired." in str(house.ana.view.blocks)
    await house.ana.submits({"text1": rich("It is mended.")})
    await house.until(house.sent)
    assert house.sent() == [("1001", house.ana.admin, "It is mended.")]


async def test_what_was_sent_once_more_and_waits_cannot_be_taken_back_any_more(build: OpenHouse):
    kind, more = next(iter(DOUBTFUL.values()))
    house = await answered(build, kind, **more)
    asked = card(house)
    house.faults.clear()
    house.fault("intercom", "GET /conversations/*", "error", times=-1, status=503, error="down")
    await house.ana.presses(asked, "resend")
    await house.until(lambda: "*Not sent yet*: answer to Dana Reyes." in told(house))
    assert verbs(card(house).blocks) == []
    house.faults.clear()
    await house.until(lambda: settled(house))


@pytest.mark.parametrize("fault", DOUBTFUL, ids=lambda each: each.replace(" ", "-"))
async def test_what_is_not_there_after_all_looks_is_asked_about_and_sent_on_the_reps_word(
    build: OpenHouse, fault: str
):
    kind, more = DOUBTFUL[fault]
    house = await answered(build, kind, **more)
    assert house.sent() == []
    assert ":warning: *Not confirmed*: answer to Dana Reyes." in told(house)
    assert verbs(card(house).blocks) == ["resend", "rewrite"]
    assert "First reply due" in words(house.alert("1001").blocks)
    await house.ben.presses(card(house), "resend")
    assert "only the person who wrote the answer can do that" in house.ben.heard
    asked = card(house)
    await house.ana.presses(asked, "resend")
    await house.settle()
    assert house.sent() == [("1001", house.ana.admin, "It is repaired.")]
    assert "*Sent " in told(house)


async def test_a_client_that_simply_tries_again_would_send_it_twice(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=PATIENT)
    house.fault("intercom", REPLY, "drop_after")
    writes = house.bot.writes
    with pytest.raises(IntercomError) as failure:
        await writes.reply("1001", house.ana.admin, "<p>It is repaired.</p>")
    assert failure.value.kind == "unknown"
    await writes.reply("1001", house.ana.admin, "<p>It is repaired.</p>")
    assert len(house.sent()) == 2


@pytest.mark.parametrize(("chosen", "becomes"), [("close", "closed"), ("snooze", "snoozed")])
async def test_what_is_to_happen_after_sending_waits_for_what_intercom_refused(
    build: OpenHouse, chosen: str, becomes: str
):
    house = await build(data=scenario("1001"), timings=PATIENT)
    await house.at("09:05")
    house.fault("intercom", REPLY, "error", status=422)
    view = await house.ana.opens_answer("1001")
    await house.ana.submits({"text": rich("It is repaired."), "after": option(view, "after", chosen)})
    await house.until(lambda: "retry" in verbs(card(house).blocks))
    await house.rest(0.3)
    assert house.sent() == []
    assert house.intercom.conversation("1001")["state"] == "open", "nobody has told the customer anything"
    assert "First reply due" in words(house.alert("1001").blocks)
    await house.ana.presses(card(house), "retry")
    await house.until(lambda: house.intercom.conversation("1001")["state"] == becomes)
    assert house.sent() == [("1001", house.ana.admin, "It is repaired.")]


@pytest.mark.parametrize("deed", ["close", "snooze"])
async def test_what_is_put_away_is_left_open_when_the_customer_writes_before_it_arrives(
    build: OpenHouse, deed: str
):
    house = await build(data=scenario("1001"), http=True)
    house.webhooks_on()
    ana = house.ana
    view = await ana.opens_answer("1001")
    parts = house.fault("intercom", "POST /conversations/1001/parts", "rate_limit", seconds=60, times=-1)
    await ana.submits({"text": rich("It is repaired."), "after": option(view, "after", deed)})
    await house.until(lambda: parts.hits and house.sent())
    house.tick(30)
    house.intercom.customer_writes("1001", "Wait, it fails again.")
    await house.settle()
    house.faults.clear()
    house.clock.machine_ahead = timedelta(minutes=2)
    await house.settle()
    assert house.intercom.conversation("1001")["state"] == "open"
    (told,) = house.posts(house.slack.im_with(ana.id).id, "post:outcome:")
    assert f"*Not done: {deed}*, Dana Reyes. Dana Reyes wrote meanwhile: it was left open." in words(
        told.blocks
    )
    assert house.posts("alerts", "post:dead_letters:") == []


async def test_what_is_to_happen_after_sending_waits_for_what_nobody_confirmed(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=PATIENT)
    await house.at("09:05")
    house.fault("intercom", REPLY, "drop_before")
    view = await house.ana.opens_answer("1001")
    await house.ana.submits({"text": rich("It is repaired."), "after": option(view, "after", "close")})
    await house.until(lambda: "resend" in verbs(card(house).blocks))
    await house.rest(0.3)
    assert house.intercom.conversation("1001")["state"] == "open"
    await house.ana.presses(card(house), "resend")
    await house.until(lambda: house.intercom.conversation("1001")["state"] == "closed")
    await house.settle()
    assert [each["part_type"] for each in house.parts("1001")].count("close") == 1
    assert len(house.sent()) == 1


async def test_the_button_pressed_twice_sends_once(build: OpenHouse):
    house = await answered(build, "drop_before")
    asked = card(house)
    before = [dict(block) for block in asked.blocks]
    await house.ana.presses(asked, "resend")
    await house.settle()
    await house.ana.presses(asked, "resend", seen=replace(asked, blocks=before))
    assert house.ana.heard == "It is in Intercom already: nothing more was sent."
    await house.settle()
    assert len(house.sent()) == 1


async def test_what_nobody_confirmed_is_not_sent_over_a_colleagues_answer(build: OpenHouse):
    house = await answered(build, "drop_before")
    house.tick()
    house.intercom.admin_replies("1001", house.ben.admin, "It is repaired, I hear.")
    await house.settle()
    await house.ana.presses(card(house), "resend")
    assert "Nothing was sent: somebody has written there since." in house.ana.heard
    await house.settle()
    assert [text for _, _, text in house.sent()] == ["It is repaired, I hear."]


async def test_what_did_not_arrive_is_written_again_beside_what_was_said_since(
    build: OpenHouse,
):
    house = await answered(build, "drop_before")
    house.tick()
    house.intercom.customer_writes("1001", "It fails on the phone, too.")
    await house.settle()
    await house.ana.presses(card(house), "resend")
    assert house.ana.heard.endswith("Press Answer… to see it first.")
    await house.ben.presses(card(house), "rewrite")
    assert "only the person who wrote the answer can do that" in house.ben.heard
    await house.ana.presses(card(house), "rewrite")
    await house.settle()
    shown = words(house.ana.view.blocks)
    assert "It fails on the phone, too." in shown
    assert "It is repaired." in str(house.ana.view.blocks)
    await house.ana.submits({})
    await house.settle()
    assert house.sent() == [("1001", house.ana.admin, "It is repaired.")]


async def test_while_it_is_looked_for_nothing_says_that_it_is_being_sent(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=replace(PATIENT, looks=(0.05, 60.0)))
    await house.at("09:05")
    house.fault("intercom", REPLY, "drop_before")
    await house.ana.answers("1001", "It is repaired.")
    await house.until(lambda: "*Not confirmed yet*: answer to Dana Reyes." in told(house))
    assert verbs(card(house).blocks) == []


async def test_a_doubtful_second_sending_is_looked_for_like_the_first(build: OpenHouse):
    house = await answered(build, "drop_before")
    house.fault("intercom", REPLY, "drop_after")
    await house.ana.presses(card(house), "resend")
    await house.until(lambda: "*Sent " in told(house))
    assert len(house.sent()) == 1


async def test_the_same_words_said_before_do_not_pass_for_these(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=PATIENT)
    await house.at("09:05")
    await house.ana.answers("1001", "It is repaired.")
    await house.settle()
    house.tick(20)
    house.fault("intercom", REPLY, "drop_before")
    await house.ana.answers("1001", "It is repaired.")
    both = lambda: house.posts("alerts", "post:delivery:")  # noqa: E731
    await house.until(lambda: "*Not confirmed*" in words(both()[-1].blocks) or len(house.sent()) > 1)
    assert len(house.sent()) == 1


async def test_while_intercom_cannot_be_asked_the_look_goes_on_later(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=PATIENT)
    await house.at("09:05")
    await house.ana.opens_answer("1001")
    house.fault("intercom", REPLY, "drop_after")
    away = house.fault("intercom", "GET /conversations/1001", "error", status=403, times=-1)
    await house.ana.submits({"text": rich("Done.")})
    await house.rest(0.3)
    assert away.hits > 1
    assert not settled(house)
    house.faults.clear()
    await house.until(lambda: settled(house))
    assert house.sent() == [("1001", house.ana.admin, "Done.")]
    assert "*Sent " in told(house)


async def test_where_the_conversation_is_gone_the_rep_is_asked_and_what_is_behind_goes_on(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=PATIENT, undo=timedelta(seconds=10))
    await house.at("09:05")
    await house.ana.answers("1001", "Done.")
    house.fault("intercom", REPLY, "drop_before")
    house.fault("intercom", "GET /conversations/1001", "error", status=404, error="not_found", times=-1)
    house.clock.machine_ahead += timedelta(seconds=11)
    await house.rest(0.3)
    assert not settled(house), "one that was answered so a moment ago may be there again"
    for _ in range(4):
        house.clock.machine_ahead += timedelta(minutes=3)
        await house.settle()
    assert "*Not confirmed*" in told(house)
    assert "could not be looked up: Intercom does not know this any more." in told(house)
    assert verbs(card(house).blocks) == ["resend", "rewrite"]
    assert house.sent() == []
    assert await house.bot.store.read(intents.open_ones, house.workspace) == []


@pytest.mark.parametrize("chosen", ["open", "close"])
async def test_what_turns_up_after_all_looks_is_settled_by_itself(build: OpenHouse, chosen: str):
    house = await build(data=scenario("1001"), timings=PATIENT)
    await house.at("09:05")
    house.fault("intercom", REPLY, "late", seconds=3)
    view = await house.ana.opens_answer("1001")
    after = {"after": option(view, "after", "close")} if chosen == "close" else {}
    await house.ana.submits({"text": rich("It is repaired."), **after})
    await house.until(lambda: "*Not confirmed*" in told(house))
    await house.until(house.sent)
    await house.later(minutes=2)
    await house.later(minutes=6)
    assert "*Sent " in told(house)
    assert verbs(card(house).blocks) == []
    await house.ana.types("/watchbell status", CHANNELS["accounts"])
    assert "not confirmed" not in house.ana.heard
    expected = "closed" if chosen == "close" else "open"
    assert house.intercom.conversation("1001")["state"] == expected
    assert len(house.sent()) == 1


async def test_a_note_is_as_sure_as_a_reply(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=PATIENT)
    await house.at("09:05")
    house.fault("intercom", REPLY, "drop_after")
    await house.ana.opens_answer("1001")
    await house.ana.chooses("note")
    await house.ana.submits({"text": rich("Owner is Dana.")})
    await house.until(lambda: "*Saved " in told(house))
    assert [each["part_type"] for each in house.parts("1001")] == ["note"]


async def test_an_answer_in_the_hands_of_a_process_that_died_is_not_sent_blindly(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=PATIENT)
    await house.at("09:05")
    await house.ana.answers("1001", "It is repaired.")
    machine = house.clock.machine()
    taken = await house.bot.store.write(
        lanes.claim_due,
        house.workspace,
        machine,
        queue=INTERCOM_QUEUE,
        token="dead",
        lease_until=machine + timedelta(seconds=0.2),
        limit=20,
    )
    assert [each.kind for each in taken] == ["intercom.reply"]
    await house.settle()
    assert house.sent() == []
    await house.until(lambda: "*Not confirmed*" in told(house))
    assert house.sent() == []
    assert verbs(card(house).blocks) == ["resend", "rewrite"]


async def test_claiming_closing_and_snoozing_get_there_through_any_fault(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=PATIENT)
    for kind in ("error", "drop_before", "drop_after", "rate_limit"):
        house.fault("intercom", "POST /conversations/1001/parts", kind)
    await house.ana.types("/claim 1001")
    await house.until(lambda: house.intercom.conversation("1001")["admin_assignee_id"])
    await house.rest(0.2)
    assert str(house.intercom.conversation("1001")["admin_assignee_id"]) == house.ana.admin


async def test_while_intercom_is_down_nothing_is_lost_and_the_bot_says_that_it_is_blind(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=PATIENT)
    await house.ana.opens_answer("1001")
    down = house.fault("intercom", "*", "error", status=429, error="rate_limit_exceeded", times=-1)
    await house.ana.submits({"text": rich("Done.")})
    house.tick(10 * 60)
    await house.ana.types("/watchbell status")
    assert "Intercom has not been read for 10 min." in house.ana.heard
    assert down.hits
    house.faults.clear()
    await house.until(house.sent)
    assert house.sent() == [("1001", house.ana.admin, "Done.")]
