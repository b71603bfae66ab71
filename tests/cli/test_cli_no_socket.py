"""`watchbell run` while Slack opens no socket: it waits, says so, and stops at a word."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starting import Surroundings, heard, lines, started, stopped

from sandbox.faults import Fault

SOON = 5.0


@contextlib.asynccontextmanager
async def silence() -> AsyncIterator[int]:
    """A port that takes every connection and answers nothing, as behind some firewalls."""
    kept: list[asyncio.StreamWriter] = []

    async def take(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kept.append(writer)

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for each in kept:
            each.close()


async def waits(process: asyncio.subprocess.Process, *words: str) -> None:
    told = await heard(process, "socket_not_open")
    assert all(word in told for word in words), told
    code, seconds, rest = await stopped(process)
    assert code == 0, rest
    assert seconds < SOON
    assert "is running" not in told + rest
    assert all(isinstance(each, dict) for each in lines(told + rest))


async def test_a_socket_that_never_opens_is_told_and_holds_up_no_stop(
    tmp_path: Path, surroundings: Surroundings
):
    async with silence() as port:
        surroundings.slack.base_url = f"http://127.0.0.1:{port}/slack"
        await waits(await started(tmp_path, surroundings.environment), "see what blocks wss://")


async def test_a_slack_that_is_down_for_sockets_is_waited_for(tmp_path: Path, surroundings: Surroundings):
    down = surroundings.faults.add(
        Fault("slack", "apps.connections.open", "error", times=-1, status=503, error="service_unavailable")
    )
    await waits(await started(tmp_path, surroundings.environment), "service_unavailable")
    assert down.hits >= 3


@pytest.mark.thorough
async def test_it_runs_once_slack_is_back(tmp_path: Path, surroundings: Surroundings):
    surroundings.faults.add(
        Fault("slack", "apps.connections.open", "error", times=2, status=503, error="service_unavailable")
    )
    process = await started(tmp_path, surroundings.environment)
    await heard(process, "Watchbell is running for Ledgerline")
    code, _, told = await stopped(process)
    assert code == 0, told


async def test_a_stop_before_intercom_answers_is_heard(tmp_path: Path, surroundings: Surroundings):
    hanging = surroundings.faults.add(Fault("intercom", "GET /me", "hang", times=-1, seconds=60))
    process = await started(tmp_path, surroundings.environment)
    async with asyncio.timeout(30):
        while True:
            await asyncio.sleep(0.05)
            if hanging.hits:
                break
    code, seconds, told = await stopped(process)
    assert code == 0, told
    assert seconds < SOON
