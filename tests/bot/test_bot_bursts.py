"""Many alerts that share a message, and whoever is called in its thread."""

from __future__ import annotations

import pytest
from escalating import URGENT, calls, crowd, named, opened_at
from harness import House, OpenHouse
from on_the_screen import verbs, words
from small_office import TOML

from sandbox.slack.model import Message, UserGroup

pytestmark = pytest.mark.thorough

AT_THE_DEADLINE = TOML.replace('warn = ["15m"]\n', "").replace("burst = 0", "burst = 4")
"""Nothing is said before a promise is late."""


def bursts(house: House) -> list[Message]:
    return house.posts("alerts", "post:burst:")


def rings(house: House) -> list[Message]:
    return house.posts("alerts", "post:ring:")


async def test_a_burst_that_is_late_when_it_is_first_told_stands_there_and_rings_for_each(build: OpenHouse):
    house = await build(data=crowd(9), toml=AT_THE_DEADLINE, linked=())
    await house.at("09:20")
    (burst,) = bursts(house)
    assert "*5 promises in danger at once* · 5 late · 5 unclaimed" in words(burst.blocks)
    alone = house.posts("alerts", "post:alert:")
    assert len(alone) == 4
    assert len(rings(house)) == 9
    assert sum(each.thread_ts == burst.ts for each in rings(house)) == 5
    # It goes on like any other.
    for conversation in named(burst):
        house.intercom.admin_replies(conversation, "8801", "Mended.")
    await house.at("09:25")
    (burst,) = bursts(house)
    assert "*All 5 alerts of this minute are settled*" in words(burst.blocks)


async def test_a_burst_that_is_first_told_after_a_short_stop_rings_for_each(build: OpenHouse):
    house = await build(data=crowd(9), toml=TOML.replace("burst = 0", "burst = 4"), linked=())
    await house.at("09:03")
    await house.stop_bot()
    house.tick(18 * 60)
    await house.start_bot()
    await house.settle()
    (burst,) = bursts(house)
    assert burst.text.startswith("5 promises in danger at once: 5 late")
    assert sum(each.thread_ts == burst.ts for each in rings(house)) == 5


async def test_a_message_for_several_that_tells_of_one_reads_like_any_other_alert(build: OpenHouse):
    toml = TOML.replace("burst = 0", "burst = 1")
    house = await build(data=opened_at("08:50:00", "08:50:30", "08:50:50"), toml=toml)
    await house.at("09:05")
    await house.at("09:05:30")
    (burst,) = bursts(house)
    assert burst.text == "Northwind Marine: first reply due in 15 min, nobody has claimed it."
    assert "*First reply due in 15 min*" in words(burst.blocks)
    assert verbs(burst.blocks) == verbs(house.post("alerts", "post:alert:").blocks)
    await house.ana.presses(burst, "claim")
    await house.settle()
    assert "claimed by Ana Ruiz" in words(bursts(house)[0].blocks)
    await house.at("09:05:50")
    (burst,) = bursts(house)
    assert "*2 promises in danger at once* · 2 due soon · 1 unclaimed" in words(burst.blocks)
    for conversation in ("2001", "2002"):
        house.intercom.admin_replies(conversation, "8801", "Mended.")
    await house.at("09:08")
    assert "*All 2 alerts of this minute are settled*" in words(bursts(house)[0].blocks)


async def test_a_group_that_is_called_as_the_burst_is_first_told_is_called_in_its_thread(build: OpenHouse):
    toml = URGENT.replace('warn = ["15m"]\n', "").replace("burst = 0", "burst = 1")
    toml = toml.replace(
        'after = "10m", tell = ["leads"], times = 2, every = "20m"', 'after = "1m", tell = ["@oncall"]'
    )
    groups = (UserGroup("S0ONCALL1", "oncall", "On call", ("U0BEN",)),)
    house = await build(data=crowd(2), toml=toml, groups=groups, linked=())
    await house.at("09:10")
    await house.stop_bot()
    house.tick(12 * 60)
    await house.start_bot()
    await house.settle()
    (burst,) = bursts(house)
    (one,) = named(burst)
    (call,) = calls(house, one)
    assert call.thread_ts == burst.ts
