"""Begin an attempt at everything in the outbox that is due."""

from __future__ import annotations

import structlog

from bot.slack.errors import SlackError
from bot.watch.recovery import note_put_off, recover
from jobs.works import Works

log = structlog.get_logger("watchbell.jobs")


async def tick(works: Works) -> int:
    if not works.recovered:
        # After a sleep some may be under way: what they come to is known before anything is doubted.
        await works.delivery.finish()
        started = works.started
        try:
            await recover(works.store, works.office, works.slack, works.clock)
        except SlackError as error:
            # Before it is known what was said already, nothing is said.
            log.warning("recovery_put_off", method=error.method, code=error.code)
            at = works.at()
            works.put_off = works.put_off or at.machine
            await works.store.write(note_put_off, works.office.workspace, error.code, at)
            return 0
        works.recovered, works.put_off = works.started == started, None
        if not works.recovered:
            return 0
    return await works.delivery.start()
