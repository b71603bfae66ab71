"""Calls of escalations: which promise was told to which place, and in which message it stands."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Index, bindparam
from sqlalchemy import select as columns
from sqlmodel import Field, Session, SQLModel, col, func, select

from bot.store.driver import Question, ask
from bot.store.rows import row_of


class Called(SQLModel, table=True):
    """One promise told to one place by a step of an escalation.

    `own` names the message that tells of this call alone, `post` the one in which it stands: that, or one
    that it shares with others. `target` is the Slack id that was called, `channel` where that is told.
    `called_at` is business time.
    """

    __tablename__ = "called"
    __table_args__ = (
        Index("ix_called_target", "workspace", "target", "called_at"),
        Index("ix_called_post", "workspace", "post"),
        Index("ix_called_conversation", "workspace", "conversation_id"),
    )

    workspace: str = Field(primary_key=True)
    own: str = Field(primary_key=True)
    conversation_id: str
    clock: str
    episode: str
    escalation: str
    target: str
    channel: str
    called_at: datetime
    post: str

    @property
    def shared(self) -> bool:
        """Whether others stand in the same message."""
        return self.post != self.own


def get(session: Session, workspace: str, own: str) -> Called | None:
    return row_of(session, Called, workspace, own)


def alone_since(
    session: Session, workspace: str, target: str, channel: str, since: datetime, *, limit: int
) -> list[Called]:
    """Calls of one target in one channel from an instant on that stand by themselves."""
    query = select(Called).where(
        *_since(workspace, target, channel, since), col(Called.post) == col(Called.own)
    )
    return list(session.exec(query.order_by(col(Called.called_at), col(Called.own)).limit(limit)))


class Shared(NamedTuple):
    """A message that calls share, and how many they are."""

    post: str
    calls: int


def shared_since(session: Session, call: Called, since: datetime) -> list[Shared]:
    """The messages that calls of its target in its channel share whose first call was made then or later."""
    recent = select(Called.post).where(*_same_place(call, since), col(Called.post) != col(Called.own))
    query = (
        select(Called.post, func.count())
        .where(Called.workspace == call.workspace, col(Called.post).in_(recent))
        .group_by(col(Called.post))
        .having(func.min(Called.called_at) >= since)
        .order_by(col(Called.post))
    )
    return [Shared(*found) for found in session.exec(query)]


def is_repeated(session: Session, call: Called, since: datetime) -> bool:
    """Whether the same promise was told to the same target in the same channel from an instant on."""
    query = select(Called.own).where(
        *_same_place(call, since),
        Called.conversation_id == call.conversation_id,
        Called.clock == call.clock,
        Called.episode == call.episode,
    )
    return session.exec(query.limit(1)).first() is not None


def _same_place(call: Called, since: datetime) -> tuple[ColumnElement[bool], ...]:
    return _since(call.workspace, call.target, call.channel, since)


def _since(workspace: str, target: str, channel: str, since: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Called.workspace) == workspace,
        col(Called.target) == target,
        col(Called.channel) == channel,
        col(Called.called_at) >= since,
    )


def in_post(session: Session, workspace: str, post: str) -> list[Called]:
    """The calls that stand in a message, in the order in which they were made."""
    query = select(Called).where(Called.workspace == workspace, Called.post == post)
    return list(session.exec(query.order_by(col(Called.called_at), col(Called.own))))


def shared_posts(session: Session, workspace: str, conversation_id: str) -> list[str]:
    """The messages in which a conversation's calls stand together with others."""
    named = {"in_workspace": workspace, "which": conversation_id}
    return sorted({each for (each,) in ask(session, _shared_posts(), named)})


@cache
def _shared_posts() -> Question:
    return columns(col(Called.post)).where(
        col(Called.workspace) == bindparam("in_workspace"),
        col(Called.conversation_id) == bindparam("which"),
        col(Called.post) != col(Called.own),
    )
