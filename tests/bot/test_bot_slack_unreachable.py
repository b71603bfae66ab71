"""While Slack cannot be reached nothing is given up; it is told where it can be, and said once afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from harness import House, OpenHouse
from on_the_screen import key_of, verbs, words
from small_office import CHANNELS, scenario
from wires import Wire, wire_to

from bot.store import intents
from bot.watch import pulse

pytestmark = pytest.mark.thorough


@pytest.fixture
async def wires() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def behind_a_wire(build: OpenHouse, wires: AsyncExitStack) -> tuple[House, Wire]:
    """A bot that has one way to Slack."""
    house = await build(data=scenario("1001"), http=True)
    await house.stop_bot()
    wire = await wires.enter_async_context(wire_to(int(house.server.url.rpartition(":")[2])))
    await house.start_bot(slack_api_url=f"http://127.0.0.1:{wire.port}/slack/api/")
    await house.settle()
    return house, wire


async def minutes_pass(house: House, *steps: int) -> None:
    """In both times, and after each step the bot does what is due."""
    for minutes in steps:
        house.clock.machine_ahead += timedelta(minutes=minutes)
        await house.later(minutes=minutes)


async def wrong(house: House) -> list[str]:
    found: list[str] = await house.bot.store.read(pulse.wrong, house.bot.office, house.bot.works.at())
    return found


def how_often(house: House) -> dict[str, int]:
    keys = [key_of(each) for each in house.posts("alerts")]
    return {key: keys.count(key) for key in keys}


@pytest.mark.parametrize("steps", [7, 13], ids=["70 min", "130 min"])
async def test_after_an_outage_of_the_network_each_alert_and_call_is_said_once(
    build: OpenHouse, wires: AsyncExitStack, steps: int
):
    house, wire = await behind_a_wire(build, wires)
    await house.at("09:04")
    await wire.cut()
    await minutes_pass(house, *[10] * steps)
    states = await house.read(intents.depth)
    assert "dead" not in states, states
    told = [each for each in await wrong(house) if "Slack has taken nothing" in each]
    assert len(told) == 1
    assert "Slack cannot be reached" in told[0]
    async with house.client() as client:
        assert "Slack cannot be reached" in str((await client.get("/readyz")).json()["missing"])
    await wire.mend()
    await minutes_pass(house, 2, 2)
    assert "late" in words(house.alert("1001").blocks)
    assert house.post("alerts", "post:ring:1001:").thread_ts == house.alert("1001").ts
    assert set(how_often(house).values()) == {1}
    assert not [each for each in await wrong(house) if "Slack" in each]
    states = await house.read(intents.depth)
    assert "dead" not in states, states


async def test_the_last_edit_of_an_alert_outlives_an_outage(build: OpenHouse, wires: AsyncExitStack):
    house, wire = await behind_a_wire(build, wires)
    await house.at("09:06")
    await wire.cut()
    house.intercom.admin_replies("1001", house.ana.admin, "Looking.")
    await minutes_pass(house, *[10] * 13)
    await wire.mend()
    await minutes_pass(house, 2, 2)
    assert "Answered by Ana Ruiz" in words(house.alert("1001").blocks)
    assert verbs(house.alert("1001").blocks) == []


async def test_a_post_whose_answer_was_lost_with_the_network_is_looked_for_when_it_is_back(
    build: OpenHouse, wires: AsyncExitStack
):
    house, wire = await behind_a_wire(build, wires)
    house.fault("slack", "chat.postMessage", "drop_after")
    look = house.fault("slack", "conversations.history", "error", times=1, status=500)
    await house.at("09:06")
    await house.until(lambda: look.hits)
    await wire.cut()
    await minutes_pass(house, *[10] * 13)
    assert "dead" not in await house.read(intents.depth)
    await wire.mend()
    await minutes_pass(house, 2, 2)
    assert "late" in words(house.alert("1001").blocks)
    assert set(how_often(house).values()) == {1}


async def test_a_moment_without_a_network_is_not_told_for_ever_where_nothing_is_left_to_say(
    build: OpenHouse, wires: AsyncExitStack
):
    house, wire = await behind_a_wire(build, wires)
    await house.at("09:04")
    await wire.cut()
    await house.at("09:06")
    house.intercom.admin_replies("1001", house.ana.admin, "Looking.")
    await minutes_pass(house, 2)
    assert [each for each in await wrong(house) if "Slack has taken nothing" in each]
    assert await house.bot.store.read(intents.open_ones, house.workspace) == []
    await wire.mend()
    await minutes_pass(house, 6)
    assert not [each for each in await wrong(house) if "Slack" in each]
    await house.ana.types("/watchbell status", CHANNELS["accounts"])
    assert "Slack has taken nothing" not in house.ana.heard
