"""What one person has to do: their claims, and what the team should take next."""

from __future__ import annotations

from sqlmodel import Session

from bot.cards.inbox import InboxCard
from bot.clock import Moment
from bot.desk import queue
from bot.office import Office
from bot.store import conversations


def inbox(
    session: Session, office: Office, admin_id: str | None, at: Moment, *, limit: int = 20
) -> InboxCard:
    """The inbox of the holder of an Intercom seat; without a seat, only the team's part."""
    waiting = queue.waiting(session, office)
    free = queue.offered(session, office)
    mine = [entry for entry in waiting if admin_id is not None and entry[0].claimed_by == admin_id]
    deadlines = [clock.due_at for _, clock in waiting if clock is not None and clock.due_at is not None]
    opened = conversations.count_by_state(session, office.workspace).get("open", 0)
    return InboxCard(
        now=at.now,
        zone=office.zone,
        mine=queue.lines(session, office, mine[:limit], at.now),
        next=queue.lines(session, office, free[:limit], at.now),
        unclaimed=len(free),
        waiting_on_customers=opened - len(waiting),
        next_due_at=min(deadlines, default=None),
    )
