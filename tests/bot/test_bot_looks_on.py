"""What a look through Slack meets on its way: none of it keeps the bot from speaking where it can."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from harness import QUICK, House, OpenHouse
from small_office import scenario

pytestmark = pytest.mark.thorough


async def get(house: House, path: str) -> tuple[int, str]:
    async with house.client() as client:
        answer = await client.get(path)
        return answer.status_code, answer.text


async def test_while_slack_is_looked_through_clicks_and_webhooks_come_in(build: OpenHouse):
    house = await build(data=scenario("1001"), http=True, timings=replace(QUICK, attempt=30.0))
    house.webhooks_on()
    await house.stop_bot()
    house.tick(600)
    held = house.fault("slack", "conversations.history", "slow", seconds=6)
    await house.start_bot()
    early = await get(house, "/servable")
    assert early == (503, '{"servable":false,"missing":["nothing has ticked yet"]}')
    looking = asyncio.create_task(house.settle())
    await house.hit(held)
    house.clock.machine_ahead = timedelta(seconds=31)
    assert (await get(house, "/readyz"))[0] == 503
    assert await get(house, "/servable") == (200, '{"servable":true,"missing":[]}')
    assert (await house.ana.types("/claim 1001")).ok
    assert "*Yours now*" in house.ana.heard
    assert (await house.notify({"topic": "ping", "id": None})).status_code == 200
    assert not looking.done(), "it was answered too late: the test proves nothing"
    await looking
    assert (await get(house, "/readyz"))[0] == 200
