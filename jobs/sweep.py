"""Read from Intercom what changed, when the last reading has grown old enough."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import structlog

from bot.intake import deleted_conversations, sweep
from bot.intake.sweep_tickets import sweep_tickets
from bot.intake.teammates import read_teammates
from bot.intercom.errors import IntercomError
from bot.store import leases, pulse
from bot.watch import paused, readings
from jobs.works import Works

log = structlog.get_logger("watchbell.jobs")


async def tick(works: Works) -> int:
    office, settings = works.office, works.office.config.sweep
    if not await _is_due(works):
        return 0
    async with leases.held(works.store, office.workspace, "sweep", works.clock) as mine:
        # Another replica may have swept while this one was asking.
        if not mine or not await _is_due(works):
            return 0
        about = (works.store, office.workspace, works.intercom)
        overlap = timedelta(seconds=settings.overlap)
        seen = await _read(
            works, pulse.SWEEP, sweep.sweep(*about, overlap, works.clock, progress=works.progress)
        )
        if seen is None:
            return 0
        tickets = sweep_tickets(*about, overlap, works.clock)
        seen += await _read(works, pulse.TICKETS, tickets) or 0
        await _read(works, pulse.TEAMMATES, read_teammates(*about, works.clock))
        if await works.store.read(pulse.get_mark, office.workspace, pulse.SAID_OLD) is not None:
            await works.store.write(readings.draw_again, office, works.at())
        accounts = sweep.read_accounts(*about, office.config.accounts, works.clock)
        await _read(works, pulse.ACCOUNTS, accounts)
        await _read(works, pulse.DELETED, deleted_conversations.look(*about, works.clock))
        await _read(works, pulse.ACTIVITY, sweep.read_activity(*about, works.clock))
        await works.store.write(paused.tell, office, works.at())
    return seen


async def _read(works: Works, source: str, reading: Coroutine[Any, Any, int]) -> int | None:
    """Read one thing, and note how that ended; None where Intercom did not tell it.

    Each by itself, so that none is left out because of another. Not worse than late: the next tick goes on
    from there, and the bot's health says so meanwhile.
    """
    fault, seen = None, None
    try:
        seen = await reading
    except IntercomError as error:
        log.warning("sweep_failed", of=source, kind=error.kind, status=error.status)
        fault = error.message_for_people
    workspace = works.office.workspace
    # Looked at first: while Intercom is away this comes every second.
    if not await works.store.read(readings.is_noted, workspace, source, fault):
        await works.store.write(readings.note, workspace, source, fault, works.at())
    return seen


async def _is_due(works: Works) -> bool:
    office = works.office
    beat = await works.store.read(pulse.last_beat, office.workspace, pulse.SWEEP)
    every = timedelta(seconds=office.config.sweep.every)
    # One that an earlier bot had begun tells of the time before this one's start: another follows at once.
    return beat is None or works.clock.now() - beat.at >= every or await works.is_behind()
