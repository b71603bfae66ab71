"""`watchbell demo` as a person starts it: a process of its own, stopped with Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
WATCHBELL = Path(sys.executable).with_name("watchbell")


@dataclass
class Demo:
    """A running demo: its page's address, and the process."""

    url: str
    process: asyncio.subprocess.Process
    started_within: float = 0.0


@asynccontextmanager
async def running_demo(folder: Path, *options: str) -> AsyncIterator[Demo]:
    """Start the demo in `folder` on a free port; at the end Ctrl-C must stop it within ten seconds."""
    process = await asyncio.create_subprocess_exec(
        str(WATCHBELL),
        "demo",
        "--port",
        "0",
        *options,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "COLUMNS": "200"},
    )
    assert process.stdout is not None
    told = ""
    try:
        async with asyncio.timeout(30):
            while not (found := ADDRESS.search(told)):
                line = await process.stdout.readline()
                assert line, f"the demo ended before it told its address:\n{told}"
                told += line.decode()
        yield Demo(found[0], process)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
            async with asyncio.timeout(10):
                await process.wait()


async def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run `watchbell …` to its end: (exit code, everything it printed)."""
    process = await asyncio.create_subprocess_exec(
        str(WATCHBELL),
        *arguments,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "COLUMNS": "200"},
    )
    told, _ = await process.communicate()
    return process.returncode or 0, told.decode()
