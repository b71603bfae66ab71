"""What a look through Slack meets on its way: none of it keeps the bot from speaking where it can."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from harness import QUICK, House, OpenHouse
from on_the_screen import words
from signing import SEED
from small_office import CHANNELS, scenario
from test_bot_clock_jumps import asleep

pytestmark = pytest.mark.thorough


async def get(house: House, path: str) -> tuple[int, str]:
    async with house.client() as client:
        answer = await client.get(path)
        return answer.status_code, answer.text


async def test_where_slack_asks_to_wait_before_a_direct_message_the_look_waits(
    build: OpenHouse, diary: io.StringIO
):
    house = await build(data=scenario("1001"))
    await house.stop_bot()
    house.tick(300)
    asked = house.fault("slack", "conversations.open", "rate_limit", seconds=1)
    await house.start_bot()
    await house.at("09:12")
    assert asked.hits == 1
    assert len(house.alerts("1001")) == 1
    assert "recovery_put_off" not in diary.getvalue()
    assert "person_not_seen" not in diary.getvalue()


async def test_a_channel_that_the_bot_was_removed_from_silences_no_other(
    build: OpenHouse, diary: io.StringIO
):
    house = await asleep(build, 10)
    house.slack.channels[CHANNELS["monday"]].members.discard(SEED.bot_user_id)
    await house.settle()
    assert "channel_not_seen" in diary.getvalue()
    assert CHANNELS["monday"] in diary.getvalue()
    assert "recovery_put_off" not in diary.getvalue()
    assert "First reply due in 10 min" in words(house.alert("1001").blocks)
    assert len(house.alerts("1002")) == 1


async def test_a_token_that_may_not_read_channels_still_puts_the_look_off(
    build: OpenHouse, diary: io.StringIO
):
    house = await asleep(build, 10)
    house.fault("slack", "conversations.history", "error", times=-1, error="missing_scope")
    await house.settle()
    assert "channel_not_seen" not in diary.getvalue()
    assert "recovery_put_off" in diary.getvalue()
    assert house.alerts("1001") == []


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
