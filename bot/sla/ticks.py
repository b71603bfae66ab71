"""What time alone changes: deadlines that come near, pass, or grow old on a card."""

from __future__ import annotations

from sqlmodel import Session

from bot.clock import Moment
from bot.office import Office
from bot.sla.alerts import judge_conversation
from bot.sla.promises import Promises
from bot.store import clocks, conversations, rechecks


def judge_changed(
    session: Session, office: Office, promises: Promises, at: Moment, *, limit: int = 50
) -> int:
    """Judge conversations of which something changed; the number judged."""
    changed = rechecks.take(session, office.workspace, rechecks.CONVERSATION, limit=limit)
    for conversation_id in changed:
        judge_conversation(session, office, promises, conversation_id, at)
    return len(changed)


def judge_due(session: Session, office: Office, promises: Promises, at: Moment, *, limit: int = 100) -> int:
    """Judge conversations whose clock or card is due for a change by itself; the number judged.

    Looks only at what is due: the cost does not grow with conversations that are not.
    """
    due = clocks.due_for_change(session, office.workspace, at.now, limit=limit)
    old = clocks.alerts_to_refresh(session, office.workspace, at.now, limit=limit)
    both = list(dict.fromkeys((*due, *old)))
    for conversation_id in both:
        judge_conversation(session, office, promises, conversation_id, at)
        row = conversations.get(session, office.workspace, conversation_id)
        if row is not None and row.account_id is not None:
            # The account's anchor tells its most urgent promise.
            rechecks.ask(session, office.workspace, rechecks.ACCOUNT, row.account_id, now=at.machine)
    return len(both)


def any_due(session: Session, office: Office, at: Moment) -> bool:
    """Whether time has changed anything since the last judgement."""
    return bool(
        clocks.due_for_change(session, office.workspace, at.now, limit=1)
        or clocks.alerts_to_refresh(session, office.workspace, at.now, limit=1)
    )
