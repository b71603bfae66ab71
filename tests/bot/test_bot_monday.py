"""The Monday summary: once, at its local time, in every week of the year, whatever happens to the bot."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from harness import BERLIN, House, OpenHouse
from on_the_screen import words
from small_office import scenario

NOBODY: dict[str, Any] = {**scenario(), "conversations": []}


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def mondays(house: House) -> list[str]:
    return [each.text for each in house.posts("monday")]


async def test_it_is_posted_once_at_half_past_eight(build: OpenHouse):
    house = await build(start=berlin("2026-11-30T08:29:59"), data=scenario("1001", "1002", "1005"))
    assert mondays(house) == []
    await house.later(seconds=1)
    assert len(mondays(house)) == 1
    shown = words(house.post("monday", "post:monday:2026-11-30").blocks)
    assert "Dunmore Books" in shown
    for _ in range(20):
        await house.later(minutes=30)
    assert len(mondays(house)) == 1


async def test_a_bot_that_was_down_posts_it_late_the_same_day_and_not_the_next(build: OpenHouse):
    house = await build(start=berlin("2026-11-30T08:00"), data=NOBODY, linked=())
    await house.stop_bot()
    house.clock.jump_to(berlin("2026-11-30T14:10"))
    await house.start_bot()
    await house.settle()
    assert len(mondays(house)) == 1
    await house.stop_bot()
    house.clock.jump_to(berlin("2026-12-08T09:00"))
    await house.start_bot()
    await house.settle()
    assert len(mondays(house)) == 1, "Tuesday is too late for Monday's summary"


async def test_a_new_start_does_not_post_it_again(build: OpenHouse):
    house = await build(start=berlin("2026-11-30T08:31"), data=NOBODY, linked=())
    for _ in range(2):
        await house.restart()
        await house.settle()
        await house.later(minutes=5)
    assert len(mondays(house)) == 1


@pytest.mark.parametrize(
    ("saturday", "seconds"),
    [("2026-10-24", 25 * 3600), ("2027-03-27", 23 * 3600)],
    ids=["summer-time-ends", "summer-time-begins"],
)
async def test_the_week_in_which_clocks_change_has_one_too_at_the_same_local_time(
    build: OpenHouse, saturday: str, seconds: int
):
    sunday = berlin(f"{saturday}T00:00") + timedelta(days=1)
    monday = sunday + timedelta(days=1)
    assert (monday.timestamp() - sunday.timestamp()) == seconds, "the control: clocks do change"
    house = await build(start=berlin(f"{saturday}T12:00"), data=NOBODY, linked=())
    await house.at(monday.replace(hour=8, minute=29, second=59))
    assert mondays(house) == []
    await house.at(monday.replace(hour=8, minute=30))
    assert len(mondays(house)) == 1
    await house.at(monday.replace(hour=23))
    assert len(mondays(house)) == 1


async def test_slack_away_at_that_minute_makes_it_late_not_double(build: OpenHouse):
    house = await build(start=berlin("2026-11-30T08:20"), data=NOBODY, linked=())
    for kind in ("rate_limit", "drop_before", "drop_after"):
        house.fault("slack", "chat.postMessage", kind)
    await house.at("08:30")
    await house.until(lambda: mondays(house))
    await house.rest(0.4)
    assert len(mondays(house)) == 1


async def test_the_numbers_are_those_of_intercom(build: OpenHouse):
    house = await build(start=berlin("2026-11-24T09:00"), linked=())
    await house.at(berlin("2026-11-30T08:30"))
    told = house.post("monday", "post:monday:2026-11-30").text
    opened = [each for each in house.intercom.conversations() if each["state"] == "open"]
    assert f"{len(opened)} open" in told
    assert "late" in told
