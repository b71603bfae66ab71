"""Holds: claims made in Slack that have had no answer yet, and when each is to be looked at."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index, delete
from sqlmodel import Field, Session, SQLModel, col, select

from bot.store.insert import put


class Hold(SQLModel, table=True):
    """A claim that waits for its first answer.

    `since`: when it was made. `counts_from`: from when a wait counts, later than that after a snooze.
    `look_at`: not to be looked at earlier (business time).
    `reminded_at`: when its holder was reminded, which happens once.
    """

    __tablename__ = "hold"
    __table_args__ = (Index("ix_hold_look_at", "workspace", "look_at"),)

    workspace: str = Field(primary_key=True)
    conversation_id: str = Field(primary_key=True)
    admin_id: str
    since: datetime
    counts_from: datetime
    look_at: datetime
    reminded_at: datetime | None = None


def begin(
    session: Session, workspace: str, conversation_id: str, admin_id: str, *, now: datetime, look_at: datetime
) -> None:
    """A claim was made: its wait begins anew, whoever held it before."""
    put(
        session,
        Hold,
        workspace=workspace,
        conversation_id=conversation_id,
        admin_id=admin_id,
        since=now,
        counts_from=now,
        look_at=look_at,
        reminded_at=None,
    )


def end(session: Session, workspace: str, conversation_id: str) -> None:
    """The claim is over, or was answered."""
    session.execute(
        delete(Hold).where(col(Hold.workspace) == workspace, col(Hold.conversation_id) == conversation_id)
    )


def due(session: Session, workspace: str, now: datetime, *, limit: int) -> Sequence[Hold]:
    """Holds to be looked at by `now`, the longest wanted first."""
    query = (
        select(Hold)
        .where(Hold.workspace == workspace, col(Hold.look_at) <= now)
        .order_by(col(Hold.look_at), col(Hold.conversation_id))
        .limit(limit)
    )
    return session.exec(query).all()
