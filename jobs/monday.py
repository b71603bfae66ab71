"""Post the Monday summary, once for each Monday, also when the bot was down at its time."""

from __future__ import annotations

from datetime import datetime

from bot.risk import atrisk, monday
from bot.risk.atrisk import Judged
from bot.store import accounts
from bot.watch import paused, pulse
from jobs.works import Works

_AT_ONCE = 50
"""Accounts judged in one reading."""


async def tick(works: Works) -> int:
    office, store, at = works.office, works.store, works.at()
    if not await store.read(monday.is_due, office, at.now, started=works.started):
        return 0
    silent = await store.read(paused.silent, office)
    not_known = await store.read(pulse.not_known, office, at.now)
    judged = await _judged(works, at.now)
    told = await store.read(monday.card, office, judged, silent, at.now, not_known)
    return await store.write(monday.post, office, judged, told, at)


async def _judged(works: Works, now: datetime) -> list[Judged]:
    """Every account, a few at a time: nobody waits, and no reading grows old."""
    office, store = works.office, works.store
    ids = [each.id for each in await store.read(accounts.all_accounts, office.workspace)]
    found: list[Judged] = []
    for start in range(0, len(ids), _AT_ONCE):
        found += await store.read(atrisk.judge, office, now, ids[start : start + _AT_ONCE])
    return atrisk.by_risk(found)
