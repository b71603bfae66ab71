"""The first reading of an Intercom workspace with 10,000 conversations.

    python -m benchmarks.first_sweep [--quick]

The local Intercom, in another process, makes up the workspace (`sandbox/intercom/many.py`). Timed is one call
of the bot's sweep on empty tables: everything that is open first, then ninety days, in search pages of 150,
until all rows are in the tables and committed. What is open is so read twice, as by the real bot. Fetching
each conversation's parts and people afterwards is not in it; it is told for information (not with --quick).
Memory is the peak of the bot's process from its start to the end of the sweep.

Wall time has the local Intercom's own share in it, which cannot be told apart on a machine that is busy: the
processor time of the bot's process stands beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, memory, say
from benchmarks.stage import build_bot, stage
from bot.intake import sweep
from bot.intake.details import fetch_details
from bot.running import Bot

SUBJECT = "First sweep"
COUNT = 10_000
TIME_GOAL, MEMORY_GOAL = 20.0, 250.0


async def measure(*, quick: bool) -> None:
    say(f"first sweep: {COUNT:,} conversations")
    async with stage(COUNT) as office:
        with TemporaryDirectory(prefix="watchbell-bench-") as name:
            folder = Path(name)
            bot = await build_bot(office.secrets(folder / "bench.db"), folder)
            try:
                await bot.start(ticking=False)
                await bot.front.finish()
                await _measure(bot, quick=quick)
            finally:
                await bot.stop()


async def _measure(bot: Bot, *, quick: bool) -> None:
    workspace, clock = bot.office.workspace, bot.works.clock
    began, worked = time.perf_counter(), time.process_time()
    seen = await sweep.sweep(bot.store, workspace, bot.reads, timedelta(minutes=10), clock)
    took, worked = time.perf_counter() - began, time.process_time() - worked
    if seen != COUNT:
        raise RuntimeError(f"{seen:,} of {COUNT:,} conversations were read")
    note = f"{worked:.1f} s of processor time"
    Figure(SUBJECT, f"{COUNT:,} conversations into the tables", took, "s", goal=TIME_GOAL, note=note).tell()
    Figure(SUBJECT, "memory", memory("VmHWM"), "MB", goal=MEMORY_GOAL).tell()
    if quick:
        return
    began, fetched = time.perf_counter(), 0
    while batch := await fetch_details(
        bot.store, workspace, bot.reads, bot.office.config.accounts, bot.works.clock
    ):
        fetched += batch
    took = time.perf_counter() - began
    Figure(SUBJECT, f"all parts and people of {fetched:,} conversations after that", took, "s").tell()
    Figure(SUBJECT, "memory after that", memory("VmHWM"), "MB").tell()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="Leave out what is told for information.")
    asyncio.run(measure(quick=parser.parse_args().quick))


if __name__ == "__main__":
    main()
