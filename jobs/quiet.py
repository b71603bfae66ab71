"""Tell the team when something that speaks all the time has gone quiet, and when it speaks again."""

from __future__ import annotations

from bot.watch import quiet
from jobs.works import Works


async def tick(works: Works) -> int:
    office, now = works.office, works.clock.now()
    looked = works.looked_for_quiet
    if looked is not None and looked <= now < looked + quiet.EVERY:
        return 0
    if not works.recovered or await works.is_behind():
        return 0
    since = works.started if works.takes_webhooks else None
    seen = await works.store.read(quiet.look, office, now, since)
    done = 0
    if await works.store.read(quiet.is_news, office.workspace, seen):
        done = await works.store.write(quiet.tell, office, seen, works.at())
    # Not before all of it went well: a look that fails is taken again, and counts as failing meanwhile.
    works.looked_for_quiet = now
    return done
