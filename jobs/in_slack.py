"""Draw what customers said in their accounts' Slack channels, where anything about it changed."""

from __future__ import annotations

from sqlmodel import Session

from bot.accounts import in_slack
from bot.clock import Moment
from bot.office import Office
from bot.store import pulse, rechecks
from bot.store.apart import each_apart
from jobs.works import Works

AT_ONCE = 5


async def tick(works: Works) -> int:
    if not await works.store.read(rechecks.any_asked, works.office.workspace, rechecks.OUTSIDE):
        return 0
    return await works.store.write(draw, works.office, works.at())


def draw(session: Session, office: Office, at: Moment) -> int:
    """Judge what changed; the number judged."""
    changed = rechecks.take(session, office.workspace, rechecks.OUTSIDE, limit=AT_ONCE)
    failed = each_apart(
        session, changed, lambda each: in_slack.judge(session, office, each, at), "thread in Slack"
    )
    if failed:
        pulse.beat(session, office.workspace, pulse.FAULT, now=at.now, detail=f"{len(failed)} threads")
    return len(changed)
