"""A paused outbound message is told when it is seen, each pause once, and until it is live again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from harness import House, OpenHouse, utc
from on_the_screen import words
from outbound import changes
from small_office import TOML, scenario

pytestmark = pytest.mark.thorough

NOBODY: dict[str, Any] = {**scenario(), "conversations": []}


def told(house: House) -> list[str]:
    return [words(each.blocks) for each in house.posts("alerts", "post:pause")]


async def status(house: House) -> str:
    await house.ana.types("/watchbell status")
    return words(house.ana.last.blocks)


async def test_a_pause_is_told_when_it_is_seen_and_edited_when_it_is_over(build: OpenHouse):
    house = await build(data=NOBODY, linked=())
    await house.at("09:30")
    changes(house, "live", "paused")
    await house.at("09:32")
    (message,) = told(house)
    assert ":warning: *“Trial day 3” was paused* <!date^" in message
    assert "by Cem Aydin" in message
    assert "usual not known" in message
    await house.restart()
    await house.at("11:00")
    assert len(told(house)) == 1
    changes(house, "paused", "live", by="8802")
    await house.at("11:02")
    (message,) = told(house)
    assert ":white_check_mark: *“Trial day 3” is live again*" in message
    assert "by Ben Okoro" in message
    changes(house, "live", "paused")
    await house.at("11:10")
    assert len(told(house)) == 2, "a second pause is news"


async def test_a_pause_that_was_over_before_anybody_could_be_told_is_told_to_nobody(build: OpenHouse):
    house = await build(data=NOBODY, linked=())
    at = house.clock.now()
    changes(house, "live", "paused", at=at + timedelta(minutes=2))
    changes(house, "paused", "live", at=at + timedelta(minutes=3))
    await house.later(minutes=10)
    assert told(house) == []


async def test_what_was_paused_before_the_first_start_is_one_message(build: OpenHouse):
    house = await build(data=NOBODY, linked=(), settled=False)
    for number in range(3):
        at = house.clock.now() - timedelta(days=3 + number)
        changes(house, "live", "paused", thing=number, title=f"Step {number}", at=at)
    await house.settle()
    (message,) = told(house)
    assert "*3 outbound messages are paused*, since before Watchbell was installed" in message
    assert "“Step 1” (usual not known: nothing it sent was seen), paused" in message
    changes(house, "paused", "live", thing=1, title="Step 1")
    await house.later(minutes=2)
    (message,) = told(house)
    assert "*2 outbound messages are paused*" in message
    assert "Step 1" not in message


async def test_a_pause_stays_known_however_old_it_is(build: OpenHouse):
    toml = TOML + '\n[retention]\nactivity = "15d"\n'
    house = await build(data=NOBODY, linked=("ana",), toml=toml)
    await house.at("09:30")
    changes(house, "live", "paused")
    changes(house, "live", "paused", thing=8, title="Over soon")
    await house.at("09:32")
    changes(house, "paused", "live", thing=8, title="Over soon")
    for _ in range(6):
        await house.later(days=7)
    await house.at(utc("2027-01-11T08:45"))
    shown = await status(house)
    assert "Silent: “Trial day 3” (usual not known" in shown
    assert "Over soon" not in shown
    monday = words(house.posts("monday", "post:monday:")[-1].blocks)
    assert "Silent: “Trial day 3”" in monday
    changes(house, "paused", "live")
    await house.later(minutes=2)
    assert "Trial day 3" not in await status(house)
    assert "is live again" in told(house)[0]


async def test_what_was_paused_last_is_named_first_wherever_there_is_room_for_a_few(build: OpenHouse):
    house = await build(start=utc("2026-11-27T15:00"), data=NOBODY, linked=("ana",), settled=False)
    for number in range(12):
        at = house.clock.now() - timedelta(days=13 - number)
        changes(house, "live", "paused", thing=number, title=f"Old {number}", at=at)
    await house.settle()
    (first,) = told(house)
    assert [f"“Old {number}”" in first for number in range(12)] == [False] * 2 + [True] * 10
    await house.at(utc("2026-11-28T12:00"))
    changes(house, "live", "paused", thing=99)
    await house.at(utc("2026-11-30T08:30"))
    monday = words(house.post("monday", "post:monday:").blocks)
    named = [line.split("”")[0] for line in monday.splitlines() if line.startswith("Silent: “")]
    assert named == ["Silent: “Trial day 3", "Silent: “Old 11", "Silent: “Old 10", "Silent: “Old 9"]
    assert "and 9 more that are paused: `/watchbell status`" in monday
    shown = await status(house)
    assert shown.index("Trial day 3") < shown.index("Old 11") < shown.index("Old 0")


async def test_what_is_paused_for_months_is_only_counted_on_mondays(build: OpenHouse):
    house = await build(data=NOBODY, linked=("ana",))
    await house.at("09:30")
    changes(house, "live", "paused", title="Old webinar")
    await house.at("09:32")
    for _ in range(13):
        await house.later(days=7)
    await house.at(utc("2027-03-01T08:20"))
    changes(house, "live", "paused", thing=8, title="Trial day 3")
    await house.at(utc("2027-03-01T08:45"))
    monday = words(house.posts("monday", "post:monday:2027-03-01")[-1].blocks)
    assert "Silent: “Trial day 3”" in monday
    assert "and 1 paused for more than 90 days: `/watchbell status`" in monday
    assert "Old webinar" not in monday
    assert "Silent: “Old webinar”" in await status(house)


@pytest.mark.parametrize("after", ["archived", "ended"])
async def test_what_nobody_means_to_go_on_with_is_not_paused(build: OpenHouse, after: str):
    house = await build(data=NOBODY, linked=("ana",))
    await house.at("09:30")
    changes(house, "live", after, title="Summer sale")
    changes(house, "live", "paused", thing=8)
    await house.at("09:32")
    (message,) = told(house)
    assert "*“Trial day 3” was paused*" in message
    changes(house, "paused", after, thing=8, by="8802")
    await house.at("09:35")
    (message,) = told(house)
    assert f"*“Trial day 3” was {after}*" in message
    assert "by Ben Okoro" in message
    assert "Silent" not in await status(house)


async def test_what_monday_has_no_room_for_stands_where_it_says(build: OpenHouse):
    house = await build(start=utc("2026-11-30T08:00"), data=NOBODY, linked=("ana",))
    await house.at("08:10")
    for number in range(6):
        changes(house, "live", "paused", thing=number, title=f"Step {number}")
    await house.at("08:30")
    monday = words(house.post("monday", "post:monday:").blocks)
    assert "and 2 more that are paused: `/watchbell status`" in monday
    shown = await status(house)
    assert all(f"“Step {number}”" in shown for number in range(6))
