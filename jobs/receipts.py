"""Apply stored webhooks."""

from __future__ import annotations

from bot.intake.webhook import apply_receipts
from bot.store import receipts
from jobs.works import Works

TURNS = 5
"""Most transactions of one tick. Each is short, so that a webhook or a click need not wait for all."""


async def tick(works: Works) -> int:
    office, done = works.office, 0
    for _ in range(TURNS):
        if not await works.store.read(receipts.any_waiting, office.workspace):
            break
        done += await works.store.write(
            apply_receipts, office.workspace, office.intercom_app, office.config.accounts, works.at()
        )
    return done
