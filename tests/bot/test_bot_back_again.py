"""Promises that go away and come back: their one message says so, and they ring like any others."""

from __future__ import annotations

import pytest
from harness import House, OpenHouse
from on_the_screen import verbs, words
from small_office import TOML, scenario

pytestmark = pytest.mark.thorough

ONE = '[[policies]]\nname = "enterprise"\nmatch = { plan = ["Enterprise"] }\n'
URGENT = TOML.replace(ONE, ONE.replace("{ plan", '{ priority = ["high"], plan')).replace(
    'first_response = "4h"\nnext_response = "8h"', 'resolution = "40h"'
)
"""Nothing is promised to a conversation that is not urgent, but that it is resolved within days."""
TOTAL = TOML.replace('first_response = "30m"\nnext_response = "1h"', 'total_resolution = "30m"')


def shown(house: House) -> str:
    return words(house.alert("1001").blocks)


def rings(house: House) -> list[str]:
    return [words(each.blocks) for each in house.posts("alerts", "post:ring:")]


async def urgent(house: House, moment: str, *, yes: bool = True) -> None:
    """Ben changes the priority, and the bot has read of it by then."""
    house.intercom.prioritises("1001", house.ben.admin, yes)
    await house.at(moment)


async def test_what_no_policy_promises_any_more_is_settled_and_comes_back(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=URGENT)
    await urgent(house, "09:05")
    assert "First reply due in 15 min" in shown(house)
    first = house.alert("1001").ts
    await urgent(house, "09:07", yes=False)
    assert "*First reply promised no more*" in shown(house)
    assert verbs(house.alert("1001").blocks) == []
    await urgent(house, "09:10")
    assert "First reply due in 10 min" in shown(house)
    assert "claim" in verbs(house.alert("1001").blocks)
    assert rings(house) == [], "nobody holds it"
    await house.at("09:21")
    assert "First reply is 1 min late" in shown(house)
    assert len(rings(house)) == 1
    assert house.alert("1001").ts == first
    await house.ana.answers("1001", "Mended.")
    await house.settle()
    assert "Answered by Ana Ruiz" in shown(house)


async def test_what_comes_back_while_somebody_holds_it_calls_them_as_a_first_message_does(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=URGENT)
    await urgent(house, "09:05")
    await house.ana.presses(house.alert("1001"), "claim")
    await urgent(house, "09:07", yes=False)
    await urgent(house, "09:10")
    assert rings(house) == ["<@U0ANA> First reply due in 10 min for Northwind Marine. It is yours."]
    await house.at("09:12")
    assert len(rings(house)) == 1
    await house.at("09:21")
    assert len(rings(house)) == 2


async def test_what_was_taken_back_before_slack_had_it_is_shown_when_it_comes_back(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=URGENT)
    limit = house.fault("slack", "chat.postMessage", "rate_limit", seconds=1, times=1)
    await urgent(house, "09:05")
    assert limit.hits == 1
    await urgent(house, "09:07", yes=False)
    await house.rest(1.2)
    assert house.alerts("1001") == []
    await urgent(house, "09:10")
    await house.until(lambda: house.alerts("1001"))
    assert "First reply due in 10 min" in shown(house)


async def test_what_is_opened_again_after_its_alert_rings_again(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=TOTAL)
    await house.at("09:05")
    assert "Total resolution due in 15 min" in shown(house)
    house.intercom.closes("1001", house.ana.admin)
    await house.at("09:07")
    assert "Resolved by Ana Ruiz" in shown(house)
    await house.at("09:17")
    house.intercom.opens("1001", house.ana.admin)
    await house.at("09:18")
    # Ten minutes and more it was closed.
    assert "Total resolution due in" in shown(house)
    await house.at("09:40")
    assert "*Total resolution is" in shown(house)
    assert len(rings(house)) == 1


async def test_what_was_closed_under_another_watchbell_toml_goes_on_all_the_same(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=TOTAL)
    await house.at("09:01")
    house.intercom.closes("1001", house.ana.admin)
    await house.at("09:03")
    house.edits(TOTAL.replace("burst = 0", "burst = 50"))
    await house.at("09:05")
    house.intercom.opens("1001", house.ana.admin)
    await house.at("09:08")
    assert house.alerts("1001") == []
    # Four minutes it was closed.
    await house.at("09:09")
    assert "Total resolution due in 15 min" in shown(house)
