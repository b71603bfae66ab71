"""How often what speaks has spoken: conversations that customers began or messages began by themselves, and
what changed in Intercom.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from bot.store.conversations import Conversation

BY_CUSTOMER, BY_ITSELF = "contact", "automated"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Customers on a `channel`, or the automatic message `title`; first and last heard."""

    channel: str | None
    title: str | None
    first: datetime
    last: datetime


def speakers(session: Session, workspace: str, since: datetime) -> list[Speaker]:
    """Everything that has begun a conversation since then."""
    known = (
        select(Conversation.channel)
        .where(Conversation.workspace == workspace, Conversation.started_by == BY_CUSTOMER)
        .distinct()
    )
    found = []
    for channel in session.exec(known).all():
        first, last = session.execute(
            select(func.min(Conversation.created_at), func.max(Conversation.created_at)).where(
                *_by(workspace, channel, None), col(Conversation.created_at) >= since
            )
        ).one()
        if last is not None:
            found.append(Speaker(channel, None, first, last))
    named = (
        select(Conversation.title, func.min(Conversation.created_at), func.max(Conversation.created_at))
        .where(
            Conversation.workspace == workspace,
            Conversation.started_by == BY_ITSELF,
            col(Conversation.created_at) >= since,
        )
        .group_by(col(Conversation.title))
    )
    return found + [Speaker(None, title, *span) for title, *span in session.execute(named) if title]


def spoke(session: Session, workspace: str, speaker: Speaker, after: datetime, until: datetime) -> int:
    """How often it did after the first instant and not after the second."""
    query = select(func.count()).where(
        *_by(workspace, speaker.channel, speaker.title),
        col(Conversation.created_at) > after,
        col(Conversation.created_at) <= until,
    )
    return session.exec(query).one()


def _by(workspace: str, channel: str | None, title: str | None) -> tuple[ColumnElement[bool], ...]:
    begun = BY_CUSTOMER if channel is not None else BY_ITSELF
    what = col(Conversation.channel) == channel if channel is not None else col(Conversation.title) == title
    return col(Conversation.workspace) == workspace, col(Conversation.started_by) == begun, what


def changed(session: Session, workspace: str, after: datetime, before: datetime) -> int:
    """How many conversations that are not closed changed last between the two, in Intercom's time."""
    query = select(func.count()).where(
        Conversation.workspace == workspace,
        col(Conversation.state).in_(("open", "snoozed")),
        col(Conversation.updated_at) > after,
        col(Conversation.updated_at) < before,
    )
    return session.exec(query).one()


def sent_by(session: Session, workspace: str, sequence: str, *, before: datetime) -> list[datetime]:
    """When an automatic message of this name was sent, oldest first."""
    query = (
        select(Conversation.created_at)
        .where(*_by(workspace, None, sequence), col(Conversation.created_at) <= before)
        .order_by(col(Conversation.created_at))
    )
    return list(session.exec(query))
