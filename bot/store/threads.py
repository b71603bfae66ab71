"""Account threads: the anchor of each account's present episode, and the issues under it."""

import json
from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, BindParameter, Index, Text, bindparam, cast, text
from sqlalchemy import select as columns
from sqlmodel import Field, Session, SQLModel, col, func, select

from bot.store.driver import Question, ask
from bot.store.posts import Post
from bot.store.rows import row_of, rows_of, whole

ANCHOR = "account:"
"""What the name of an anchor's message begins with; the account and the episode follow."""


def anchor_key(account_id: str, episode: int) -> str:
    """The name under which an account's anchor is posted and edited."""
    return f"{ANCHOR}{account_id}:{episode}"


class AccountThread(SQLModel, table=True):
    """One episode of an account: from more than one open conversation until all are resolved for days.

    `look_at`: when the thread may say more than it does (business time). `seen` is what its card showed last,
    `changed` what was different about that (`bot/accounts/changes.py`).
    """

    __tablename__ = "account_thread"
    __table_args__ = (Index("ix_account_thread_look_at", "workspace", "look_at"),)

    workspace: str = Field(primary_key=True)
    account_id: str = Field(primary_key=True)
    episode: int = Field(primary_key=True)
    opened_at: datetime
    closed_at: datetime | None = None
    look_at: datetime | None = None
    seen: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": text("'{}'")}
    )
    changed: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": text("'{}'")}
    )

    @property
    def post(self) -> str:
        """The name of its anchor."""
        return anchor_key(self.account_id, self.episode)


class Issue(SQLModel, table=True):
    """One problem of an account, told by one or more conversations. `id` is its oldest conversation's.

    `shown_at`: since when it has a message of its own in the thread; until then the anchor tells of it.
    `open_ids` are those of `conversation_ids` that are open, as it was judged last.
    """

    __tablename__ = "issue"

    workspace: str = Field(primary_key=True)
    account_id: str = Field(primary_key=True)
    episode: int = Field(primary_key=True)
    id: str = Field(primary_key=True)
    title: str = Field(sa_type=Text)
    conversation_ids: list[str] = Field(default_factory=list, sa_type=JSON)
    updated_at: datetime
    shown_at: datetime | None = None
    open_ids: list[str] = Field(
        default_factory=list, sa_type=JSON, sa_column_kwargs={"server_default": text("'[]'")}
    )

    def others_open(self, conversation_id: str) -> int:
        """How many open conversations tell it beside that one."""
        return sum(each != conversation_id for each in self.open_ids)


class Correction(SQLModel, table=True):
    """A rep's word on whether two conversations are the same issue. The latest word counts."""

    __tablename__ = "correction"

    workspace: str = Field(primary_key=True)
    a: str = Field(primary_key=True)
    b: str = Field(primary_key=True)
    same: bool
    by: str
    at: datetime


def live_thread(session: Session, workspace: str, account_id: str) -> AccountThread | None:
    """The account's thread that is not closed yet."""
    found = rows_of(session, AccountThread, _live(), {"in_workspace": workspace, "whose": account_id})
    return found[0] if found else None


@cache
def _live() -> Question:
    return whole(AccountThread).where(
        col(AccountThread.workspace) == bindparam("in_workspace"),
        col(AccountThread.account_id) == bindparam("whose"),
        col(AccountThread.closed_at).is_(None),
    )


def stand_in(session: Session, workspace: str, channel: str) -> bool:
    """Whether a thread of an account that is not closed stands in this channel."""
    there = select(Post.key).where(
        Post.workspace == workspace,
        Post.channel == channel,
        Post.state != "gone",
        col(Post.key).startswith(ANCHOR, autoescape=True),
    )
    anchors = set(session.exec(there))
    return bool(anchors) and any(each.post in anchors for each in all_live(session, workspace))


def all_live(session: Session, workspace: str) -> list[AccountThread]:
    """Every account's thread that is not closed yet."""
    query = select(AccountThread).where(
        AccountThread.workspace == workspace, col(AccountThread.closed_at).is_(None)
    )
    return list(session.exec(query))


def last_thread(session: Session, workspace: str, account_id: str) -> AccountThread | None:
    """The account's latest thread, closed or not."""
    query = (
        select(AccountThread)
        .where(AccountThread.workspace == workspace, AccountThread.account_id == account_id)
        .order_by(col(AccountThread.episode).desc())
    )
    return session.exec(query.limit(1)).first()


def any_due(session: Session, workspace: str, now: datetime) -> bool:
    """Whether a thread may say something now that it has held back."""
    return bool(ask(session, _one_due(), {"in_workspace": workspace, "now": now}))


