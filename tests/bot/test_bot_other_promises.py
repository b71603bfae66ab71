"""Promises that are kept by more than an answer: a resolution, and an update while the customer is silent."""

from __future__ import annotations

import pytest
from harness import House, OpenHouse
from on_the_screen import kept, verbs, words
from small_office import TOML, scenario

pytestmark = pytest.mark.thorough

RESOLUTION = TOML.replace(
    'first_response = "30m"\nnext_response = "1h"\nwarn = ["15m"]',
    'resolution = "2h"\nwarn = ["30m"]',
)
AS_IT_COMES = RESOLUTION.replace('pause_on = ["snoozed"]\n', "")
"""The same with the pauses of a policy that says nothing of them."""
UPDATE = TOML.replace(
    'first_response = "30m"\nnext_response = "1h"\nwarn = ["15m"]',
    'periodic_update = "1h"\nwarn = ["15m"]',
)


def alert_of(house: House, clock: str) -> str:
    return words(house.post("alerts", f"post:alert:1001:{clock}@").blocks)


async def test_a_resolution_rings_before_it_is_due_and_when_it_is_late(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=RESOLUTION)
    await house.at("10:19")
    assert house.posts("alerts") == []
    await house.at("10:20")
    assert "Resolution due in 30 min" in alert_of(house, "resolution")
    assert "dismiss" not in verbs(house.post("alerts", "post:alert:").blocks), "an answer does not end it"
    # An answer is no resolution.
    house.intercom.admin_replies("1001", "8801", "We are on it.")
    await house.at("10:55")
    assert "Resolution is 5 min late" in alert_of(house, "resolution")
    house.intercom.closes("1001", "8801")
    await house.at("10:56")
    assert "Resolved by Ana Ruiz, 5 min late" in alert_of(house, "resolution")


async def test_a_resolution_in_time_never_rings(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=RESOLUTION)
    house.intercom.closes("1001", "8801")
    await house.at("12:00")
    assert house.posts("alerts") == []


async def test_a_resolution_stands_still_while_the_customer_is_to_write(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=AS_IT_COMES)
    await house.at("09:02")
    house.intercom.admin_replies("1001", "8801", "Which browser do you use?")
    for moment in ("09:05", "10:50", "11:05", "15:00"):
        await house.at(moment)
    assert house.posts("alerts") == []
    house.intercom.customer_writes("1001", "The newest one.")
    # Of the two hours 12 minutes were used, from 08:50 to 09:02.
    await house.at("16:17")
    assert "Resolution" not in "".join(each.text for each in house.posts("alerts"))
    await house.at("16:18")
    assert "Resolution due in 30 min" in alert_of(house, "resolution")


async def test_an_alert_says_that_its_promise_stands_still(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=AS_IT_COMES)
    await house.at("10:20")
    house.intercom.admin_replies("1001", "8801", "Which browser do you use?")
    await house.at("10:22")
    shown = alert_of(house, "resolution")
    assert "*Resolution paused until the customer writes* · Northwind Marine" in shown
    assert "waiting since" not in shown
    for moment in ("10:51", "12:00"):
        await house.at(moment)
    assert alert_of(house, "resolution") == shown
    assert house.posts("alerts", "post:ring:") == []
    house.intercom.customer_writes("1001", "The newest one.")
    await house.at("12:02")
    assert "*Resolution due in 28 min*, by <!date" in alert_of(house, "resolution")
    await house.at("12:31")
    assert "*Resolution is 1 min late*" in alert_of(house, "resolution")
    assert len(house.posts("alerts", "post:ring:")) == 1


async def test_a_word_after_the_close_opens_no_promise_again(build: OpenHouse):
    toml = RESOLUTION.replace('resolution = "2h"', 'total_resolution = "2h"')
    house = await build(data=scenario("1001"), toml=toml)
    await house.at("09:10")
    house.intercom.closes("1001", "8801")
    house.tick(5)
    house.intercom.admin_replies("1001", "8801", "Write again whenever you like.")
    house.intercom.workspace.conversations["1001"].state = "closed"
    for moment in ("10:20", "10:51", "12:00"):
        await house.at(moment)
    assert house.posts("alerts") == []


async def test_an_update_is_due_though_all_clocks_pause_while_the_customer_is_to_write(build: OpenHouse):
    toml = UPDATE.replace('pause_on = ["snoozed"]', 'pause_on = ["snoozed", "waiting_on_customer"]')
    house = await build(data=scenario("1001"), toml=toml)
    await house.at("09:10")
    house.intercom.admin_replies("1001", "8801", "We are looking into it.")
    await house.at("09:56")
    assert "Update due in 14 min" in alert_of(house, "periodic_update")


async def test_an_update_is_due_while_the_customer_is_silent(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=UPDATE)
    await house.at("09:10")
    house.intercom.admin_replies("1001", "8801", "We are looking into it.")
    await house.at("09:56")
    assert "Update due in 14 min" in alert_of(house, "periodic_update")
    await house.at("10:01")
    house.intercom.customer_writes("1001", "Any news?")
    await house.at("10:03")
    assert "The customer wrote" in alert_of(house, "periodic_update")


