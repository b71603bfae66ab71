"""Comparisons: what the last daily audit against Intercom found for each conversation."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, func, select

from bot.store.insert import put


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
    """How many conversations have each verdict."""
    query = (
        select(Comparison.verdict, func.count())
        .where(Comparison.workspace == workspace)
        .group_by(Comparison.verdict)
    )
    return {verdict: int(count) for verdict, count in session.exec(query)}


def that_differ(session: Session, workspace: str, *, offset: int = 0, limit: int = 1_000) -> list[Comparison]:
    """What differs, unexplained first, then by conversation."""
    query = (
        select(Comparison)
        .where(Comparison.workspace == workspace, col(Comparison.verdict).in_(("unexplained", "explained")))
        .order_by(col(Comparison.verdict).desc(), col(Comparison.conversation_id))
        .offset(offset)
        .limit(limit)
    )
    return list(session.exec(query))


def last_compared(session: Session, workspace: str) -> datetime | None:
    """When the newest finding was made, None before the first audit."""
    query = select(func.max(Comparison.compared_at)).where(Comparison.workspace == workspace)
    return session.exec(query).one()
