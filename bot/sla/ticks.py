"""What time alone changes: deadlines that come near, pass, or grow old on a card."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.clock import Moment
from bot.office import Office
from bot.sla import together
from bot.sla.alert_message import draw_bursts
from bot.sla.alerts import judge_conversation
from bot.sla.promises import Promises
from bot.store import clocks, pulse, rechecks
from bot.store.apart import each_apart

PUT_OFF = timedelta(minutes=10)
"""How long a conversation whose time has come, and that could not be judged, waits for its next turn."""


def judge_changed(
    session: Session,
    office: Office,
    promises: Promises,
    at: Moment,
    *,
    limit: int = 2,
    since: datetime | None = None,
) -> int:
    """Judge conversations of which something changed; the number judged.

    With `since`, only those in which something has happened since then: the others may be told of what is
    over by now.
    """
    changed = rechecks.take(session, office.workspace, rechecks.CONVERSATION, limit=limit, since=since)
    _judge(session, office, promises, changed, at)
    return len(changed)


def claim_due(session: Session, workspace: str, at: Moment, *, limit: int = 100) -> int:
    """Take what time alone has changed, to be judged before everything else; the number taken.

    Looks only at what is due: the cost does not grow with conversations that are not. What is taken comes up
    again by itself after `PUT_OFF`, should it never be judged.
    """
    due = clocks.due_for_change(session, workspace, at.now, limit=limit)
    old = clocks.alerts_to_refresh(session, workspace, at.now, limit=limit)
    both = list(dict.fromkeys((*due, *old)))
    clocks.put_off(session, workspace, both, at.now, at.now + PUT_OFF)
    rechecks.ask_first(session, workspace, both, now=at.machine)
    return len(both)


def _judge(session: Session, office: Office, promises: Promises, subjects: list[str], at: Moment) -> None:
    def one(conversation_id: str) -> None:
        judge_conversation(session, office, promises, conversation_id, at)
        together.judged(session, office, conversation_id)

    failed = each_apart(session, subjects, one, "conversation")
    draw_bursts(session, office, at)
    together.draw_calls(session, office, at)
    if failed:
        pulse.beat(session, office.workspace, pulse.FAULT, now=at.now, detail=f"{len(failed)} conversations")


def any_due(session: Session, office: Office, at: Moment) -> bool:
    """Whether time has changed anything since the last judgement."""
    return bool(
        clocks.due_for_change(session, office.workspace, at.now, limit=1)
        or clocks.alerts_to_refresh(session, office.workspace, at.now, limit=1)
    )
