"""Note that the bot runs, and tell somebody outside as long as nothing is wrong."""

from __future__ import annotations

from datetime import timedelta

import structlog

from bot.watch import pulse, recovery
from jobs.works import Works

log = structlog.get_logger("watchbell.jobs")

EVERY = timedelta(seconds=60)


async def tick(works: Works) -> int:
    workspace, at = works.office.workspace, works.at()
    if works.recovered and await works.store.read(recovery.alive_is_due, workspace, at.now):
        await works.store.write(recovery.note_alive, workspace, at)
    if works.ping is None or (works.pinged is not None and at.machine - works.pinged < EVERY):
        return 0
    works.pinged = at.machine
    wrong = [*works.late(), *await works.store.read(pulse.wrong, works.office, at)]
    if wrong:
        log.warning("heartbeat_withheld", reasons=wrong)
    elif not await works.ping():
        log.warning("heartbeat_not_taken")
    return 0
