"""`watchbell run` in a process of its own, against a Monday's Slack and Intercom."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.faults import FaultBoard
from sandbox.slack.world import SlackWorld

WATCHBELL = Path(sys.executable).with_name("watchbell")


@dataclass(frozen=True)
class Surroundings:
    """A complete environment, which nothing is wrong with, and the Slack that it names."""

    environment: dict[str, str]
    slack: SlackWorld
    faults: FaultBoard


async def run(folder: Path, environment: dict[str, str]) -> tuple[int | None, str]:
    """`watchbell run` to its end: (exit code, everything it said)."""
    process = await started(folder, environment)
    async with asyncio.timeout(30):
        told, _ = await process.communicate()
    return process.returncode, told.decode()


async def started(folder: Path, environment: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        str(WATCHBELL),
        "run",
        cwd=folder,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def heard(process: asyncio.subprocess.Process, words: str) -> str:
    """All that it said until these words came."""
    assert process.stdout is not None
    told = ""
    async with asyncio.timeout(30):
        while words not in told:
            line = await process.stdout.readline()
            assert line, told
            told += line.decode()
    return told


async def stopped(process: asyncio.subprocess.Process) -> tuple[int | None, float, str]:
    """After a SIGTERM: exit code, seconds, and the rest of what it said."""
    begun = time.monotonic()
    process.terminate()
    try:
        async with asyncio.timeout(15):
            told, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    return process.returncode, time.monotonic() - begun, told.decode()


def lines(told: str) -> list[Any]:
    """What it logged, read as JSON; the line for people is left out."""
    return [json.loads(line) for line in told.splitlines() if line and "Watchbell is running" not in line]
