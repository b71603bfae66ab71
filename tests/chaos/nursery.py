"""The test's end of a nursery of bots: order one, hear what becomes of it, kill it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from shared_files import ROOT
from victim import Order

PROGRAM = Path(__file__).with_name("victim.py")


@dataclass(eq=False)
class Victim:
    """One bot's process. `code` is its exit code once it has `ended`, minus the signal that killed it.

    `since` is when each state was reached, monotonic seconds.
    """

    order: Order
    pid: int = 0
    code: int | None = None
    since: dict[str, float] = field(default_factory=dict)
    born: asyncio.Event = field(default_factory=asyncio.Event)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def signal(self, number: signal.Signals) -> None:
        if self.pid and not self.ended.is_set():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    async def kill(self) -> None:
        """End it as a power cut would."""
        await self.born.wait()
        self.signal(signal.SIGKILL)
        await self.ended.wait()


class Nursery:
    """A process that forks bots on request."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._victims: dict[int, Victim] = {}
        self._warm = asyncio.Event()
        self._rehearsed: dict[str, asyncio.Event] = {}
        self._listening = asyncio.create_task(self._listen())

    async def warm(self) -> None:
        await self._warm.wait()

    async def rehearsed(self, database: str) -> None:
        """Have it live through an hour on a database like this one, the first time it is asked to."""
        kind, _, name = database.partition("://")
        over = self._rehearsed.get(kind)
        if over is None:
            over = self._rehearsed[kind] = asyncio.Event()
            server = None if kind == "sqlite" else f"{kind}://{name.partition('/')[0]}"
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps({"rehearse": server}).encode() + b"\n")
        await over.wait()

    def fork(self, order: Order) -> Victim:
        """Begin another bot."""
        victim = self._victims[order.number] = Victim(order)
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asdict(order)).encode() + b"\n")
        return victim

    async def close(self) -> None:
        """End the nursery and every bot in it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._listening

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self._hear(json.loads(line))
        for waiting in (self._warm, *self._rehearsed.values()):
            waiting.set()
        for victim in self._victims.values():
            victim.ended.set()

    def _hear(self, news: dict[str, Any]) -> None:
        state = news["state"]
        if state == "warm":
            self._warm.set()
            return
        if state == "rehearsed":
            # One after the other, in the order in which they were asked for.
            next(each for each in self._rehearsed.values() if not each.is_set()).set()
            return
        victim = self._victims[news["number"]]
        victim.pid = news["pid"]
        if state == "ended":
            victim.code = news["code"]
            del self._victims[news["number"]]
        victim.since[state] = time.monotonic()
        getattr(victim, state).set()


@contextlib.asynccontextmanager
async def open_nursery(folder: Path) -> AsyncIterator[Nursery]:
    """A warm nursery; whatever it still has ends with it. What it says on its own goes to a file there."""
    certificates = folder / "no-certificates"
    certificates.mkdir(exist_ok=True)
    # Nothing here speaks TLS, and reading the machine's certificates would be most of a start.
    environment = {
        **os.environ,
        "SSL_CERT_DIR": str(certificates),
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests"))),
    }
    environment.pop("SSL_CERT_FILE", None)
    with (folder / "nursery.log").open("ab") as said:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(PROGRAM),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=said,
            env=environment,
        )
    nursery = Nursery(process)
    try:
        await nursery.warm()
        yield nursery
    finally:
        await nursery.close()