async def test_a_late_update_ends_with_the_next_one(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=UPDATE)
    await house.at("09:10")
    house.intercom.admin_replies("1001", "8801", "We are looking into it.")
    await house.at("10:12")
    assert "Update is 2 min late" in alert_of(house, "periodic_update")
    house.intercom.admin_replies("1001", "8801", "Found it; a fix comes today.")
    await house.at("10:14")
    first = min(house.posts("alerts", "post:alert:1001:periodic_update@"), key=lambda each: each.ts)
    assert "Answered by Ana Ruiz" in words(first.blocks)
    assert "late" in words(first.blocks)


@pytest.mark.parametrize(
    ("option", "ai", "answered"),
    [
        ("fin_counts", True, True),
        ("fin_counts", False, False),
        ("bot_counts", False, True),
        ("bot_counts", True, False),
    ],
)
async def test_a_policy_decides_for_bots_and_for_fin_apart(
    build: OpenHouse, option: str, ai: bool, answered: bool
):
    toml = TOML.replace('name = "enterprise"\n', f'name = "enterprise"\n{option} = true\n')
    house = await build(data=scenario("1001"), toml=toml)
    house.intercom.bot_replies("1001", "Have you tried another browser?", ai=ai)
    await house.at("09:05")
    assert (house.posts("alerts", "post:alert:") == []) == answered


async def asked_why(house: House, clock: str) -> str:
    """What the Why? of an alert says, by its promise."""
    await house.ana.presses(house.post("alerts", f"post:alert:1001:{clock}@"), "why")
    return words(house.ana.view.blocks)


async def test_why_tells_of_the_promise_of_its_alert(build: OpenHouse):
    toml = RESOLUTION.replace('resolution = "2h"', 'resolution = "2h"\nnext_response = "1h"')
    house = await build(data=scenario("1001"), toml=toml)
    await house.at("10:20")
    told = await asked_why(house, "resolution")
    assert "*Resolution due in 30 min*" in told
    assert "Promise “Enterprise”: 2 h of working time" in told
    # The reply was due half an hour ago, and its alert tells of itself.
    assert "*Next reply is 30 min late*" in await asked_why(house, "next_response")
    house.intercom.admin_replies("1001", "8801", "We are on it.")
    await house.at("10:30")
    assert "*Resolution due in 20 min*" in await asked_why(house, "resolution")
    house.intercom.closes("1001", "8801")
    await house.at("10:32")
    await house.ana.types("/watchbell why 1001")
    assert "*No reply is due*" in words(house.ana.view.blocks)


async def test_a_snooze_quiets_the_alert_on_which_it_was_pressed_and_no_other(build: OpenHouse):
    toml = RESOLUTION.replace('resolution = "2h"', 'resolution = "1h10m"\nnext_response = "1h"')
    toml = toml.replace('warn = ["30m"]\ncalendar', 'warn = ["15m"]\ncalendar', 1)
    house = await build(data=scenario("1001"), toml=toml)
    # The reply is due at 09:50, the resolution at 10:00.
    await house.at("09:46")
    resolution = house.post("alerts", "post:alert:1001:resolution@")
    await house.ana.presses(resolution, "snooze30")
    await house.settle()
    assert "*Snoozed until 10:16*" in alert_of(house, "resolution")
    assert "*Next reply due in 4 min*" in alert_of(house, "next_response")
    await house.at("09:51")
    assert "*Next reply is 1 min late*" in alert_of(house, "next_response")
    assert len(house.posts("alerts", "post:ring:")) == 1
    reply = house.post("alerts", "post:alert:1001:next_response@")
    await house.ana.presses(reply, "snooze30")
    await house.settle()
    assert "*Snoozed until 10:21*" in alert_of(house, "next_response")
    await house.ana.presses(house.post("alerts", "post:alert:1001:resolution@"), "wake")
    await house.settle()
    assert "*Resolution due in 9 min*" in alert_of(house, "resolution")
    assert "*Snoozed until 10:21*" in alert_of(house, "next_response")
    old = kept(house.post("alerts", "post:alert:1001:resolution@"))
    house.intercom.closes("1001", house.ben.admin)
    await house.later(seconds=61)
    await house.ana.presses(old, "snooze30", seen=old)
    assert "Nothing was done: this changed" in house.ana.heard


async def test_why_tells_of_a_promised_update(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=UPDATE)
    await house.at("09:10")
    house.intercom.admin_replies("1001", "8801", "We are looking into it.")
    await house.at("10:12")
    assert "*Update is 2 min late*" in await asked_why(house, "periodic_update")
    house.intercom.closes("1001", "8801")
    await house.at("10:14")
    await house.ana.types("/watchbell why 1001")
    assert "*No update is due*" in words(house.ana.view.blocks)
