"""Compare last week with what Intercom says of it, once a day."""

from __future__ import annotations

from bot.sla import reconcile
from jobs.works import Works


async def tick(works: Works) -> int:
    store, office, at = works.store, works.office, works.at()
    if not await store.read(reconcile.is_due, office, at.now):
        return 0
    if not await store.write(reconcile.take, office, at):
        return 0
    compared, behind = 0, ""
    while not works.closing:
        # Comparing is done aside: the line of writes has other things to do.
        found, last = await store.read(reconcile.some, office, works.promises, at, behind)
        await store.write(reconcile.keep, found)
        compared += len(found)
        if last is None:
            break
        behind = last
    return compared
