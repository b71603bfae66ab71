"""The queue: which conversations wait for the team, most urgent first."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.cards.values import ConversationLine
from bot.office import Office
from bot.present import REPLY_CLOCKS, line
from bot.store import clocks, conversations, reps
from bot.store.clocks import SlaClock
from bot.store.conversations import Conversation

Waiting = tuple[Conversation, SlaClock | None]


def waiting(session: Session, office: Office) -> list[Waiting]:
    """Open conversations in which a customer waits, by deadline; those without a promise by their wait."""
    due: dict[str, SlaClock] = {}
    for clock in clocks.running(session, office.workspace):
        if clock.clock in REPLY_CLOCKS:
            due.setdefault(clock.conversation_id, clock)
    rows = [
        row
        for row in conversations.open_conversations(session, office.workspace)
        if row.waiting_since is not None
    ]
    found: list[Waiting] = [(row, due.get(row.id)) for row in rows]
    return sorted(found, key=_urgency)


def _urgency(entry: Waiting) -> tuple[bool, datetime, datetime, str]:
    row, clock = entry
    deadline = clock.due_at if clock is not None else None
    since = row.waiting_since or row.created_at
    return deadline is None, deadline or since, since, row.id


def offered(session: Session, office: Office) -> list[Waiting]:
    """What may be taken: nobody has claimed it, or who did is away in Intercom."""
    away = {admin.id for admin in reps.all_admins(session, office.workspace) if admin.away}
    return [
        (row, clock)
        for row, clock in waiting(session, office)
        if row.claimed_by is None or row.claimed_by in away
    ]


def lines(
    session: Session, office: Office, entries: list[Waiting], now: datetime
) -> tuple[ConversationLine, ...]:
    """The same as cards show them."""
    return tuple(line(session, office, row, now, clock=clock) for row, clock in entries)
