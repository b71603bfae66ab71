"""One replica as a process of its own: the real bot in HTTP mode, on the time of the test that started it.

Reads its settings as JSON from standard input, prints `ready`, and runs until SIGTERM. Business time is
computed from the monotonic clock, which all processes of a machine share.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from harness import hurried

from bot import app
from bot.logs import configure
from bot.outbox.timings import Timings
from bot.settings.file import load_config
from bot.settings.secrets import Secrets


class SharedClock:
    """Business time that began at `start` when the monotonic clock stood at `began`, at `speed`."""

    def __init__(self, start: datetime, began: float, speed: float) -> None:
        self._start, self._began, self._speed = start, began, speed

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._began) * self._speed)

    def machine(self) -> datetime:
        return datetime.now(UTC)


async def main(told: dict[str, Any]) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    bot = await app.build(
        Secrets(**told["secrets"]),
        load_config(Path(told["config"])),
        SharedClock(datetime.fromisoformat(told["start"]), told["began"], told["speed"]),
        timings=Timings(**told["timings"]),
        undo=timedelta(0),
        pacing=hurried(),
    )
    await bot.start()
    print("ready", flush=True)
    await stop.wait()
    await bot.stop()


if __name__ == "__main__":
    settings = json.loads(sys.stdin.readline())
    with open(settings["log"], "w", encoding="utf-8", buffering=1) as log:
        configure(log)
        asyncio.run(main(settings))
