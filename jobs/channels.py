"""Look through the Slack channels that are an account's for what no event told."""

from __future__ import annotations

from datetime import datetime

from bot.intake import hearing
from bot.store import mapped
from jobs.works import Works


async def tick(works: Works) -> int:
    now, last = works.clock.now(), works.channels_looked
    kept = await _look(works, now, away=last is None or now - last > hearing.GAP)
    # A tick that fails, as without a database, moves nothing: what was said meanwhile may not be known.
    works.channels_looked = works.clock.now()
    return kept


async def _look(works: Works, now: datetime, *, away: bool) -> int:
    workspace = works.office.workspace
    if not await works.store.read(mapped.any_due, workspace, now - hearing.EVERY):
        return 0
    due = await works.store.write(mapped.take_due, workspace, now - hearing.EVERY, now=now)
    return sum(
        [
            await hearing.catch_up(
                works.store, works.office, works.identity, works.slack, row, works.clock, away=away
            )
            for row in due
        ]
    )
