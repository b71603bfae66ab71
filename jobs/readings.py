"""Tell the team when something of Intercom is not read any more, and when it is again."""

from __future__ import annotations

from bot.watch import readings
from jobs.works import Works


async def tick(works: Works) -> int:
    office, started, at = works.office, works.started, works.at()
    if not works.recovered or not await works.store.read(readings.is_to_be_told, office, started, at):
        return 0
    return await works.store.write(readings.tell, office, started, at)
