"""Look through the Slack channels that are an account's for what no event told."""

from __future__ import annotations

from bot.intake import hearing
from bot.store import mapped
from jobs.works import Works


async def tick(works: Works) -> int:
    workspace, now = works.office.workspace, works.clock.now()
    if not await works.store.read(mapped.any_due, workspace, now - hearing.EVERY):
        return 0
    due = await works.store.write(mapped.take_due, workspace, now - hearing.EVERY, now=now)
    return sum(
        [
            await hearing.catch_up(works.store, works.office, works.identity, works.slack, row, works.clock)
            for row in due
        ]
    )
