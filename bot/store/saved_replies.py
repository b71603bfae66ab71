"""Saved replies of the team's own: words that are used again and again."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Text, update
from sqlmodel import Field, Session, SQLModel, col, select

from bot.store.rows import row_of


class SavedReply(SQLModel, table=True):
    """`words` is plain text with placeholders (`{name}`, `{account}`, `{email}`, `{rep}`)."""

    __tablename__ = "saved_reply"

    workspace: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    title: str
    words: str = Field(sa_type=Text)
    saved_by: str
    saved_at: datetime
    used: int = 0
    used_at: datetime | None = None
    used_by: str | None = None


def every(session: Session, workspace: str) -> list[SavedReply]:
    """All of them, by title."""
    query = select(SavedReply).where(SavedReply.workspace == workspace)
    return sorted(session.exec(query), key=lambda each: (each.title.casefold(), each.id))


def get(session: Session, workspace: str, reply_id: str) -> SavedReply | None:
    return row_of(session, SavedReply, workspace, reply_id)


def save(
    session: Session,
    workspace: str,
    reply_id: str | None,
    *,
    title: str,
    words: str,
    by: str,
    now: datetime,
) -> SavedReply | None:
    """Save a new one, or new words for one that is there; None when that one was deleted meanwhile."""
    row = get(session, workspace, reply_id) if reply_id else None
    if reply_id and row is None:
        return None
    if row is None:
        row = SavedReply(
            workspace=workspace, id=uuid.uuid4().hex[:12], title=title, words=words, saved_by=by, saved_at=now
        )
    row.title, row.words, row.saved_by, row.saved_at = title, words, by, now
    session.add(row)
    return row


def delete(session: Session, workspace: str, reply_id: str) -> bool:
    """False when there is none such."""
    row = get(session, workspace, reply_id)
    if row is None:
        return False
    session.delete(row)
    return True


def count_use(session: Session, workspace: str, reply_id: str, *, by: str, now: datetime) -> None:
    session.execute(
        update(SavedReply)
        .where(col(SavedReply.workspace) == workspace, col(SavedReply.id) == reply_id)
        .values(used=col(SavedReply.used) + 1, used_at=now, used_by=by)
        .execution_options(synchronize_session=False)
    )
