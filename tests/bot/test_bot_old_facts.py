"""What the bot says when Intercom was not read for long: nothing too early, and then how old it is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from harness import BERLIN, House, OpenHouse
from on_the_screen import words
from small_office import TOML, scenario

pytestmark = pytest.mark.thorough

SEARCH = "POST /conversations/search"
DIGEST = """
[[digests]]
name = "Morning"
to = "#support"
at = ["08:30"]
"""


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def told(house: House, channel: str, prefix: str) -> list[str]:
    return [words(each.blocks) for each in house.posts(channel, prefix)]


async def comes_about(holds: Callable[[], object], seconds: float = 20.0) -> None:
    give_up = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up, "it never came about"
        await asyncio.sleep(0.05)


async def a_weekend_without_the_bot(build: OpenHouse, **settings: Any) -> House:
    """Stopped on Friday; on Saturday Ben answers five who wait; it is Monday, 08:31."""
    house = await build(start=berlin("2026-11-27T17:00"), linked=("ana",), **settings)
    house.intercom.customer_writes("1007", "The enterprise waits, too.")
    await house.later(minutes=2)
    await house.stop_bot()
    house.clock.jump_to(berlin("2026-11-28T10:00"))
    for each in ("1001", "1002", "1004", "1007", "1008"):
        house.intercom.admin_replies(each, house.ben.admin, "Answered on Saturday.")
    house.clock.jump_to(berlin("2026-11-30T08:31"))
    return house


async def test_after_a_weekend_without_the_bot_intercom_is_read_before_anything_is_said(build: OpenHouse):
    house = await a_weekend_without_the_bot(build, toml=TOML + DIGEST)
    house.fault("intercom", SEARCH, "slow", times=-1, seconds=0.6)
    house.fault("intercom", "GET /admins", "slow", times=-1, seconds=0.3)
    await house.start_bot(ticking=True)
    await comes_about(lambda: house.posts("monday", "post:monday:") and house.posts("monday", "post:digest:"))
    (monday,), (digest,) = told(house, "monday", "post:monday:"), told(house, "monday", "post:digest:")
    assert "2 late" in monday, monday
    assert "2 late" in digest, digest
    assert "last read" not in monday + digest
    assert house.alerts("1007") == [], "answered on Saturday"
    assert house.posts("alerts", "post:unread:") == []


async def test_customers_wait_for_intercom_ten_minutes_and_then_cards_say_how_old_they_are(build: OpenHouse):
    house = await a_weekend_without_the_bot(build)
    house.fault("intercom", SEARCH, "error", times=-1, status=500)
    await house.start_bot()
    await house.settle()
    assert house.alerts("1007") == []
    assert house.posts("monday", "post:monday:") == []
    await house.at("08:40")
    assert house.alerts("1007") == []
    await house.at("08:42")
    assert "Next reply is 42 min late" in words(house.alert("1007").blocks)
    assert "Intercom last read" in words(house.alert("1007").blocks)
    (monday,) = told(house, "monday", "post:monday:")
    assert "Intercom last read <!date^" in monday
    assert "|Fri 17:02>" in monday
    assert len(told(house, "alerts", "post:unread:sweep:")) == 1
    house.faults.clear()
    await house.later(minutes=1)
    assert "Answered by Ben Okoro" in words(house.alert("1007").blocks)


async def test_a_short_restart_holds_nothing_up(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=())
    await house.at("09:03")
    await house.stop_bot()
    house.fault("intercom", SEARCH, "error", times=-1, status=500)
    house.clock.jump_to(berlin("2026-11-24T09:05"))
    await house.start_bot()
    await house.settle()
    shown = words(house.alert("1001").blocks)
    assert "First reply due in 15 min" in shown
    assert "last read" not in shown


async def test_new_words_ring_while_the_first_reading_after_a_stop_goes_on(build: OpenHouse):
    house = await build(data=scenario("1001", "1007"), linked=(), http=True)
    await house.stop_bot()
    house.clock.jump_to(berlin("2026-11-24T09:16"))
    house.fault("intercom", SEARCH, "error", times=-1, status=500)
    await house.start_bot()
    house.webhooks_on()
    await house.settle()
    assert house.alerts("1001") == [], "told of at 09:05 last; perhaps answered"
    house.intercom.customer_writes("1001", "Hello?")
    await house.settle()
    assert "First reply due in 4 min" in words(house.alert("1001").blocks)


async def test_a_sweep_that_fails_is_told_once_and_taken_back(build: OpenHouse):
    house = await build(data=scenario("1001", "1004"), linked=())
    house.fault("intercom", SEARCH, "error", times=-1, status=500)
    await house.at("09:05")
    await house.at("09:09")
    assert house.posts("alerts", "post:unread:") == [], "it may be better in a moment"
    await house.at("09:11")
    (message,) = told(house, "alerts", "post:unread:")
    assert ":warning: *Intercom is not read any more*, last <!date^" in message
    assert "status 500" in message
    assert "INTERCOM_TOKEN" in message
    await house.at("11:45")
    assert "Intercom last read" in words(house.alert("1004").blocks)
    # Another bot on the same database neither says it again nor takes it back.
    await house.restart()
    await house.at("11:50")
    assert told(house, "alerts", "post:unread:") == [message]
    house.faults.clear()
    await house.at("12:00")
    (message,) = told(house, "alerts", "post:unread:")
    assert ":white_check_mark: *Intercom is read again*" in message
    assert "last read" not in words(house.alert("1004").blocks), "it is not old any more"
    house.fault("intercom", SEARCH, "error", times=-1, status=401)
    await house.at("12:15")
    _, second = told(house, "alerts", "post:unread:")
    assert "does not accept the access token" in second


async def test_the_first_reading_of_all_that_fails_is_told_too(build: OpenHouse):
    house = await build(settled=False, linked=(), data=scenario("1001"))
    house.fault("intercom", SEARCH, "error", times=-1, status=500)
    await house.settle()
    await house.at("09:11")
    (message,) = told(house, "alerts", "post:unread:")
    assert "*Intercom cannot be read*, and was never read so far" in message
    house.faults.clear()
    await house.at("09:13")
    (message,) = told(house, "alerts", "post:unread:")
    assert "Intercom is read again" in message
