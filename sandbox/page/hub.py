"""Tells open pages what changed, a few times a second at most, as server-sent events.

An event names what changed and nothing more; the page then fetches the parts it shows. Many changes in one
moment become one event, for each is kept under its own name until it is sent.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

Change = dict[str, str]

GATHER_S = 0.06
HEARTBEAT_S = 15.0


@dataclass
class _Listener:
    viewer: str
    loop: asyncio.AbstractEventLoop
    pending: dict[tuple[tuple[str, str], ...], Change] = field(default_factory=dict)
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, change: Change) -> None:
        self.pending[tuple(sorted(change.items()))] = change
        self.wake.set()


class Hub:
    """Where changes come in and pages listen. `publish` may be called from any thread."""

    def __init__(self) -> None:
        self._listeners: list[_Listener] = []
        self._closed = False

    def publish(self, change: Change) -> None:
        """Tell everybody, or only `change["user"]` where the change names one."""
        for listener in list(self._listeners):
            if change.get("user", listener.viewer) == listener.viewer and not listener.loop.is_closed():
                listener.loop.call_soon_threadsafe(listener.put, change)

    async def listen(self, viewer: str) -> AsyncIterator[str]:
        """Server-sent events for one page until it goes away or the hub is closed."""
        listener = _Listener(viewer, asyncio.get_running_loop())
        self._listeners.append(listener)
        try:
            yield "retry: 1000\nevent: hello\ndata: {}\n\n"
            while not self._closed:
                try:
                    async with asyncio.timeout(HEARTBEAT_S):
                        await listener.wake.wait()
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                await asyncio.sleep(GATHER_S)
                changes = list(listener.pending.values())
                listener.pending.clear()
                listener.wake.clear()
                if changes:
                    yield f"event: changes\ndata: {json.dumps(changes)}\n\n"
        finally:
            self._listeners.remove(listener)

    def close(self) -> None:
        """End every stream, so that a server can stop."""
        self._closed = True
        for listener in self._listeners:
            if not listener.loop.is_closed():
                listener.loop.call_soon_threadsafe(listener.wake.set)
