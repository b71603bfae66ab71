"""Judge the conversations of which something changed, and those that time alone has changed."""

from __future__ import annotations

from bot.sla import ticks
from bot.store import rechecks
from jobs.works import Works

TURNS = 8
"""Most transactions of one tick. Each is short, so that a webhook or a click need not wait for all. Alerts
come of this tick: in a storm it has the largest part of a round."""


async def tick(works: Works) -> int:
    office, promises, store = works.office, works.promises, works.store
    done = 0
    # Right after a longer stop, what was due meanwhile may be answered: Intercom is read before it rings.
    since = works.started.replace(microsecond=0) if await works.is_behind() else None
    if since is None and await store.read(ticks.any_due, office, works.at()):
        done += await store.write(ticks.claim_due, office.workspace, works.at())
    for _ in range(TURNS):
        if not await store.read(rechecks.any_asked, office.workspace, rechecks.CONVERSATION):
            break
        judged = await store.write(ticks.judge_changed, office, promises, works.at(), since=since)
        if not judged:
            break
        done += judged
    if done:
        works.changed = works.listening.stirred = True
    return done
