"""What follows the sweep is read each by itself, and a part that fails is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from harness import House, OpenHouse, utc
from on_the_screen import words
from small_office import scenario

from bot.intake import sweep
from bot.risk.gather import gather
from bot.store import clocks, conversations, pulse
from bot.store.accounts import get_account
from bot.watch.pulse import wrong

pytestmark = pytest.mark.thorough

NOBODY: dict[str, Any] = {**scenario(), "conversations": []}
TICKETS, TEAMS = "POST /tickets/search", "GET /teams"
ACTIVITY, COMPANIES = "GET /admins/activity_logs", "POST /companies/list"


async def status(house: House) -> str:
    await house.ana.types("/watchbell status")
    return house.ana.heard


async def home(house: House) -> str:
    await house.slack.people.open_home(house.ana.id)
    await house.settle()
    return words(house.ana.home.blocks)


def unread(house: House) -> list[str]:
    return [words(each.blocks) for each in house.posts("alerts", "post:unread:")]


async def test_an_activity_log_that_is_refused_is_told(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=("ana",))
    house.fault("intercom", ACTIVITY, "error", times=-1, status=403)
    await house.at("09:03")
    assert "All well" in await status(house)
    await house.at("09:06")
    told = await status(house)
    assert "Intercom's activity log has not been read for 6 min" in told
    assert "does not allow this with the present token" in told
    await house.ana.types("/watchbell status")
    assert "Paused messages: not known (activity log last read 09:00)" in words(house.ana.last.blocks)
    assert "Not known: paused messages (activity log last seen" in await home(house)
    assert await house.bot.store.read(wrong, house.bot.office, house.bot.works.at())
    await house.at("09:12")
    (message,) = unread(house)
    assert "*Intercom's activity log is not read any more*" in message
    assert "Whether somebody paused an outbound message is not known." in message
    house.faults.clear()
    await house.at("09:14")
    (message,) = unread(house)
    assert "*Intercom's activity log is read again*" in message
    assert "All well" in await status(house)
    assert "paused messages" not in await home(house)


async def test_accounts_that_cannot_be_read_keep_nothing_else_from_being_read(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=("ana",))
    house.fault("intercom", COMPANIES, "error", times=-1, status=500)
    for hours in (1, 1, 1, 1):
        await house.later(hours=hours)
    assert await house.read(pulse.get_mark, sweep.ACTIVITY) == house.clock.now().isoformat()
    assert "Intercom's list of accounts has not been read for 4 h" in await status(house)
    (message,) = unread(house)
    assert "*Intercom's list of accounts is not read any more*" in message
    house.faults.clear()
    await house.later(minutes=2)
    assert "All well" in await status(house)
    (message,) = unread(house)
    assert "is read again" in message


@pytest.mark.parametrize(
    ("call", "what"),
    [(TICKETS, "tickets"), (TEAMS, "teammates"), ("GET /admins", "teammates")],
    ids=["tickets", "teams", "teammates"],
)
async def test_a_customer_is_heard_while_something_else_cannot_be_read(
    build: OpenHouse, call: str, what: str
):
    house = await build(data=scenario("1001"), linked=("ana",))
    house.fault("intercom", call, "error", times=-1, status=500, error="server_error")
    for minutes in range(2, 15, 12):
        await house.at(f"09:{minutes:02}")
        conversation = house.intercom.customer_starts("p1", "conversation", f"Hello {minutes}?")["id"]
        await house.later(minutes=2)
        assert await house.read(conversations.get, conversation) is not None
        assert await house.read(clocks.clocks_of, conversation)
    assert f"Intercom's list of {what} has not been read for" in await status(house)
    (message,) = unread(house)
    assert f"*Intercom's list of {what} is not read any more*" in message
    house.faults.clear()
    await house.later(minutes=2)
    assert "All well" in await status(house)
    (message,) = unread(house)
    assert "is read again" in message


async def test_no_account_read_is_not_no_account_at_risk(build: OpenHouse):
    house = await build(start=utc("2026-11-30T08:00"), data=NOBODY, linked=(), settled=False)
    house.fault("intercom", COMPANIES, "error", times=-1, status=403)
    await house.settle()
    await house.at("08:30")
    shown = words(house.post("monday", "post:monday:").blocks)
    assert "Risk is not known: no account has been read from Intercom yet." in shown
    assert "No account is at risk" not in shown
    drawn = await home(house)
    assert "Risk is not known: no account has been read from Intercom yet." in drawn
    assert "Intercom's list of accounts has not been read" in drawn
    assert "All well" not in drawn
    house.faults.clear()
    await house.later(minutes=2)
    assert "No account is at risk, of 5 accounts judged." in await home(house)


async def test_a_monday_without_the_activity_log_says_that_pauses_are_not_known(build: OpenHouse):
    house = await build(start=utc("2026-11-27T17:00"), data=NOBODY, linked=())
    house.fault("intercom", ACTIVITY, "error", times=-1, status=403)
    await house.at(utc("2026-11-28T10:00"))
    await house.at(utc("2026-11-30T08:30"))
    shown = words(house.post("monday", "post:monday:").blocks)
    assert "Not known: paused messages (activity log last seen <!date^" in shown
    assert "|Fri 17:00>)" in shown


async def test_usage_is_as_old_as_the_reading_of_the_accounts(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=())
    house.fault("intercom", COMPANIES, "error", times=-1, status=500)
    read = house.clock.now()
    await house.later(days=4)

    def seen(session: Any, workspace: str) -> Any:
        account = get_account(session, workspace, "c1")
        assert account is not None
        return gather(session, house.bot.office, account, house.clock.now()).usage_seen_at

    assert await house.read(seen) == read
    assert house.clock.now() - read > timedelta(days=3)
