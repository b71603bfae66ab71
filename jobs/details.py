"""Fetch what webhooks and search rows left out."""

from __future__ import annotations

from bot.intake.details import fetch_details, fetch_people
from jobs.works import Works


async def tick(works: Works) -> int:
    office = works.office
    about = (works.store, office.workspace, works.intercom, office.config.accounts, works.clock)
    return await fetch_details(*about) + await fetch_people(*about)
