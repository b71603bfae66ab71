"""A small workspace of the local Intercom, served in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from _pytest.outcomes import Skipped
from intercom_spec import spec
from intercom_workspace import HEADERS, MONDAY, SCENARIO, TOKEN, app_of

from sandbox.clock import SandboxClock
from sandbox.faults import FaultBoard
from sandbox.intercom import IntercomWorld


@pytest.fixture
def clock() -> SandboxClock:
    return SandboxClock(MONDAY, speed=0)


@pytest.fixture
def world(clock: SandboxClock) -> IntercomWorld:
    made = IntercomWorld(
        clock,
        FaultBoard(),
        token=TOKEN,
        client_secret="hush",
        app_id="k7m2p9xqz",
        base_url="http://sandbox",
    )
    made.load(SCENARIO)
    return made


@pytest.fixture
async def client(world: IntercomWorld) -> AsyncIterator[httpx.AsyncClient]:
    """A client whose every answer is held against the published description, where that is at hand."""
    hooks: list[Any] = []
    try:
        hooks = [spec().check]
    except Skipped:
        hooks = []
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app_of(world)),
        base_url="http://sandbox/intercom",
        headers=HEADERS,
        event_hooks={"response": hooks},
    ) as made:
        yield made
