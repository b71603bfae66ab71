"""Comparisons: what the last daily audit against Intercom found for each conversation."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Index, and_
from sqlmodel import Field, Session, SQLModel, col, func, select

from bot.store.conversations import Conversation
from bot.store.insert import put

REACH = timedelta(days=7)
"""Conversations that changed this recently are compared again: Intercom writes some of it late."""


class Comparison(SQLModel, table=True):
    """`verdict`, `what` and `cause` are words of `bot/sla/compare.py`; `ours` and `theirs` what each says."""

    __tablename__ = "comparison"
    __table_args__ = (Index("ix_comparison_verdict", "workspace", "verdict", "conversation_id"),)

    workspace: str = Field(primary_key=True)
    conversation_id: str = Field(primary_key=True)
    verdict: str
    what: str = ""
    cause: str | None = None
    ours: str = ""
    theirs: str = ""
    compared_at: datetime


def keep(session: Session, row: Comparison) -> None:
    """Put a finding in the place of the last one."""
    put(session, Comparison, **row.model_dump())


def counts(session: Session, workspace: str) -> dict[str, int]:
    """How many conversations have each verdict, of those within reach of the last audit."""
    query = select(Comparison.verdict, func.count()).join(Conversation, _changed_since(session, workspace))
    found = session.exec(query.where(Comparison.workspace == workspace).group_by(Comparison.verdict))
    return {verdict: int(count) for verdict, count in found}


def that_differ(session: Session, workspace: str, *, offset: int = 0, limit: int = 1_000) -> list[Comparison]:
    """What differs of the same, unexplained first, then what changed last."""
    query = (
        select(Comparison)
        .join(Conversation, _changed_since(session, workspace))
        .where(Comparison.workspace == workspace, col(Comparison.verdict).in_(("unexplained", "explained")))
        .order_by(
            col(Comparison.verdict).desc(),
            col(Conversation.updated_at).desc(),
            col(Comparison.conversation_id).desc(),
        )
        .offset(offset)
        .limit(limit)
    )
    return list(session.exec(query))


def last_compared(session: Session, workspace: str) -> datetime | None:
    """When the newest finding was made, None before the first audit."""
    query = select(func.max(Comparison.compared_at)).where(Comparison.workspace == workspace)
    return session.exec(query).one()


def _changed_since(session: Session, workspace: str) -> ColumnElement[bool]:
    """A finding beside its conversation. What changed before is a finding of an earlier audit."""
    mine = and_(
        col(Conversation.workspace) == col(Comparison.workspace),
        col(Conversation.id) == col(Comparison.conversation_id),
    )
    last = last_compared(session, workspace)
    return mine if last is None else and_(mine, col(Conversation.updated_at) >= last - REACH)
