"""Somebody is erased in the moment in which a message that names them is being edited."""

from __future__ import annotations

import asyncio
import time

import pytest
from harness import House, OpenHouse
from planted_person import ID, LATER, command, everything_in_slack, everything_stored, hits, live, planted

pytestmark = pytest.mark.thorough

AGAIN = f"{LATER}, louder than ever"


async def test_an_edit_under_way_does_not_land_on_the_clean_one(build: OpenHouse) -> None:
    house = await build(data=planted())
    await live(house)
    house.tick()
    house.intercom.customer_writes("2001", AGAIN)
    slow = house.fault("slack", "chat.update", "slow", times=-1, seconds=4)
    delivering = asyncio.create_task(house.later(seconds=61))
    await house.hit(slow)
    await asyncio.sleep(0.3)
    # What is edited from here on is there at once.
    begun, slow.times = slow.hits, 0
    assert begun
    await erased_meanwhile(house)
    assert slow.hits == begun
    await delivering
    await house.settle()
    assert hits(everything_in_slack(house), (AGAIN,)) == []
    assert hits(everything_in_slack(house)) == []
    assert hits(everything_stored(house.database)) == []
    assert "Single sign-on" in everything_in_slack(house)


async def erased_meanwhile(house: House) -> None:
    """The command, beside a bot that begins what is due and waits for nothing that it has begun."""
    running = asyncio.create_task(asyncio.to_thread(command, house, "erase", "--contact", ID, "--yes"))
    give_up = time.monotonic() + 20
    while not running.done():
        assert time.monotonic() < give_up
        await house.bot.pump.run()
        await asyncio.sleep(0.02)
    assert (await running).exit_code == 0
