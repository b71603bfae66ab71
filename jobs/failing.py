"""Note which ticks fail, for whoever is asked whether all is well."""

from __future__ import annotations

from bot.watch import ticks
from jobs.works import Works


async def tick(works: Works) -> int:
    workspace, at = works.office.workspace, works.at()
    failing = works.failing | set(works.late_ticks())
    if await works.store.read(ticks.is_noted, workspace, failing, works.noted, at):
        return 0
    done = await works.store.write(ticks.note, workspace, failing, works.noted, at)
    works.noted = failing
    return done
