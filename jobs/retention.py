"""Let go of what is no longer needed, and of whom Intercom has forgotten, once a day."""

from __future__ import annotations

from bot.intake import deleted_people
from bot.watch import retention
from jobs.works import Works


async def tick(works: Works) -> int:
    office, at = works.office, works.at()
    if not await works.store.read(retention.is_due, office, at.now):
        return 0
    if not await works.store.write(retention.take, office, at):
        return 0

    def closing() -> bool:
        return works.closing

    erased = await deleted_people.erase_those_deleted(
        works.store, office.workspace, works.intercom, office.config.accounts, works.clock, closing
    )
    return erased + await retention.let_go(works.store, office, works.clock, closing)
