"""How often what speaks has spoken: conversations begun, and what changed in Intercom."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session, col, func, select

from bot.store.conversations import Conversation


def begun(
    session: Session, workspace: str, since: datetime
) -> Iterator[tuple[str, str, str | None, datetime]]:
    """(who began it, channel, title, when) of each conversation begun since then."""
    query = select(
        Conversation.started_by, Conversation.channel, Conversation.title, Conversation.created_at
    ).where(Conversation.workspace == workspace, col(Conversation.created_at) >= since)
    return iter(session.exec(query))


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
        .where(
            Conversation.workspace == workspace,
            Conversation.started_by == "automated",
            Conversation.title == sequence,
            Conversation.created_at <= before,
        )
        .order_by(col(Conversation.created_at))
    )
    return list(session.exec(query))
