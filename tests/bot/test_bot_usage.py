"""Usage data that stops coming is told, and no account is called healthy or unseen for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from harness import House, OpenHouse, utc
from on_the_screen import words
from small_office import TOML, scenario

pytestmark = pytest.mark.thorough

SEEN = "2026-11-20T17:00:00+01:00"
"""A Friday. The bot comes on Tuesday, the 24th."""


def office(*, seen: str = SEEN, accounts: int = 5) -> dict[str, Any]:
    """The small office without conversations; of its companies so many, each of which was seen last then."""
    made = {**scenario(), "conversations": []}
    kept = made["companies"][:accounts]
    made["companies"] = [{**each, "last_request_at": seen} for each in kept]
    ids = {each["id"] for each in kept}
    made["contacts"] = [each for each in made["contacts"] if ids & {*each.get("company_ids", [])}]
    return made


def told(house: House) -> list[str]:
    return [words(each.blocks) for each in house.posts("alerts") if "sage data" in words(each.blocks)]


def is_seen(house: House, company: str) -> None:
    """Somebody of an account is in the app now."""
    house.intercom.workspace.companies[company].last_request_at = int(house.clock.now().timestamp())


async def account(house: House, name: str = "brightfen") -> str:
    await house.ana.types(f"/account {name}")
    return words(house.ana.last.blocks)


async def why(house: House, name: str = "brightfen") -> str:
    await house.ana.types(f"/account {name}")
    assert (await house.ana.presses(house.ana.last, "why_risk")).ok
    return words(house.ana.view.blocks)


async def test_usage_data_that_stops_is_told_once_and_again_when_it_comes(build: OpenHouse):
    house = await build(data=office(seen="2026-11-23T17:00:00+01:00"))
    await house.at(utc("2026-11-26T16:55"))
    assert told(house) == []
    assert "*Brightfen*: risk low" in await why(house)
    await house.at(utc("2026-11-26T17:10"))
    (message,) = told(house)
    assert ":warning: *No usage data has come from Intercom* since" in message
    assert "|Mon 17:00>" in message
    assert "In the week before 5 accounts were seen, and none since." in message
    await house.later(hours=2)
    assert "risk not known" in await account(house)
    await house.restart()
    await house.at(utc("2026-11-30T08:30"))
    assert told(house) == [message], "it is said once"
    monday = words(house.post("monday", "post:monday:2026-11-30").blocks)
    assert "Not known: usage data of 5 accounts (Intercom last seen" in monday
    is_seen(house, "c5")
    await house.later(hours=2)
    (message,) = told(house)
    assert ":white_check_mark: *Usage data comes from Intercom again* since" in message


async def test_what_nothing_told_of_is_not_counted_as_unseen(build: OpenHouse):
    house = await build(data=office(seen="2026-11-23T17:00:00+01:00"))
    await house.at(utc("2026-12-10T12:00"))
    assert "risk not known" in await account(house)
    is_seen(house, "c5")
    await house.later(hours=2)
    shown = await why(house)
    assert "was seen for" not in shown, "for 17 days nothing could tell"
    assert "risk low" in shown
    # From here on they are really not there, and others are.
    for _ in range(7):
        await house.later(days=2)
        for company in ("c1", "c3", "c4", "c5"):
            is_seen(house, company)
        await house.later(hours=2)
    shown = await why(house)
    assert (
        "None of 8 users was seen for 14 days (counts from 14, 16 days without usage data left out)" in shown
    )


async def test_four_accounts_may_all_be_away(build: OpenHouse):
    house = await build(data=office(accounts=4))
    await house.at(utc("2026-12-07T12:00"))
    assert told(house) == []
    assert "None of 8 users was seen for 16 days" in await why(house)


async def test_one_account_that_is_not_seen_is_that_accounts_own(build: OpenHouse):
    house = await build(data=office(seen="2026-11-23T17:00:00+01:00"))
    await house.at("09:10")
    for _ in range(8):
        for company in ("c1", "c3", "c4", "c5"):
            is_seen(house, company)
        await house.later(days=2)
    assert told(house) == []
    assert "None of 8 users was seen for 16 days" in await why(house)


async def test_nobody_is_expected_on_a_holiday(build: OpenHouse):
    days = '["2026-11-23", "2026-11-24"]'
    house = await build(
        data=office(),
        toml=TOML.replace("[calendars.berlin]\n", f"[calendars.berlin]\nextra_holidays = {days}\n"),
        linked=(),
    )
    friday = utc("2026-11-20T17:00")
    await house.at(friday + timedelta(days=5, minutes=-5))
    assert told(house) == []
    await house.at(friday + timedelta(days=5, minutes=10))
    assert len(told(house)) == 1
