"""Post the Monday summary, once for each Monday, also when the bot was down at its time."""

from __future__ import annotations

from bot.risk import monday
from bot.watch import pulse
from jobs.works import Works


async def tick(works: Works) -> int:
    at = works.at()
    if not await works.store.read(monday.is_due, works.office, at.now):
        return 0
    silent = await works.store.read(pulse.silent, works.office, at.now)
    return await works.store.write(monday.post, works.office, silent, at)
