"""The Monday summary: once, at its local time, in every week of the year, whatever happens to the bot."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from harness import BERLIN, House, OpenHouse
from on_the_screen import words
from small_office import CHANNELS, TOML, scenario

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


async def test_it_tells_what_is_late_though_it_is_snoozed_and_what_is_to_be_resolved(build: OpenHouse):
    runs_on = TOML.replace('pause_on = ["snoozed"]\n', "")
    toml = runs_on.replace('first_response = "4h"\nnext_response = "8h"', 'resolution = "8h"')
    house = await build(start=berlin("2026-11-30T08:00"), data=scenario("1001", "1008"), toml=toml)
    house.intercom.snoozes("1001", house.ana.admin, house.clock.now() + timedelta(days=2))
    for moment in ("2026-11-30T08:10", "2026-11-30T08:30"):
        await house.at(berlin(moment))
    shown = words(house.post("monday", "post:monday:2026-11-30").blocks)
    assert "1 reply late · 1 resolution late · 0 due by" in shown
    assert "1 open" in shown
    northwind = next(line for line in shown.splitlines() if line.startswith("• Northwind"))
    assert "first reply is late" in northwind
    assert northwind.endswith("· unclaimed · snoozed")
    assert "resolution is late" in shown
    assert mondays(house)[0].startswith("Monday: 1 reply late, 1 resolution late, 0 due by")


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


@pytest.mark.parametrize(("back", "comes"), [("09:30", True), ("22:30", False)])
async def test_one_that_its_channel_refused_comes_when_it_is_taken_the_same_day(
    build: OpenHouse, back: str, comes: bool
):
    house = await build(start=berlin("2026-11-30T08:29"), data=NOBODY, linked=())
    house.slack.change_channel(CHANNELS["monday"], is_archived=True)
    await house.at("08:30")
    await house.at("08:40")
    assert mondays(house) == []
    told = words(house.post("alerts", "post:dead_letters:").blocks)
    assert "is_archived" in told, "meanwhile the team knows"
    await house.at(back)
    house.slack.change_channel(CHANNELS["monday"], is_archived=False)
    for _ in range(12):
        await house.later(minutes=6)
    assert len(mondays(house)) == comes


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


def unseen_for_weeks() -> dict[str, Any]:
    """Everly Labs asked something once and was not seen since."""
    made = scenario("1007")
    (conversation,), (firm,), (person,) = made["conversations"], made["companies"], made["contacts"]
    said, replied = conversation["parts"]
    said["at"], replied["at"] = "2026-10-14T09:00:00+02:00", "2026-10-14T09:10:00+02:00"
    conversation["parts"].append({**replied, "at": "2026-10-14T09:11:00+02:00", "kind": "close"})
    conversation["state"] = "closed"
    firm["last_request_at"] = person["last_seen_at"] = "2026-10-14T09:00:00+02:00"
    return made


@pytest.mark.thorough
async def test_an_account_that_went_out_of_sight_is_not_getting_better(build: OpenHouse):
    house = await build(start=berlin("2026-11-23T08:30"), data=unseen_for_weeks())
    await house.later(hours=1)
    assert (await house.ana.types("/account everly")).ok
    older = house.ana.last
    assert "risk low 14" in words(older.blocks)
    # From here on nothing can be read: in a week the days without a visit are not known any more.
    house.fault("intercom", "*", "error", times=-1, status=500)
    await house.at(berlin("2026-11-30T08:30"))
    assert len(mondays(house)) == 1, "last week's: Intercom may be read again in a moment"
    await house.at(berlin("2026-11-30T08:41"))
    shown = words(house.post("monday", "post:monday:2026-11-30").blocks)
    assert "Not known: usage data of 1 account" in shown
    assert "Getting better" not in shown
    # Its older message still offers to say why.
    assert (await house.ana.presses(older, "why_risk", seen=older)).ok
    assert "risk not known" in words(house.ana.view.blocks)
    assert "low" not in words(house.ana.view.blocks)


async def test_an_account_that_came_back_is_getting_better(build: OpenHouse):
    house = await build(start=berlin("2026-11-23T08:30"), data=unseen_for_weeks())
    firm = house.intercom.workspace.companies["c5"]
    person = house.intercom.workspace.contacts["p6"]
    firm.last_request_at = person.last_seen_at = int(berlin("2026-11-27T09:00").timestamp())
    await house.at(berlin("2026-11-27T09:01"))
    house.intercom.customer_starts("p6", "email", "We are back. Where is the audit log?")
    (asked,) = (each for each in house.intercom.workspace.conversations if each != "1007")
    house.intercom.admin_replies(asked, house.ben.admin, "Under Settings.")
    house.intercom.closes(asked, house.ben.admin)
    await house.later(minutes=2)
    await house.at(berlin("2026-11-30T08:30"))
    shown = words(house.post("monday", "post:monday:2026-11-30").blocks)
    (line,) = (each for each in shown.splitlines() if "Getting better" in each)
    assert "Everly Labs 14 → 2 (no longer as on 23 Nov: None of 8 users was seen for " in line
    # What counts against them still is no reason.
    assert "Nobody owns" not in line


async def test_what_was_closed_without_an_answer_is_no_first_reply(build: OpenHouse):
    house = await build(start=berlin("2026-11-24T09:00"), linked=())
    house.intercom.admin_replies("1002", house.ana.admin, "Looking.")
    await house.at("09:04")
    await house.at(berlin("2026-11-26T17:00"))
    for conversation in ("1001", "1004", "1008"):
        house.intercom.closes(conversation, house.ana.admin)
    await house.later(minutes=3)
    await house.at(berlin("2026-11-30T08:30"))
    # 1002 was answered after 5 minutes, 1007 after 10, 1003 after 20.
    assert "first reply last week 10 min" in words(house.post("monday", "post:monday:2026-11-30").blocks)
