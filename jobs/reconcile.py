"""Compare last week with what Intercom says of it, once a day."""

from __future__ import annotations

from bot.sla import reconcile
from bot.store.turns import turn
from jobs.works import Works


async def tick(works: Works) -> int:
    store, office, at = works.store, works.office, works.at()
    day = await store.read(reconcile.due, office, at.now)
    if day is None:
        return 0
    compared, behind = 0, ""
    async with turn(store, office.workspace, reconcile.JOB, day, works.clock) as mine:
        while mine and not works.closing:
            # Comparing is done aside: the line of writes has other things to do.
            found, last = await store.read(reconcile.some, office, works.promises, at, behind)
            await store.write(reconcile.keep, found)
            compared += len(found)
            if last is None:
                await store.write(reconcile.done, office, day, at)
                break
            behind = last
    return compared
