"""Claims without an answer: remind, and give back."""

from __future__ import annotations

from bot.desk import holding
from jobs.works import Works


async def tick(works: Works) -> int:
    if await works.is_behind() or not await works.store.read(holding.any_due, works.office, works.at()):
        return 0
    return await works.store.write(holding.look, works.office, works.at())
