"""APScheduler as a clock only: a few interval ticks in memory, one at a time, late ones run once.

Job stores shared by processes fire twice and memory stores forget; so nothing but the beat lives here, and
every replica beats.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from jobs import (
    accounts,
    audit,
    channels,
    claims,
    clock,
    deliver,
    details,
    digests,
    engine,
    failing,
    heartbeat,
    history,
    homes,
    in_slack,
    judge,
    mailbox,
    monday,
    quiet,
    receipts,
    reconcile,
    retention,
    settings,
    spreading,
    sweep,
    troubles,
)
from jobs.works import Works

log = structlog.get_logger("watchbell.jobs")

Tick = Callable[[Works], Coroutine[Any, Any, int]]

FETCHING = "details"

QUICK: dict[str, Tick] = {
    "receipts": receipts.tick,
    FETCHING: details.tick,
    "judge": judge.tick,
    "accounts": accounts.tick,
    "in_slack": in_slack.tick,
}
"""Ticks that follow one another whenever something was written; at the end of a round all is sent."""

PATIENCE = 1.0
"""Seconds that a round waits for what it has Intercom asked for; after that the others go on without it."""

MUCH = 12
"""A tick that did so much is in a storm: what can be told already does not wait for the end of the round."""

SLOW: dict[str, Tick] = {
    "clock": clock.tick,
    "sweep": sweep.tick,
    "failing": failing.tick,
    "troubles": troubles.tick,
    "quiet": quiet.tick,
    "claims": claims.tick,
    "spreading": spreading.tick,
    "monday": monday.tick,
    "digests": digests.tick,
    "audit": audit.tick,
    "heartbeat": heartbeat.tick,
    "retention": retention.tick,
    "homes": homes.tick,
    "reconcile": reconcile.tick,
    "history": history.tick,
    "channels": channels.tick,
    "mailbox": mailbox.tick,
    "settings": settings.tick,
    "engine": engine.tick,
}

EVERY = 1.0


async def run_tick(works: Works, name: str, tick: Tick) -> int:
    """One tick; a fault is logged and leaves the others running."""
    if works.closing:
        return 0
    works.begun.setdefault(name, works.clock.machine())
    task = asyncio.create_task(tick(works))
    works.under_way.add(task)
    task.add_done_callback(works.under_way.discard)
    try:
        # Shielded, for the scheduler cancels what it has begun when it is shut down.
        done = await asyncio.shield(task)
    except Exception:
        works.failed.add(name)
        works.failing.add(name)
        log.exception("tick_failed", tick=name)
        return 0
    works.ticked[name] = works.clock.machine()
    works.failing.discard(name)
    return done


class Pump:
    """Runs the quick ticks, one after the other, until none has anything left to do.

    The one that asks Intercom goes on beside the others where it takes longer, and wakes the pump at its end:
    no alert, answer or edit waits for an Intercom that does not answer.
    """

    def __init__(self, works: Works, wake: Callable[[], None]) -> None:
        self._works = works
        self._wake = wake
        self._turn = asyncio.Lock()
        self._fetching: asyncio.Task[int] | None = None

    async def run(self) -> int:
        async with self._turn:
            total, last = 0, next(reversed(QUICK))
            for _ in range(200):
                done = 0
                for name, tick in QUICK.items():
                    if name == FETCHING:
                        worked = await self._fetch(tick)
                    else:
                        worked = await run_tick(self._works, name, tick)
                    if worked >= MUCH or name == last:
                        worked += await run_tick(self._works, "deliver", deliver.tick)
                    done += worked
                if done == 0:
                    break
                total += done
            return total

    async def caught_up(self) -> int:
        """Wait for what is being fetched beside the others; how much it was."""
        if self._fetching is None:
            return 0
        await asyncio.wait({self._fetching})
        return self._brought()

    async def _fetch(self, tick: Tick) -> int:
        if self._fetching is None:
            self._fetching = asyncio.create_task(run_tick(self._works, FETCHING, tick))
            _, late = await asyncio.wait({self._fetching}, timeout=PATIENCE)
            if late:
                self._fetching.add_done_callback(lambda _: self._wake())
        return self._brought()

    def _brought(self) -> int:
        """What was fetched by now; nothing while Intercom is still being asked."""
        fetching = self._fetching
        if fetching is None or not fetching.done():
            return 0
        self._fetching = None
        return 0 if fetching.cancelled() else fetching.result()


async def settle(works: Works, pump: Pump) -> None:
    """Run every tick until nothing is due at the present time and every delivery has ended."""
    while True:
        done = 0
        for name, tick in SLOW.items():
            done += await run_tick(works, name, tick)
        done += await pump.run()
        done += await pump.caught_up()
        await works.delivery.finish()
        if done == 0:
            return


def scheduler(works: Works, pump: Pump) -> AsyncIOScheduler:
    """A scheduler with every tick, not started yet."""
    made = AsyncIOScheduler(
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600}, timezone="UTC"
    )

    def beat(name: str, work: Callable[..., Coroutine[Any, Any, int]], *args: Any) -> None:
        async def once() -> None:
            # Being shut down is no fault that the scheduler should log. What has begun is waited for.
            with contextlib.suppress(asyncio.CancelledError):
                await work(*args)

        made.add_job(once, "interval", seconds=EVERY, id=name)

    beat("pump", pump.run)
    for name, tick in SLOW.items():
        beat(name, run_tick, works, name, tick)
    return made
