"""The audit log: who did what to which conversation, from where, with what outcome. Nothing deletes it."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, select


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
    session.add(
        AuditEntry(
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
    )


def latest(session: Session, workspace: str, *, limit: int = 50) -> list[AuditEntry]:
    query = (
        select(AuditEntry)
        .where(AuditEntry.workspace == workspace)
        .order_by(col(AuditEntry.id).desc())
        .limit(limit)
    )
    return list(session.exec(query))
