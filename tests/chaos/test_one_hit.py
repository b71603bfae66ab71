"""R12: a connection that is cut after the request went out: Slack was asked once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest
from harness import House, open_house
from signing import SEED
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from small_office import CHANNELS, scenario
from tally import Figures

from bot.slack import client as slack_client

Build = Callable[[str, str, aiohttp.ClientSession], AsyncWebClient]


def as_the_sdk_builds_it(token: str, address: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    client = AsyncWebClient(token=token, base_url=address, session=session)
    client.proxy = None
    return client


async def hits(house: House, build: Build) -> int:
    """How often Slack is asked for one post whose connection it cuts each time it has done its work."""
    fault = house.fault("slack", "chat.postMessage", "drop_after", times=-1)
    async with aiohttp.ClientSession() as session:
        client = build(SEED.bot_token, f"{house.server.url}/slack/api/", session)
        with contextlib.suppress(aiohttp.ClientError, SlackApiError):
            await client.chat_postMessage(channel=CHANNELS["alerts"], text="Due")
    house.faults.clear()
    return fault.hits


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        pytest.param(slack_client.build, 1, id="ours"),
        pytest.param(as_the_sdk_builds_it, 2, id="control-the-sdk's-default"),
    ],
)
async def test_a_cut_connection(tmp_path: Path, figures: Figures, build: Build, expected: int):
    async with open_house(tmp_path, data=scenario("1001"), linked=(), settled=False) as house:
        found = await hits(house, build)
    figures(f"R12 hits of {'our client' if expected == 1 else 'the SDK as it is'}", {"hits": found})
    assert found == expected


async def test_the_bot_asks_once_for_each_message(tmp_path: Path):
    async with open_house(tmp_path, data=scenario("1001", "1002"), linked=()) as house:
        fault = house.fault("slack", "chat.postMessage", "drop_after", times=-1)
        await house.at("09:12")
        await house.until(lambda: len(house.posts("alerts", "post:alert:")) == 2)
        await house.rest(0.5)
        assert fault.hits == 2
