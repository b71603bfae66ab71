"""What one person has to do: their claims, and what the team should take next."""

from __future__ import annotations

from sqlmodel import Session

from bot.cards.inbox import InboxCard
from bot.clock import Moment
from bot.desk import queue
from bot.office import Office
from bot.present import REPLY_CLOCKS, lines
from bot.store import reps, waiting


def inbox_of(session: Session, office: Office, slack_user_id: str, at: Moment) -> InboxCard:
    """The inbox of a Slack person; of one who is not linked, the team's part."""
    admin = reps.linked_admin(session, office.workspace, slack_user_id)
    return inbox(session, office, admin.id if admin is not None else None, at)


def inbox(
    session: Session, office: Office, admin_id: str | None, at: Moment, *, limit: int = 20
) -> InboxCard:
    """The inbox of the holder of an Intercom seat; without a seat, only the team's part."""
    workspace = office.workspace
    free = queue.may_be_taken(session, office, admin_id)
    mine = queue.of_rep(session, office, admin_id) if admin_id is not None else []
    taken = mine[:limit]
    offered = waiting.most_urgent(session, workspace, REPLY_CLOCKS, free, limit=limit)
    shown = lines(session, office, [*taken, *offered], at.now)
    numbers = waiting.count(session, workspace, free)
    return InboxCard(
        now=at.now,
        zone=office.zone,
        mine=shown[: len(taken)],
        next=shown[len(taken) :],
        unclaimed=numbers.wanted,
        waiting_on_customers=numbers.opened - numbers.waiting,
        next_due_at=waiting.next_deadline(session, workspace, REPLY_CLOCKS),
    )
