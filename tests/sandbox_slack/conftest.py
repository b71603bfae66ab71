from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from slack_bench import served, workspace

from sandbox.slack import SlackWorld, Timing


@pytest.fixture
async def world() -> AsyncIterator[SlackWorld]:
    async with served(workspace(Timing(event_retry_delays_s=(0.0, 0.05, 0.1)))) as made:
        yield made
