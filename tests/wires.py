"""A wire to a server on this machine that can be cut: connections are refused, and those that stood end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Wire:
    """A port that leads to another one, as long as it is not cut."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._carried: set[asyncio.Task[None]] = set()
        self.port = 0

    async def mend(self) -> None:
        """Let connections through, at the same port as before."""
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Refuse connections from now on."""
        if self._server is None:
            return
        self._server.close()
        for end in self._ends:
            end.transport.abort()
        await asyncio.gather(*self._carried, return_exceptions=True)
        self._server = None

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, out = await asyncio.open_connection("127.0.0.1", self._to)
        both = {
            asyncio.create_task(self._carry(reader, out)),
            asyncio.create_task(self._carry(there, writer)),
        }
        self._carried |= both
        await asyncio.wait(both)
        self._carried -= both

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.add(writer)
        with contextlib.suppress(ConnectionError):
            while chunk := await reader.read(1 << 16):
                writer.write(chunk)
                await writer.drain()
        self._ends.discard(writer)
        writer.close()


@contextlib.asynccontextmanager
async def wire_to(port: int) -> AsyncIterator[Wire]:
    """A wire to `port` that is whole at first."""
    made = Wire(port)
    await made.mend()
    try:
        yield made
    finally:
        await made.cut()
