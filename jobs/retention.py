"""Let go of what is no longer needed, and of whom Intercom has forgotten, once a day."""

from __future__ import annotations

from bot.intake import deleted_people
from bot.store.turns import turn
from bot.watch import retention
from jobs.works import Works


async def tick(works: Works) -> int:
    store, office, clock = works.store, works.office, works.clock
    day = await store.read(retention.due, office, works.at().now)
    if day is None:
        return 0

    def closing() -> bool:
        return works.closing

    async with turn(store, office.workspace, retention.JOB, day, clock) as mine:
        if not mine:
            return 0
        erased = await deleted_people.erase_those_deleted(
            store, office.workspace, works.intercom, office.config.accounts, clock, closing
        )
        cleared = await retention.let_go(store, office, clock, closing)
        if not works.closing:
            await store.write(retention.done, office, day, works.at())
    return erased + cleared
