"""Let go of what is no longer needed, once a day."""

from __future__ import annotations

from bot.watch import retention
from jobs.works import Works


async def tick(works: Works) -> int:
    office, at = works.office, works.at()
    if not await works.store.read(retention.is_due, office, at.now):
        return 0
    if not await works.store.write(retention.take, office, at):
        return 0
    return await retention.let_go(works.store, office, works.clock, lambda: works.closing)
