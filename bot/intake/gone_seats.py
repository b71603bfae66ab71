"""Notice that Intercom has a teammate's seat no more, and give what no teammate holds back to the team.

No notification tells of it: the seat is missing from the list that is read with each sweep. Who is deleted
there holds nothing there either, and what a bot is assigned to waits for a person all the same, so nothing is
written to Intercom.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import Session, col, select

from bot.clock import Moment
from bot.store import audit, conversations, holds, rechecks, reps
from bot.store.conversations import Conversation

_BY, _SOURCE = "watchbell", "intercom"


def note_gone(session: Session, workspace: str, listed: Collection[str], at: Moment) -> None:
    """`listed` are all people's seats that Intercom has. What is missing is gone, and there again once it is
    listed.

    Whatever nobody listed holds is let go of each time: an older notification may have given it back, and
    Intercom assigns to bots as well.
    """
    for admin in reps.all_admins(session, workspace):
        if admin.id not in listed:
            admin.gone_at = admin.gone_at or at.now
        else:
            admin.gone_at = None
        session.add(admin)
    session.flush()
    _let_go(session, workspace, listed, at)


def _let_go(session: Session, workspace: str, listed: Collection[str], at: Moment) -> None:
    held = session.exec(
        select(Conversation).where(
            Conversation.workspace == workspace,
            col(Conversation.state).in_(("open", "snoozed")),
            col(Conversation.claimed_by).is_not(None),
            col(Conversation.claimed_by).not_in(listed),
        )
    ).all()
    for row in sorted(held, key=lambda each: each.id):
        holder = row.claimed_by
        if not conversations.move_claim(session, workspace, row.id, held_by=holder, to=None, now=at.now):
            continue
        holds.end(session, workspace, row.id)
        rechecks.ask_about(session, row, now=at.machine)
        audit.record(
            session,
            workspace,
            at=at.now,
            slack_user_id=_BY,
            admin_id=holder,
            action="free_claim",
            source=_SOURCE,
            outcome="done",
            conversation_id=row.id,
            detail=f"of {holder}, who has no seat",
        )
