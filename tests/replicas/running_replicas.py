"""Replicas as processes: started together, watched, stopped."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import Process
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from harness import House, free_port
from shared_files import ROOT

from bot.outbox.timings import Timings

PROGRAM = Path(__file__).with_name("replica_process.py")
TIMINGS = Timings(attempt=5.0, settle=3.0, looks=(1.0, 2.0), backoff=0.2, backoff_cap=2.0, lease=15.0)
"""Compressed as the day is; a lease still is three times the longest attempt."""


@dataclass
class Replica:
    """One running process."""

    process: Process
    port: int
    log: Path

    def logged(self) -> list[dict[str, Any]]:
        """What it logged so far."""
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines() if line.endswith("}")]

    async def stop(self) -> int:
        """SIGTERM, and its exit code."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), 30)

    async def kill(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


async def start_replicas(house: House, count: int, *, timings: Timings = TIMINGS) -> list[Replica]:
    """So many replicas of the house's bot, on the house's time from now on; its own bot is not one."""
    config = house.folder / "watchbell.toml"
    config.write_text(house.toml, encoding="utf-8")
    replicas = [await _launch(house, config, number, timings) for number in range(count)]
    for replica in replicas:
        assert replica.process.stdout is not None
        line = await asyncio.wait_for(replica.process.stdout.readline(), 60)
        assert line == b"ready\n", replica.log.read_text("utf-8")[-3000:]
    return replicas


async def _launch(house: House, config: Path, number: int, timings: Timings) -> Replica:
    port, log = free_port(), house.folder / f"replica-{number}.log"
    told = {
        "secrets": _plain(replace(house.secrets(), port=port)),
        "config": str(config),
        "log": str(log),
        "timings": asdict(timings),
        **_time(house),
    }
    path = os.pathsep.join([str(PROGRAM.parent), str(ROOT / "tests"), str(ROOT)])
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(PROGRAM),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(told).encode() + b"\n")
    await process.stdin.drain()
    return Replica(process, port, log)


def _plain(secrets: Any) -> dict[str, Any]:
    found = asdict(secrets)
    for path in ("config", "model"):
        found.pop(path)
    return found


def _time(house: House) -> dict[str, Any]:
    """The house's business time as a start and the monotonic instant that belongs to it."""
    began = asyncio.get_running_loop().time()
    return {"start": house.clock.now().isoformat(), "began": began, "speed": house.clock.speed}
