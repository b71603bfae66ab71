"""Receipts: what came in, stored under the sender's own id before it is acknowledged.

A receipt seen twice does nothing. `new` receipts survive a crash and are applied later.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Text, UniqueConstraint, Update, bindparam, update
from sqlmodel import Field, Session, SQLModel, col, select

from bot.store.driver import run
from bot.store.insert import insert_new, put_new, table_of


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


def row(
    workspace: str, source: str, delivery_id: str, *, topic: str, body: str, now: datetime, state: str = "new"
) -> dict[str, Any]:
    """A receipt as `keep` and `keep_all` store it."""
    return {
        "workspace": workspace,
        "source": source,
        "delivery_id": delivery_id,
        "topic": topic,
        "body": body,
        "state": state,
        "attempts": 0,
        "received_at": now,
    }


def keep(session: Session, receipt: Mapping[str, Any]) -> bool:
    """Store a receipt. False when this delivery was already stored."""
    return insert_new(session, Receipt, **receipt)


def keep_all(session: Session, several: Sequence[Mapping[str, Any]]) -> None:
    """Store those of several receipts whose deliveries were not stored yet."""
    put_new(session, Receipt, several)


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
    named = {"which": receipt_id, "to": "failed" if error else "done", "why": error, "now": now}
    run(session, _settling(), named)


@cache
def _settling() -> Update:
    return (
        update(table_of(Receipt))
        .where(col(Receipt.id) == bindparam("which"))
        .values(
            state=bindparam("to"),
            error=bindparam("why"),
            applied_at=bindparam("now"),
            attempts=col(Receipt.attempts) + 1,
        )
    )


def any_waiting(session: Session, workspace: str) -> bool:
    query = select(Receipt.id).where(Receipt.workspace == workspace, Receipt.state == "new").limit(1)
    return session.exec(query).first() is not None
