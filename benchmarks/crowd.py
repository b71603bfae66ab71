"""A bot with 100,000 open conversations: its memory, its quick ticks, and what people ask of it.

    python -m benchmarks.crowd [--quick]

The tables are filled beforehand (`benchmarks/filling.py`); 24 more conversations live in the local Intercom,
in a process of its own, and customers write in them, one notification every half second, for a minute
(quick: ten seconds). The bot is the real one on SQLite; its ticks are run as the pump runs them, quick ones
until none has anything left, slow ones once a second, each timed.

* Memory: peak resident memory of the bot's process, from its start to the end of the minute.
* Quick ticks: wall time of each run of receipts, details, judge, accounts and deliver, calls to the
  local Intercom included. The goal is about all but the slowest hundredth of each, for the slowest single one
  of a minute tells of the machine; it is told beside.
* Event loop: how late a task that sleeps 5 ms is woken, from the first tick to the last.
* What people ask for, once each on the reader threads, after the minute: how long it takes, and how long the
  event loop stood still meanwhile. For information.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
from sqlmodel import Session

from benchmarks.figures import Figure, memory, percentile, say
from benchmarks.stage import REPS, Stage, filled_bot, link_reps, stage
from bot import metrics
from bot.desk.inbox import inbox_of
from bot.intake import sweep
from bot.office import Office
from bot.risk import atrisk
from bot.risk.gather import gather
from bot.risk.score import score
from bot.running import Bot
from bot.store import accounts
from bot.watch import auditor, pulse
from jobs.schedule import QUICK, SLOW, run_tick

MEMORY_GOAL, TICK_GOAL = 200.0, 50.0
SUBJECT = "Very many"

Spent = dict[str, list[float]]
"""Milliseconds of each run, by tick."""


class Lag:
    """How late the event loop wakes those who sleep, in ms."""

    def __init__(self) -> None:
        self.late: list[float] = []

    @contextlib.asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()

    async def _watch(self) -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.005)
            self.late.append((time.perf_counter() - began - 0.005) * 1000)


async def live(bot: Bot, office: Stage, seconds: float, spent: Spent) -> None:
    """A stretch of ordinary life."""
    transport = httpx.ASGITransport(app=bot.web)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.example") as client:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            beat = time.monotonic() + 0.5
            for told in await office.notifications(1):
                signed = {"X-Hub-Signature": told.signature}
                answer = await client.post("/intercom/webhook", content=told.body, headers=signed)
                answer.raise_for_status()
            await pump(bot, spent)
            for name, tick in SLOW.items():
                await run_tick(bot.works, name, tick)
            await pump(bot, spent)
            await asyncio.sleep(max(0.0, beat - time.monotonic()))


async def pump(bot: Bot, spent: Spent) -> None:
    """The quick ticks, one after the other, until none has anything left to do."""
    done = 1
    while done:
        done = 0
        for name, tick in QUICK.items():
            began = time.perf_counter()
            done += await run_tick(bot.works, name, tick)
            spent[name].append((time.perf_counter() - began) * 1000)


async def asked(bot: Bot, what: str, work: Callable[[], Awaitable[object]]) -> None:
    lag = Lag()
    began = time.perf_counter()
    async with lag.watched():
        await work()
    took = (time.perf_counter() - began) * 1000
    stood = max(lag.late, default=0.0)
    Figure(SUBJECT, what, took, "ms", note=f"event loop late by {stood:.0f} ms at most").tell()


async def ask_everything(bot: Bot) -> None:
    office, read = bot.office, bot.store.read
    at = bot.works.at
    ticked = dict(bot.works.ticked)
    await asked(bot, "/metrics", lambda: read(metrics.exposition, office.workspace, ticked, at()))
    await asked(bot, "/inbox", lambda: read(inbox_of, office, REPS[0], at()))
    await asked(bot, "/watchbell status", lambda: read(pulse.status, office, at()))
    await asked(bot, "audit's questions", lambda: read(auditor.find_gaps, office.workspace, at()))
    await asked(bot, "risk of 100 accounts", lambda: read(_risks, office, at().now))


def _risks(session: Session, office: Office, now: datetime) -> None:
    """A part of what /atrisk, App Home and Monday do for every account there is."""
    for number in range(100):
        company = accounts.get_account(session, office.workspace, f"a{number}")
        if company is not None:
            score(
                gather(session, office, company, now),
                now,
                zone=ZoneInfo(office.zone),
                limits=atrisk.limits(office),
            )


async def measure(*, quick: bool) -> None:
    count, seconds = (100_000, 10.0) if quick else (100_000, 60.0)
    say(f"crowd: {count:,} conversations, {seconds:.0f} seconds")
    async with stage(24) as office, filled_bot(office, count) as bot:
        await _measure(bot, office, count, seconds)


async def _measure(bot: Bot, office: Stage, count: int, seconds: float) -> None:
    await sweep.sweep(bot.store, bot.office.workspace, bot.reads, timedelta(minutes=10), bot.works.clock)
    await link_reps(bot)
    warm: Spent = defaultdict(list)
    # What was found at the first sight of the local Intercom has been fetched, judged and posted by then.
    await live(bot, office, 15.0, warm)
    spent: Spent = defaultdict(list)
    lag = Lag()
    async with lag.watched():
        await live(bot, office, seconds, spent)
    Figure(SUBJECT, f"memory, {count:,} open", memory("VmHWM"), "MB", goal=MEMORY_GOAL).tell()
    for name, times in spent.items():
        note = f"slowest {max(times):.0f} ms of {len(times)}"
        Figure(SUBJECT, f"{name} tick", percentile(times, 99), "ms", goal=TICK_GOAL, note=note).tell()
    note = f"latest {max(lag.late):.0f} ms of {len(lag.late)}"
    Figure(SUBJECT, "event loop late", percentile(lag.late, 99), "ms", goal=TICK_GOAL, note=note).tell()
    await ask_everything(bot)
    Figure(SUBJECT, "memory after all of that", memory("VmHWM"), "MB").tell()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="Ten seconds of life in place of a minute.")
    asyncio.run(measure(quick=parser.parse_args().quick))


if __name__ == "__main__":
    main()
