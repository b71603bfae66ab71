"""Read from Intercom what changed, when the last reading has grown old enough."""

from __future__ import annotations

from datetime import timedelta

import structlog

from bot.intake import deleted_conversations, sweep
from bot.intercom.errors import IntercomError
from bot.store import leases, pulse
from bot.watch import readings
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
        try:
            seen = await sweep.sweep(
                works.store,
                office.workspace,
                works.intercom,
                timedelta(seconds=settings.overlap),
                works.clock,
                progress=works.progress,
            )
            await _note(works, pulse.SWEEP, None)
            if await works.store.read(pulse.get_mark, office.workspace, pulse.SAID_OLD) is not None:
                await works.store.write(readings.draw_again, office, works.at())
            await sweep.read_accounts(
                works.store, office.workspace, works.intercom, office.config.accounts, works.clock
            )
            await deleted_conversations.look(works.store, office.workspace, works.intercom, works.clock)
            await sweep.read_activity(works.store, office.workspace, works.intercom, works.clock)
        except IntercomError as error:
            # Not worse than late: the next tick goes on from here, and the bot's health says so meanwhile.
            log.warning("sweep_failed", kind=error.kind, status=error.status)
            await _note(works, pulse.SWEEP, error.message_for_people)
            return 0
    return seen


async def _note(works: Works, source: str, fault: str | None) -> None:
    workspace = works.office.workspace
    # Looked at first: while Intercom is away this comes every second.
    if not await works.store.read(readings.is_noted, workspace, source, fault):
        await works.store.write(readings.note, workspace, source, fault, works.at())


async def _is_due(works: Works) -> bool:
    office = works.office
    beat = await works.store.read(pulse.last_beat, office.workspace, pulse.SWEEP)
    every = timedelta(seconds=office.config.sweep.every)
    # One that an earlier bot had begun tells of the time before this one's start: another follows at once.
    return beat is None or works.clock.now() - beat.at >= every or await works.is_behind()
