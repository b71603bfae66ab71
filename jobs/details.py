"""Fetch what webhooks and search rows left out."""

from __future__ import annotations

from bot.intake.details import fetch_details
from jobs.works import Works


async def tick(works: Works) -> int:
    office = works.office
    return await fetch_details(
        works.store, office.workspace, works.intercom, office.config.accounts, works.clock
    )
