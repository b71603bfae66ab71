"""Posts: our messages in Slack under names of our own, so that one decision edits what another posted."""

from datetime import datetime
from functools import cache

from sqlalchemy import Integer, bindparam, func
from sqlmodel import Field, Session, SQLModel, col, select

from bot.store.driver import Question
from bot.store.rows import kept_row_of, rows_of, whole

ABOUT_A_CONVERSATION = ("alert", "ring", "call", "hold", "handover")
"""Kinds of messages, the first part of their names, whose second part is a conversation's id."""

_LAST = "\U0010ffff"
"""Comes after every other character: between a beginning and that with this behind it lies what begins so."""

DIRECT = ":direct"
"""What the name of an answer's card ends with that stands with its author, the first one being gone."""


class Post(SQLModel, table=True):
    """The Slack message known as `key`. `ts` is None until Slack has it.

    `wanted` hashes the content it should have, `shown` what Slack was last seen to take (None: not known).
    `state`: wanted, posted, gone (deleted in Slack or refused for good).
    """

    __tablename__ = "post"

    workspace: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    channel: str
    parent: str | None = None
    ts: str | None = Field(default=None, index=True)
    wanted: str
    shown: str | None = None
    version: int = 1
    state: str = "wanted"
    wanted_at: datetime


def get_post(session: Session, workspace: str, key: str | None) -> Post | None:
    return kept_row_of(session, Post, workspace, key) if key else None


def posts_under(session: Session, workspace: str, prefix: str) -> list[Post]:
    """Posts whose key starts with `prefix`."""
    question = _under(session.get_bind().dialect.name)
    named = {"in_workspace": workspace, "begins": prefix, "length": len(prefix), "ends": prefix + _LAST}
    return rows_of(session, Post, question, named)


@cache
def _under(dialect: str) -> Question:
    begins = func.substr(col(Post.key), 1, bindparam("length", type_=Integer)) == bindparam("begins")
    mine = whole(Post).where(col(Post.workspace) == bindparam("in_workspace"), begins)
    if dialect == "sqlite":
        # It looks up by its index what lies between two keys. PostgreSQL may put them in another order.
        mine = mine.where(col(Post.key).between(bindparam("begins"), bindparam("ends")))
    return mine.order_by(col(Post.key))


def children_of(session: Session, workspace: str, key: str) -> list[Post]:
    """Posts in the thread of the post named `key`."""
    return rows_of(session, Post, _children(), {"in_workspace": workspace, "above": key})


@cache
def _children() -> Question:
    under = (col(Post.workspace) == bindparam("in_workspace"), col(Post.parent) == bindparam("above"))
    return whole(Post).where(*under).order_by(col(Post.key))


def post_at(session: Session, workspace: str, channel: str, ts: str) -> Post | None:
    """Our post at this place in Slack, or None."""
    query = select(Post).where(Post.workspace == workspace, Post.channel == channel, Post.ts == ts)
    return session.exec(query).first()
