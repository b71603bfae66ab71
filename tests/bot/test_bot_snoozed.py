"""A conversation that was snoozed or closed in Intercom and came back: its promises ring like any others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from escalating import URGENT, calls
from harness import House, OpenHouse
from on_the_screen import words
from small_office import TOML, scenario

from bot.store.clocks import clocks_of
from sandbox.intercom import happenings

pytestmark = pytest.mark.thorough


def does(house: House, kind: str, conversation_id: str = "1001") -> None:
    """Ben does something that Intercom knows by a name of its own."""
    ws = house.intercom.workspace
    ben = happenings.admin_author(ws.admins[house.ben.admin])
    made = happenings.other(ws, ws.conversations[conversation_id], kind, ben, house.intercom.now(), None)
    house.intercom.tell(made)


@pytest.mark.parametrize("kind", ["assign_and_unsnooze", "note_and_unsnooze"])
async def test_a_snooze_that_ends_with_an_assignment_or_a_note_lets_the_promise_go_on(
    build: OpenHouse, kind: str
):
    house = await build(data=scenario("1001"))
    await house.at("09:02")
    house.intercom.snoozes("1001", house.ana.admin, house.clock.now() + timedelta(days=3))
    await house.at("09:10")
    does(house, kind)
    assert house.intercom.conversation("1001")["state"] == "open"
    await house.at("09:12")
    assert house.alerts("1001") == []
    # Of the thirty minutes twelve were used before the snooze.
    await house.at("09:13")
    assert "First reply due in 15 min" in words(house.alert("1001").blocks)
    await house.at("09:28")
    assert "*First reply is late*" in words(house.alert("1001").blocks)
    assert len(house.posts("alerts", "post:ring:")) == 1


@pytest.mark.parametrize("kind", ["assign_and_reopen", "note_and_reopen"])
async def test_what_is_opened_by_an_assignment_or_a_note_is_to_be_resolved_again(build: OpenHouse, kind: str):
    toml = TOML.replace('first_response = "30m"\nnext_response = "1h"', 'total_resolution = "30m"')
    house = await build(data=scenario("1001"), toml=toml)
    await house.at("09:01")
    house.intercom.closes("1001", house.ana.admin)
    await house.at("09:11")
    does(house, kind)
    await house.at("09:14")
    assert house.alerts("1001") == []
    await house.at("09:15")
    assert "Total resolution due in 15 min" in words(house.alert("1001").blocks)


@pytest.mark.parametrize("kind", ["open", "assign_and_reopen"])
async def test_a_close_by_a_slip_of_the_hand_takes_nothing_from_the_promise(build: OpenHouse, kind: str):
    house = await build(data=scenario("1001"))
    await house.at("09:02")
    house.intercom.closes("1001", house.ana.admin)
    await house.at("09:03")
    if kind == "open":
        house.intercom.opens("1001", house.ana.admin)
    else:
        does(house, kind)
    await house.at("09:07")
    # A minute it was closed.
    assert "First reply due in 14 min" in words(house.alert("1001").blocks)
    await house.at("09:22")
    assert "First reply is 1 min late" in words(house.alert("1001").blocks)
    assert len(house.posts("alerts", "post:ring:")) == 1


async def test_a_late_one_that_is_closed_and_opened_again_is_late_again(build: OpenHouse):
    house = await build(data=scenario("1001"))
    for moment in ("09:05", "09:20", "09:25"):
        await house.at(moment)
    house.intercom.closes("1001", house.ana.admin)
    await house.at("09:26")
    assert "Closed by Ana Ruiz, no reply is due" in words(house.alert("1001").blocks)
    house.intercom.opens("1001", house.ana.admin)
    await house.at("09:40")
    assert "*First reply is " in words(house.alert("1001").blocks)
    assert " late" in words(house.alert("1001").blocks)
    await house.ana.types("/inbox")
    assert "The team's first reply is" in house.ana.heard


async def test_who_writes_into_what_was_closed_begins_a_wait_of_their_own(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:02")
    house.intercom.closes("1001", house.ana.admin)
    await house.at("09:10")
    house.intercom.customer_writes("1001", "One more thing.")
    await house.at("09:30")
    assert house.alerts("1001") == []
    await house.at("09:56")
    assert "Next reply due in 14 min" in words(house.alert("1001").blocks)


async def test_a_snooze_whose_end_no_part_tells_ended_when_the_conversation_changed(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:02")
    house.intercom.snoozes("1001", house.ana.admin, house.clock.now() + timedelta(days=3))
    await house.at("09:10")
    kept = house.intercom.workspace.conversations["1001"]
    kept.state, kept.snoozed_until = "open", None
    does(house, "woken_in_a_way_of_next_year")
    await house.at("09:13")
    assert "First reply due in 15 min" in words(house.alert("1001").blocks)


async def test_a_late_promise_that_stands_still_gets_no_later_and_calls_nobody(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=URGENT)
    for moment in ("09:05", "09:20", "09:28"):
        await house.at(moment)
    house.intercom.snoozes("1001", house.ana.admin, house.clock.now() + timedelta(hours=30))
    for moment in ("09:29", "10:30", "12:30", "17:30"):
        await house.at(moment)
        shown = words(house.alert("1001").blocks)
        assert "8 min" in shown
    assert "*First reply is late by 8 min of working time, paused while it is snoozed*" in shown
    assert calls(house) == []
    house.intercom.opens("1001", house.ana.admin)
    await house.at("17:31")
    assert calls(house) == []
    await house.at("17:34")
    assert "*First reply is late by 12 min of working time*" in words(house.alert("1001").blocks)
    assert len(calls(house)) == 1
    await house.ana.types("/inbox")
    assert "first reply is late by 12 min of working time" in house.ana.heard


async def test_a_snooze_that_ends_by_itself_lets_a_late_promise_get_later(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=URGENT)
    for moment in ("09:05", "09:20", "09:28"):
        await house.at(moment)
    house.intercom.snoozes("1001", house.ana.admin, house.clock.now() + timedelta(hours=2))
    await house.at("10:00")
    await house.at("11:29")
    assert calls(house) == []
    await house.at("11:31")
    assert len(calls(house)) == 1
    assert "*First reply is late by 11 min of working time*" in words(house.alert("1001").blocks)


async def test_a_late_resolution_waits_for_the_customer_to_write(build: OpenHouse):
    toml = TOML.replace('first_response = "30m"\nnext_response = "1h"', 'resolution = "30m"')
    house = await build(data=scenario("1001"), toml=toml.replace('pause_on = ["snoozed"]\n', ""))
    for moment in ("09:05", "09:20", "09:30"):
        await house.at(moment)
    house.intercom.admin_replies("1001", house.ana.admin, "Which browser is it?")
    await house.at("12:30")
    shown = words(house.alert("1001").blocks)
    assert "*Resolution is late by 10 min of working time, paused until the customer writes*" in shown


async def test_a_pause_after_the_deadline_is_no_lateness_on_the_card(build: OpenHouse):
    house = await build(data=scenario("1001"))
    for moment in ("09:05", "09:20", "09:30"):
        await house.at(moment)
    house.intercom.snoozes("1001", house.ana.admin, house.clock.now() + timedelta(hours=2))
    await house.at("09:32")
    await house.at("10:30")
    house.intercom.admin_replies("1001", house.ana.admin, "Mended.")
    await house.at("10:32")
    (clock,) = [each for each in await house.read(clocks_of, "1001") if each.stopped_at is not None]
    assert clock.late_seconds == 10 * 60
    assert "*Answered by Ana Ruiz, late by 10 min of working time*" in words(house.alert("1001").blocks)
