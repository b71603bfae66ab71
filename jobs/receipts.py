"""Apply stored webhooks."""

from __future__ import annotations

from bot.intake.webhook import apply_receipts
from bot.store import receipts
from jobs.works import Works


async def tick(works: Works) -> int:
    office = works.office
    if not await works.store.read(receipts.any_waiting, office.workspace):
        return 0
    return await works.store.write(
        apply_receipts, office.workspace, office.intercom_app, office.config.accounts, works.at()
    )
