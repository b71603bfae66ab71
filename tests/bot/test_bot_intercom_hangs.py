"""An Intercom that takes calls and does not answer holds up nothing but what is asked of it."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest
from harness import House, OpenHouse
from small_office import scenario

from bot.store import conversations
from jobs import works

pytestmark = pytest.mark.thorough

HANGS = 60.0
"""Longer than any test waits."""


@pytest.fixture
async def hanging(build: OpenHouse) -> House:
    """A bot that ticks by itself, at work on a conversation whose reading hangs. 1001 is due at 09:30."""
    house = await build(data=scenario("1001", "1002"), http=True)
    await house.stop_bot()
    await house.start_bot(ticking=True)
    house.webhooks_on()
    fault = house.fault("intercom", "GET /conversations/1002", "hang", times=-1, seconds=HANGS)
    house.intercom.customer_writes("1002", "Hello?")
    await soon(lambda: fault.hits)
    return house


async def soon(holds: object, seconds: float = 6.0) -> None:
    """Nothing is settled: the bot goes by its own beat."""
    assert callable(holds)
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, "it never came about"
        await asyncio.sleep(0.05)


async def test_an_alert_of_another_conversation_does_not_wait(hanging: House):
    house = hanging
    house.clock.jump_to(house.clock.now() + timedelta(minutes=16))
    await soon(lambda: house.alerts("1001"))


async def test_an_answer_leaves(hanging: House):
    await hanging.ana.answers("1001", "It is repaired.")
    await soon(hanging.sent)


async def test_the_bot_is_ready_all_the_same(hanging: House):
    house = hanging
    house.clock.machine_ahead = timedelta(minutes=2)
    await asyncio.sleep(2.5)
    async with house.client() as client:
        answer = await client.get("/readyz")
    assert answer.json() == {"ready": True, "missing": []}


async def test_what_was_asked_for_comes_in_as_soon_as_intercom_answers(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), http=True)
    await house.stop_bot()
    await house.start_bot(ticking=True)
    house.webhooks_on()
    fault = house.fault("intercom", "GET /conversations/1002", "hang", seconds=2.0)
    house.intercom.customer_writes("1002", "Hello?")
    await soon(lambda: fault.hits)
    ends = time.monotonic() + 8
    while (await house.read(conversations.get, "1002")).details_due is not None:
        assert time.monotonic() < ends, "it never came in"
        await asyncio.sleep(0.05)


async def test_told_to_stop_it_stops(hanging: House):
    began = time.monotonic()
    await hanging.stop_bot()
    assert time.monotonic() - began < works.ENDS_WITHIN + 2
    # What it was at is done by the next one.
    hanging.faults.clear()
    await hanging.start_bot()
    hanging.clock.machine_ahead += timedelta(seconds=30)
    await hanging.settle()
    assert (await hanging.read(conversations.get, "1002")).details_due is None


async def test_whoever_settles_waits_for_it(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"))
    house.webhooks_on()
    house.fault("intercom", "GET /conversations/1002", "slow", seconds=1.5)
    house.intercom.customer_writes("1002", "Hello?")
    await house.settle()
    assert (await house.read(conversations.get, "1002")).details_due is None
