"""What time alone changes: deadlines that come near, pass, or grow old on a card."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from bot.clock import Moment
from bot.office import Office
from bot.sla.alerts import judge_conversation
from bot.sla.promises import Promises
from bot.store import clocks, conversations, pulse, rechecks
from bot.store.apart import each_apart

PUT_OFF = timedelta(minutes=10)
"""How long a conversation that could not be judged waits for its next turn."""


def judge_changed(session: Session, office: Office, promises: Promises, at: Moment, *, limit: int = 5) -> int:
    """Judge conversations of which something changed; the number judged."""
    changed = rechecks.take(session, office.workspace, rechecks.CONVERSATION, limit=limit)
    _judge(session, office, promises, changed, at)
    return len(changed)


def judge_due(session: Session, office: Office, promises: Promises, at: Moment, *, limit: int = 20) -> int:
    """Judge conversations whose clock or card is due for a change by itself; the number judged.

    Looks only at what is due: the cost does not grow with conversations that are not.
    """
    due = clocks.due_for_change(session, office.workspace, at.now, limit=limit)
    old = clocks.alerts_to_refresh(session, office.workspace, at.now, limit=limit)
    both = list(dict.fromkeys((*due, *old)))
    failed = _judge(session, office, promises, both, at)
    for conversation_id in both:
        row = conversations.get(session, office.workspace, conversation_id)
        if row is not None and row.account_id is not None:
            # The account's anchor tells its most urgent promise.
            rechecks.ask(session, office.workspace, rechecks.ACCOUNT, row.account_id, now=at.machine)
    for conversation_id in failed:
        # What cannot be judged would be due for ever, in front of everything behind it.
        clocks.put_off(session, office.workspace, conversation_id, at.now + PUT_OFF)
    return len(both)


def _judge(
    session: Session, office: Office, promises: Promises, subjects: list[str], at: Moment
) -> list[str]:
    def one(conversation_id: str) -> None:
        judge_conversation(session, office, promises, conversation_id, at)

    failed = each_apart(session, subjects, one, "conversation")
    if failed:
        pulse.beat(session, office.workspace, pulse.FAULT, now=at.now, detail=f"{len(failed)} conversations")
    return failed


def any_due(session: Session, office: Office, at: Moment) -> bool:
    """Whether time has changed anything since the last judgement."""
    return bool(
        clocks.due_for_change(session, office.workspace, at.now, limit=1)
        or clocks.alerts_to_refresh(session, office.workspace, at.now, limit=1)
    )
