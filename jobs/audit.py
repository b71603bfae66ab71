"""Compare what should have been said with what was, every five minutes."""

from __future__ import annotations

from datetime import timedelta

from bot.clock import Moment
from bot.desk import turned_up
from bot.sla.ticks import any_due
from bot.watch import auditor, dead_letters
from jobs.works import Works

PATIENCE = timedelta(seconds=60)
"""Machine time for which what is due may be judged before the audit looks at it all the same."""


async def tick(works: Works) -> int:
    office, at = works.office, works.at()
    if not works.recovered or not await works.store.read(auditor.is_due, office.workspace, at.now):
        return 0
    if await works.is_behind():
        return 0
    if await works.store.read(any_due, office, at) and not _patience_is_over(works, at):
        # After a jump of time or a long stop everything is overdue for a moment: let it be judged first.
        return 0
    works.audit_waits = None
    found = await auditor.audit(works.store, office, works.slack, works.clock)
    await works.store.write(turned_up.settle, office, works.at())
    await works.store.write(dead_letters.tell, office, works.at())
    return found.mended


def _patience_is_over(works: Works, at: Moment) -> bool:
    works.audit_waits = works.audit_waits or at.machine
    return at.machine - works.audit_waits > PATIENCE