@cache
def _one_due() -> Question:
    due = (
        col(AccountThread.workspace) == bindparam("in_workspace"),
        col(AccountThread.look_at) <= bindparam("now"),
    )
    return columns(col(AccountThread.account_id)).where(*due).limit(1)


def take_due(session: Session, workspace: str, now: datetime, *, limit: int = 50) -> list[str]:
    """The accounts of threads that may say more now; each is told once."""
    query = select(AccountThread).where(
        AccountThread.workspace == workspace, col(AccountThread.look_at) <= now
    )
    found = list(session.exec(query.order_by(col(AccountThread.look_at)).limit(limit)))
    for thread in found:
        thread.look_at = None
        session.add(thread)
    return [thread.account_id for thread in found]


def next_episode(session: Session, workspace: str, account_id: str) -> int:
    query = select(func.max(AccountThread.episode)).where(
        AccountThread.workspace == workspace, AccountThread.account_id == account_id
    )
    return (session.exec(query).one() or 0) + 1


def issues_of(session: Session, workspace: str, account_id: str, episode: int) -> list[Issue]:
    named = {"in_workspace": workspace, "whose": account_id, "in_episode": episode}
    return rows_of(session, Issue, _issues(), named)


@cache
def _issues() -> Question:
    return (
        whole(Issue)
        .where(
            col(Issue.workspace) == bindparam("in_workspace"),
            col(Issue.account_id) == bindparam("whose"),
            col(Issue.episode) == bindparam("in_episode"),
        )
        .order_by(col(Issue.id))
    )


def issues_now(session: Session, workspace: str, account_ids: Collection[str | None]) -> dict[str, str]:
    """The issue of each conversation in the living threads of these accounts: by id, its oldest one's id."""
    ids = sorted(each for each in account_ids if each is not None)
    found: dict[str, str] = {}
    for start in range(0, len(ids), 500):
        query = (
            select(Issue)
            .join(
                AccountThread,
                (col(AccountThread.workspace) == col(Issue.workspace))
                & (col(AccountThread.account_id) == col(Issue.account_id))
                & (col(AccountThread.episode) == col(Issue.episode)),
            )
            .where(
                Issue.workspace == workspace,
                col(Issue.account_id).in_(ids[start : start + 500]),
                col(AccountThread.closed_at).is_(None),
            )
        )
        for issue in session.exec(query):
            found |= dict.fromkeys(issue.conversation_ids, issue.id)
    return found


def issue_of_conversation(
    session: Session, workspace: str, account_id: str, conversation_id: str
) -> Issue | None:
    """The issue of a conversation in the account's living thread, if it stands in one."""
    # Looked for as text first: an account with many issues has one of them read, not all.
    named = {"in_workspace": workspace, "whose": account_id, "named": f"%{json.dumps(conversation_id)}%"}
    found = rows_of(session, Issue, _with_conversation(), named)
    return next((issue for issue in found if conversation_id in issue.conversation_ids), None)


@cache
def _with_conversation() -> Question:
    return whole(Issue).where(
        col(Issue.workspace) == bindparam("in_workspace"),
        col(Issue.account_id) == bindparam("whose"),
        col(Issue.episode)
        == columns(col(AccountThread.episode))
        .where(
            col(AccountThread.workspace) == bindparam("in_workspace"),
            col(AccountThread.account_id) == bindparam("whose"),
            col(AccountThread.closed_at).is_(None),
        )
        .scalar_subquery(),
        cast(col(Issue.conversation_ids), Text).like(bindparam("named")),
    )


def corrections_among(session: Session, workspace: str, conversation_ids: list[str]) -> list[Correction]:
    """Corrections whose both sides are among these conversations."""
    return rows_of(session, Correction, _among(), {"in_workspace": workspace, "which": conversation_ids})


@cache
def _among() -> Question:
    both: BindParameter[str] = bindparam("which", expanding=True)
    return whole(Correction).where(
        col(Correction.workspace) == bindparam("in_workspace"),
        col(Correction.a).in_(both),
        col(Correction.b).in_(both),
    )


def correct(
    session: Session, workspace: str, one: str, other: str, *, same: bool, by: str, now: datetime
) -> None:
    """Remember a rep's word on two conversations; a later word replaces it."""
    a, b = sorted((one, other))
    row = row_of(session, Correction, workspace, a, b)
    if row is None:
        row = Correction(workspace=workspace, a=a, b=b, same=same, by=by, at=now)
    row.same, row.by, row.at = same, by, now
    session.add(row)
