"""The audit log: who did what to which conversation, from where, with what outcome.

The database itself refuses to change or delete an entry (triggers of migration 0007). Two things may, each
through `opened`: what watchbell.toml lets go of after a time, and the erasing of a customer's person.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Index, delete
from sqlmodel import Field, Session, SQLModel, col, select

from bot.store.insert import add


class AuditEntry(SQLModel, table=True):
    """One action of a person. `detail` never holds customer text."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_subject", "workspace", "conversation_id"),)

    id: int | None = Field(default=None, primary_key=True)
    workspace: str
    at: datetime
    slack_user_id: str
    admin_id: str | None = None
    action: str
    conversation_id: str | None = None
    source: str
    outcome: str
    detail: str | None = None


class AuditGate(SQLModel, table=True):
    """While a transaction has a row here, and to that transaction alone, entries may change."""

    __tablename__ = "audit_gate"

    workspace: str = Field(primary_key=True)


@contextmanager
def opened(session: Session, workspace: str) -> Iterator[None]:
    """Let entries be changed or deleted inside; what happens there is flushed before it closes again."""
    gate = AuditGate(workspace=workspace)
    session.add(gate)
    session.flush()
    yield
    session.flush()
    session.execute(delete(AuditGate).where(col(AuditGate.workspace) == workspace))
    session.expunge(gate)


def record(
    session: Session,
    workspace: str,
    *,
    at: datetime,
    slack_user_id: str,
    admin_id: str | None,
    action: str,
    source: str,
    outcome: str,
    conversation_id: str | None = None,
    detail: str | None = None,
) -> None:
    add(
        session,
        AuditEntry,
        workspace=workspace,
        at=at,
        slack_user_id=slack_user_id,
        admin_id=admin_id,
        action=action,
        conversation_id=conversation_id,
        source=source,
        outcome=outcome,
        detail=detail,
    )


def page(
    session: Session,
    workspace: str,
    *,
    slack_user_id: str | None = None,
    conversation_id: str | None = None,
    before: int | None = None,
    after: int | None = None,
    limit: int,
) -> Sequence[AuditEntry]:
    """Entries, the newest first: of one person, about one conversation, or all.

    `before` and `after` are ids: the newest entries older than the one, the oldest newer than the other.
    """
    query = select(AuditEntry).where(AuditEntry.workspace == workspace)
    if slack_user_id is not None:
        query = query.where(AuditEntry.slack_user_id == slack_user_id)
    if conversation_id is not None:
        query = query.where(AuditEntry.conversation_id == conversation_id)
    if after is not None:
        newer = query.where(col(AuditEntry.id) > after).order_by(col(AuditEntry.id)).limit(limit)
        return tuple(reversed(session.exec(newer).all()))
    if before is not None:
        query = query.where(col(AuditEntry.id) < before)
    return session.exec(query.order_by(col(AuditEntry.id).desc()).limit(limit)).all()


def latest(session: Session, workspace: str, *, limit: int = 50) -> list[AuditEntry]:
    query = (
        select(AuditEntry)
        .where(AuditEntry.workspace == workspace)
        .order_by(col(AuditEntry.id).desc())
        .limit(limit)
    )
    return list(session.exec(query))
