"""Go further back in Intercom's history while somebody has asked for it."""

from __future__ import annotations

import structlog

from bot.intake import history
from bot.intercom.errors import IntercomError
from bot.store import leases
from jobs.works import Works

log = structlog.get_logger("watchbell.jobs")


async def tick(works: Works) -> int:
    office = works.office
    if await works.store.read(history.reading, office.workspace) is None:
        return 0
    async with leases.held(works.store, office.workspace, "history", works.clock) as mine:
        if not mine:
            return 0
        try:
            return await history.fetch_page(
                works.store, office.workspace, works.intercom, office.config.accounts, works.clock
            )
        except IntercomError as error:
            log.warning("history_not_fetched", kind=error.kind, status=error.status)
            return 0
