"""`watchbell` as an operator types it, beside a bot that runs."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from bot.cli import main

WATCHBELL = Path(sys.executable).with_name("watchbell")


@dataclass(frozen=True)
class Told:
    """What a command said, and its exit code."""

    code: int | None
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


async def watchbell(database: str, *arguments: str, typed: str = "", columns: int = 200) -> Told:
    """`watchbell …` on a database, in a thread beside whatever runs; `typed` is what the operator answers, in
    a terminal that is so many `columns` wide.
    """
    runner = CliRunner(env={"COLUMNS": str(columns), "DATABASE_URL": database})
    done = await asyncio.to_thread(runner.invoke, main, arguments, input=typed)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Told(done.exit_code, done.stdout, done.stderr)


async def watchbell_process(database: str, *arguments: str) -> Told:
    """The same in a process of its own, as an operator has it."""
    process = await asyncio.create_subprocess_exec(
        str(WATCHBELL),
        *arguments,
        env={"PATH": os.environ["PATH"], "COLUMNS": "200", "DATABASE_URL": database},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    told = Told(process.returncode, out.decode(), err.decode())
    assert "Traceback" not in told.err, told.err
    return told
