"""A local Slack stub and the door to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_stub import SlackStub

from bot.slack.client import Slack, build
from bot.slack.pacing import Pacing


@pytest.fixture
async def stub() -> AsyncIterator[SlackStub]:
    stub = SlackStub()
    await stub.start()
    yield stub
    await stub.stop()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def slack(stub: SlackStub, session: aiohttp.ClientSession) -> Slack:
    return Slack(build("xoxb-test", stub.url, session), Pacing(), timeout=0.5)
