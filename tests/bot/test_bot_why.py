"""Why? tells how far a clock had come at each step, by the hours that count."""

from __future__ import annotations

from datetime import timedelta

import pytest
from harness import House, OpenHouse
from on_the_screen import words
from small_office import TOML, scenario

pytestmark = pytest.mark.thorough


async def why(house: House) -> str:
    await house.ana.types("/watchbell why 1001")
    return words(house.ana.view.blocks)


async def snoozed_for_twenty_minutes(house: House) -> None:
    """From 09:00, ten minutes after the customer wrote, to 09:20."""
    house.intercom.snoozes("1001", house.ben.admin, house.clock.now() + timedelta(hours=5))
    await house.at("09:20")
    house.intercom.opens("1001", house.ben.admin)
    await house.at("09:21")


async def test_why_does_not_count_the_time_of_a_snooze(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=("ana", "ben", "lea"))
    await snoozed_for_twenty_minutes(house)
    await house.at("09:25")
    await house.at("09:40")
    told = await why(house)
    assert "Promise “Enterprise”: 30 min of working time" in told
    assert "snoozed the conversation · 10 min of working time counted" in told
    assert "opened the conversation again · 10 min of working time counted" in told
    assert "15 min before the deadline: told · 15 min of working time counted" in told
    assert "the deadline: told Lea Brandt · 30 min of working time counted" in told
    house.intercom.admin_replies("1001", house.ana.admin, "Mended.")
    await house.at("09:42")
    assert "Ana Ruiz answered · 30 min of working time counted" in await why(house)


async def test_why_counts_a_snooze_that_is_not_given_back(build: OpenHouse):
    toml = TOML.replace('name = "enterprise"\n', 'name = "enterprise"\ncredit_pauses = false\n')
    house = await build(data=scenario("1001"), toml=toml)
    await snoozed_for_twenty_minutes(house)
    assert "opened the conversation again · 30 min of working time counted" in await why(house)


async def test_why_does_not_say_how_far_a_clock_came_whose_policy_is_gone(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await snoozed_for_twenty_minutes(house)
    house.intercom.admin_replies("1001", house.ana.admin, "Mended.")
    await house.at("09:25")
    assert "Ana Ruiz answered · 11 min of working time counted" in await why(house)
    house.edits(house.toml.replace('name = "enterprise"', 'name = "large"'))
    await house.at("09:26")
    told = await why(house)
    assert "Ana Ruiz answered" in told
    assert told.count("of working time") == 1, "the promise's own"


async def test_why_does_not_count_a_closed_promise_by_a_policy_that_it_did_not_run_under(build: OpenHouse):
    without = TOML.replace('pause_on = ["snoozed"]\n', "")
    house = await build(data=scenario("1001"), toml=without)
    await snoozed_for_twenty_minutes(house)
    await house.at("09:25")
    house.intercom.admin_replies("1001", house.ana.admin, "Mended.")
    await house.at("09:27")
    assert "Ana Ruiz answered · 35 min of working time counted" in await why(house)
    house.edits(TOML)
    await house.at("09:28")
    told = await why(house)
    assert "Ana Ruiz answered" in told
    assert told.count("of working time") == 1, "the promise's own"
