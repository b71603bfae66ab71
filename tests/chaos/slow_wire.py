"""A wire on which every answer takes its time: a TCP relay in front of a server on this machine."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator


@contextlib.asynccontextmanager
async def slow_wire(port: int, seconds: float) -> AsyncIterator[int]:
    """A port that leads to `port`; what comes back is held up for so many seconds."""
    relays: set[asyncio.Task[None]] = set()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, out = await asyncio.open_connection("127.0.0.1", port)
        tasks = {
            asyncio.create_task(_carry(reader, out, 0.0)),
            asyncio.create_task(_carry(there, writer, seconds)),
        }
        relays.update(tasks)
        await asyncio.wait(tasks)
        relays.difference_update(tasks)

    server = await asyncio.start_server(relay, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in relays:
            task.cancel()
        await asyncio.gather(*relays, return_exceptions=True)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(1 << 16):
            await asyncio.sleep(seconds)
            writer.write(chunk)
            await writer.drain()
    with contextlib.suppress(ConnectionError):
        writer.close()
