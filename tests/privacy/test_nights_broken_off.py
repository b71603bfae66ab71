"""A night's clearing that a stop breaks off is done the same night, by whoever comes next, and once."""

from __future__ import annotations

import asyncio
import io
import json
from datetime import timedelta

import pytest
from harness import House, OpenHouse
from planted_person import ID, NEEDLES, everything_stored, hits, live, nights, planted

from bot.store import leases

pytestmark = pytest.mark.thorough

SEVERAL = pytest.mark.parametrize(
    "database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
"""A SQLite file is one bot's alone."""


async def week_of_grace(build: OpenHouse) -> House:
    """A person was deleted in Intercom, and the night comes in which nothing of them may be left."""
    house = await build(data=planted())
    house.webhooks_on()
    await live(house)
    house.intercom.removes_contact(ID)
    await house.settle()
    await nights(house, 6)
    house.clock.machine_ahead += timedelta(days=1)
    house.tick(timedelta(days=1, hours=1).total_seconds())
    assert ID in hits(everything_stored(house.database), NEEDLES)
    return house


def nights_done(diary: io.StringIO) -> int:
    lines = [json.loads(line) for line in diary.getvalue().splitlines()]
    return sum(line["event"] == "retention" for line in lines)


async def test_a_stop_in_the_middle_leaves_the_rest_to_the_next_start(build: OpenHouse, diary: io.StringIO):
    house = await week_of_grace(build)
    hangs = house.fault("intercom", f"GET /contacts/{ID}", "hang", seconds=2.0, times=-1)
    clearing = asyncio.create_task(house.bot.settle())
    await house.hit(hangs)
    await house.stop_bot()
    await asyncio.wait({clearing})
    house.faults.clear()
    await house.start_bot()
    await house.settle()
    assert hits(everything_stored(house.database), NEEDLES) == []
    done = nights_done(diary)
    await house.later(minutes=5)
    assert nights_done(diary) == done


@SEVERAL
async def test_of_several_replicas_one_does_it(build: OpenHouse, diary: io.StringIO):
    house = await week_of_grace(build)
    await house.start_bot()
    before = nights_done(diary)
    await asyncio.gather(*(bot.settle() for bot in house.bots))
    await house.settle()
    assert nights_done(diary) == before + 1
    assert hits(everything_stored(house.database), NEEDLES) == []


@SEVERAL
async def test_who_died_in_the_middle_is_succeeded(build: OpenHouse, diary: io.StringIO):
    house = await week_of_grace(build)
    store, workspace = house.bot.store, house.workspace
    assert await store.write(leases.take, workspace, "retention", "dead", house.clock.machine())
    before = nights_done(diary)
    await house.settle()
    assert nights_done(diary) == before
    house.clock.machine_ahead += leases.LASTS
    await house.settle()
    assert nights_done(diary) == before + 1
    assert hits(everything_stored(house.database), NEEDLES) == []
