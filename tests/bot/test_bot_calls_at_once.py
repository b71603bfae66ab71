"""Calls of one promise at one instant, and calls that wait for the hours of alerts."""

from __future__ import annotations

import pytest
from escalating import URGENT, calls, direct, speaking_until
from harness import TUESDAY, House, OpenHouse, link
from on_the_screen import words
from small_office import CHANNELS, TOML, scenario

from bot.store import crossings

pytestmark = pytest.mark.thorough

FIRST, SECOND = (
    '{ after = "10m", tell = ["leads"], times = 2, every = "20m" }',
    '{ after = "1h", tell = ["#lobby", "cem@small.example"] }',
)


def chain(first: str, second: str, toml: str = URGENT) -> str:
    """The settings with these two steps in place of theirs."""
    assert FIRST in toml
    assert SECOND in toml
    return toml.replace(FIRST, first).replace(SECOND, second)


async def steps(house: House) -> dict[str, str]:
    rows = await house.read(crossings.crossings_of, "1001")
    return {row.threshold: row.outcome for row in rows if row.threshold.startswith("step ")}


async def at_all(house: House, *moments: str) -> None:
    for moment in moments:
        await house.at(moment)


async def test_two_steps_of_one_instant_are_both_called(build: OpenHouse):
    toml = chain('{ after = "30m", tell = ["leads"] }', '{ after = "30m", tell = ["#lobby"] }')
    house = await build(data=scenario("1001"), toml=toml)
    await at_all(house, "09:05", "09:20", "09:49")
    assert calls(house) == []
    await house.at("09:50")
    assert {each.channel for each in calls(house)} == {direct(house, "U0LEA"), CHANNELS["lobby"]}
    assert await steps(house) == {"step 1.1": "told", "step 2.1": "told"}
    await house.at("10:30")
    assert len(calls(house)) == 2


async def test_a_repetition_and_the_next_step_come_together(build: OpenHouse):
    toml = chain(
        '{ after = "15m", tell = ["leads"], times = 4, every = "15m" }',
        '{ after = "1h", tell = ["#lobby"] }',
    )
    house = await build(data=scenario("1001"), toml=toml)
    await at_all(house, "09:05", "09:20", "09:35", "09:50", "10:05")
    assert len(calls(house)) == 3
    await house.at("10:20")
    made = calls(house)
    assert {each.channel for each in made[3:]} == {direct(house, "U0LEA"), CHANNELS["lobby"]}
    assert len(made) == 5


async def test_who_is_named_by_two_steps_of_one_instant_is_called_once(build: OpenHouse):
    toml = chain('{ after = "30m", tell = ["leads"] }', '{ after = "30m", tell = ["leads", "#lobby"] }')
    house = await build(data=scenario("1001"), toml=toml)
    await at_all(house, "09:05", "09:20", "09:50")
    assert sorted(each.channel for each in calls(house)) == sorted(
        [direct(house, "U0LEA"), CHANNELS["lobby"]]
    )
    assert all("Step 2 of 2" in words(each.blocks) for each in calls(house))
    assert await steps(house) == {"step 1.1": "told", "step 2.1": "told"}


async def test_all_steps_of_a_night_are_called_when_alerts_may_speak(build: OpenHouse):
    toml = chain(
        '{ after = "15m", tell = ["leads"], times = 3, every = "20m" }',
        '{ after = "2h", tell = ["#lobby"] }',
        speaking_until("09:30", URGENT),
    )
    house = await build(data=scenario("1001"), toml=toml)
    await at_all(house, "09:05", "09:20", "09:35", "12:00", "23:00")
    assert calls(house) == []
    await house.later(hours=9)
    assert {each.channel for each in calls(house)} == {direct(house, "U0LEA"), CHANNELS["lobby"]}
    assert len(calls(house)) == 2
    assert await steps(house) == {
        "step 1.1": "passed over",
        "step 1.2": "passed over",
        "step 1.3": "told",
        "step 2.1": "told",
    }


LATE_IN_THE_DAY = speaking_until(
    "17:00",
    TOML.replace(
        'first_response = "30m"\nnext_response = "1h"\nwarn = ["15m"]',
        'first_response = "2h"\nwarn = ["90m", "15m"]',
    ),
)
"""Warnings at 16:40 and 17:55 of what was asked at 16:10 and is due at 08:10 in the morning."""


async def asked_late(build: OpenHouse) -> House:
    data = scenario("1001")
    (asked,) = data["conversations"]
    asked["parts"] = [{**asked["parts"][0], "at": "2026-11-24T16:10:00+01:00"}]
    house = await build(data=data, toml=LATE_IN_THE_DAY, start=TUESDAY.replace(hour=16, minute=15))
    await link(house.lea)
    await at_all(house, "16:40", "17:54")
    assert "First reply due" in words(house.alert("1001").blocks)
    return house


async def test_a_further_warning_outside_the_hours_of_alerts_calls_when_they_begin(build: OpenHouse):
    house = await asked_late(build)
    await at_all(house, "17:55", "18:30", "23:59")
    assert house.posts("alerts", "post:ring:") == []
    await house.later(hours=8, seconds=59)
    assert house.clock.now().astimezone(TUESDAY.tzinfo).hour == 7
    assert house.posts("alerts", "post:ring:") == []
    await house.at("08:00")
    ring = house.post("alerts", "post:ring:")
    assert "<@U0LEA> First reply due in 10 min" in words(ring.blocks)
    await house.ana.presses(house.alert("1001"), "why")
    assert "15 min before the deadline: told Lea Brandt" in words(house.ana.view.blocks)
    await house.at("08:05")
    assert len(house.posts("alerts", "post:ring:")) == 1


async def test_a_further_warning_that_was_answered_before_alerts_speak_calls_nobody(build: OpenHouse):
    house = await asked_late(build)
    await house.at("17:56")
    house.intercom.admin_replies("1001", house.ben.admin, "Here you are.")
    await house.at("18:10")
    await house.later(hours=14)
    assert house.posts("alerts", "post:ring:") == []
    rows = await house.read(crossings.crossings_of, "1001")
    assert [row.outcome for row in rows] == [crossings.TOLD, crossings.ANSWERED]
