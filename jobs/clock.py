"""Have the clock put right, also while there is nothing to say to Slack."""

from __future__ import annotations

from bot.watch import outside
from jobs.works import Works


async def tick(works: Works) -> int:
    await outside.ask(works.store, works.office.workspace, works.slack, works.clock)
    return 0
