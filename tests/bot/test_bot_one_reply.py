"""A reply that is promised twice from the same message on: one alert, one call, one late reply."""

from __future__ import annotations

from datetime import timedelta

import pytest
from harness import House, OpenHouse
from on_the_screen import words
from small_office import TOML, scenario

from bot.store.crossings import JOINED, crossings_of
from bot.watch import auditor

pytestmark = pytest.mark.thorough

BOTH = TOML.replace('next_response = "1h"', 'next_response = "1h"\nnext_response_from_start = true', 1)
NEXT_SOONER = BOTH.replace('first_response = "30m"', 'first_response = "2h"', 1)
ONLY_THE_FIRST_PAUSES = BOTH.replace(
    'pause_on = ["snoozed"]', 'pause_on = { first_response = ["snoozed"] }', 1
)


def alerts(house: House) -> list[str]:
    return [words(each.blocks) for each in house.posts("alerts", "post:alert:")]


async def at_each(house: House, *moments: str) -> None:
    for moment in moments:
        await house.at(moment)


async def test_both_promises_have_one_alert_and_one_call(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=BOTH)
    await at_each(house, "09:05", "09:20", "09:35", "09:50", "10:00")
    (alert,) = alerts(house)
    assert "*First reply is 40 min late*" in alert
    assert len(house.posts("alerts", "post:ring:")) == 1
    house.intercom.admin_replies("1001", house.ana.admin, "Mended.")
    await house.at("10:02")
    (alert,) = alerts(house)
    assert "Answered by Ana Ruiz, 40 min late" in alert
    told = {(each.clock, each.threshold): each.outcome for each in await house.read(crossings_of, "1001")}
    assert told["next_response", "deadline"] == JOINED
    house.intercom.customer_writes("1001", "One more thing.")
    await house.at("11:03")
    assert "*Next reply is " in alerts(house)[1]


async def test_the_account_had_one_late_reply(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=BOTH)
    await at_each(house, "09:05", "09:20", "10:00")
    house.intercom.admin_replies("1001", house.ana.admin, "Mended.")
    await house.later(hours=2)
    await house.ana.types("/account Northwind")
    await house.ana.presses(house.ana.last, "why_risk")
    told = words(house.ana.view.blocks)
    assert "1 reply was late" in told
    assert "2 replies" not in told


async def test_what_is_due_first_speaks(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=NEXT_SOONER)
    await at_each(house, "09:35", "09:50", "10:50")
    (alert,) = alerts(house)
    assert "*Next reply is 1 h late*" in alert


async def test_what_is_paused_does_not_speak_for_what_runs_on(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=ONLY_THE_FIRST_PAUSES)
    await house.at("09:06")
    house.intercom.snoozes("1001", house.ana.admin, house.clock.now() + timedelta(days=2))
    await at_each(house, "09:07", "09:35", "09:51")
    first, second = alerts(house)
    assert "*First reply due in " in first, "its deadline moved behind the snooze"
    assert "*Next reply is 1 min late*" in second


async def test_the_auditor_misses_no_second_alert(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=BOTH)
    await at_each(house, "09:05", "09:20", "09:50")
    for _ in range(3):
        await house.later(minutes=6)
    assert await house.read(auditor.last_found) == "clean"
    assert len(alerts(house)) == 1
