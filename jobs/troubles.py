"""Tell the team what has been wrong with the bot for a while, and when it is well again."""

from __future__ import annotations

from bot.watch import troubles
from jobs.works import Works


async def tick(works: Works) -> int:
    if not works.recovered:
        return 0
    fine = set(works.ticked) - works.failing
    about = (works.office, works.started, fine, works.at())
    if not await works.store.read(troubles.is_to_be_told, *about):
        return 0
    return await works.store.write(troubles.tell, *about)
