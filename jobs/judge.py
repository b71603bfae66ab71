"""Judge the conversations of which something changed, and those that time alone has changed."""

from __future__ import annotations

from sqlmodel import Session

from bot.clock import Moment
from bot.office import Office
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
    due, asked = await store.read(waiting, office, works.at())
    if due and since is None:
        claimed = await store.write(ticks.claim_due, office.workspace, works.at())
        done, asked = done + claimed, asked or claimed > 0
    for _ in range(TURNS):
        if not asked:
            break
        judged = await store.write(ticks.judge_changed, office, promises, works.at(), since=since)
        done += judged
        asked = judged > 0 and await store.read(rechecks.any_asked, office.workspace, rechecks.CONVERSATION)
    if done:
        works.changed = works.listening.stirred = True
    return done


def waiting(session: Session, office: Office, at: Moment) -> tuple[bool, bool]:
    """Whether time has changed anything since the last judgement, and whether one is asked for."""
    asked = rechecks.any_asked(session, office.workspace, rechecks.CONVERSATION)
    return ticks.any_due(session, office, at), asked
