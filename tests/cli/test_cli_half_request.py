"""A request of which only the beginning comes: it is given up, and holds up no stop."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from harness import free_port
from starting import Surroundings, heard, started, stopped

BEGINNING = (
    b"POST /%s HTTP/1.1\r\nHost: bot.example\r\nContent-Length: 1000\r\n"
    b'Content-Type: application/json\r\n\r\n{"a'
)
SOON = 8.0


async def serving(folder: Path, surroundings: Surroundings) -> tuple[asyncio.subprocess.Process, int]:
    """A bot that takes webhooks, and its port."""
    port = free_port()
    changed = surroundings.environment | {"PORT": str(port), "INTERCOM_CLIENT_SECRET": "a-client-secret"}
    process = await started(folder, changed)
    await heard(process, "Watchbell is running for Ledgerline")
    return process, port


@pytest.mark.parametrize("held", [True, False], ids=["held open", "given up by its sender"])
async def test_a_half_sent_webhook_holds_up_no_stop(tmp_path: Path, surroundings: Surroundings, held: bool):
    process, port = await serving(tmp_path, surroundings)
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(BEGINNING % b"intercom/webhook")
    await writer.drain()
    await asyncio.sleep(0.3)
    if not held:
        writer.close()
        await asyncio.sleep(0.3)
    code, seconds, told = await stopped(process)
    writer.close()
    assert code == 0, told
    assert seconds < SOON
    assert "xception" not in told


async def test_a_body_that_does_not_come_is_answered_408(tmp_path: Path, surroundings: Surroundings):
    process, port = await serving(tmp_path, surroundings)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(BEGINNING % b"intercom/webhook")
    begun = time.monotonic()
    async with asyncio.timeout(SOON):
        while time.monotonic() - begun < 2:
            # A byte now and then keeps nothing open.
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(0.2)
        answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 408")
    code, _, told = await stopped(process)
    assert code == 0
    assert "xception" not in told
