"""Receipts: what came in, stored under the sender's own id before it is acknowledged.

A receipt seen twice does nothing. `new` receipts survive a crash and are applied later.
"""

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint, update
from sqlmodel import Field, Session, SQLModel, col, select

from bot.store.insert import insert_new


class Receipt(SQLModel, table=True):
    """One delivery from Slack or Intercom. `state`: new, done or failed (kept for a person to look at)."""

    __tablename__ = "receipt"
    __table_args__ = (UniqueConstraint("workspace", "source", "delivery_id"),)

    id: int | None = Field(default=None, primary_key=True)
    workspace: str
    source: str
    delivery_id: str
    topic: str
    body: str = Field(sa_type=Text)
    state: str = Field(default="new", index=True)
    attempts: int = 0
    error: str | None = None
    received_at: datetime
    applied_at: datetime | None = None


def keep(
    session: Session,
    workspace: str,
    source: str,
    delivery_id: str,
    *,
    topic: str,
    body: str,
    now: datetime,
    state: str = "new",
) -> bool:
    """Store a receipt. False when this delivery was already stored."""
    return insert_new(
        session,
        Receipt,
        workspace=workspace,
        source=source,
        delivery_id=delivery_id,
        topic=topic,
        body=body,
        state=state,
        received_at=now,
    )


def waiting(session: Session, workspace: str, *, limit: int = 100) -> list[Receipt]:
    """Receipts not applied yet, oldest first."""
    query = (
        select(Receipt)
        .where(Receipt.workspace == workspace, Receipt.state == "new")
        .order_by(col(Receipt.id))
        .limit(limit)
    )
    return list(session.exec(query))


def settle(session: Session, receipt_id: int, *, now: datetime, error: str | None = None) -> None:
    """Mark a receipt applied, or failed with the reason."""
    session.execute(
        update(Receipt)
        .where(col(Receipt.id) == receipt_id)
        .values(
            state="failed" if error else "done",
            error=error,
            applied_at=now,
            attempts=col(Receipt.attempts) + 1,
        )
    )


def any_waiting(session: Session, workspace: str) -> bool:
    query = select(Receipt.id).where(Receipt.workspace == workspace, Receipt.state == "new").limit(1)
    return session.exec(query).first() is not None
