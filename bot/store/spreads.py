"""Spreading issues: one new problem that several accounts tell, and which conversations tell it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, Index, Text, bindparam, delete, text
from sqlalchemy import select as columns
from sqlmodel import Field, Session, SQLModel, col, func, select

from bot.store.driver import Question
from bot.store.rows import rows_of, whole
from bot.store.threads import Correction

OPEN, CLOSED, TAKEN_BACK = "open", "closed", "taken_back"


class Spread(SQLModel, table=True):
    """One problem that was announced. `title` is a customer's words, empty where they are to be chosen anew.

    `grown_at`: when the last conversation came. `ended_at` with `ended_by`, a Slack user: settled, or taken
    back by them. `linked`: the accounts' threads know where the message stands. `look_at`: when its card
    changes by time alone. `seen` and `changed` are as an account thread's (`bot/accounts/changes.py`).
    """

    __tablename__ = "spread"
    __table_args__ = (
        Index("ix_spread_state", "workspace", "state"),
        Index("ix_spread_look_at", "workspace", "look_at"),
    )

    workspace: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    title: str = Field(sa_type=Text)
    channel: str
    state: str = OPEN
    started_at: datetime
    announced_at: datetime
    grown_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None
    linked: bool = False
    look_at: datetime | None = None
    seen: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": text("'{}'")}
    )
    changed: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": text("'{}'")}
    )

    @property
    def post(self) -> str:
        """The name of its message."""
        return f"spread:{self.number}"


class SpreadMember(SQLModel, table=True):
    """A conversation of a spreading issue. Its key is what keeps it from being announced twice."""

    __tablename__ = "spread_member"
    __table_args__ = (
        Index("ix_spread_member_spread", "workspace", "number"),
        Index("ix_spread_member_account", "workspace", "account_id"),
    )

    workspace: str = Field(primary_key=True)
    conversation_id: str = Field(primary_key=True)
    number: int
    account_id: str | None = None
    joined_at: datetime


def get(session: Session, workspace: str, number: int) -> Spread | None:
    return session.get(Spread, (workspace, number))


def next_number(session: Session, workspace: str) -> int:
    return (session.exec(select(func.max(Spread.number)).where(Spread.workspace == workspace)).one() or 0) + 1


def alive(session: Session, workspace: str, since: datetime) -> list[Spread]:
    """Those that are open, and those that ended after `since`, oldest first."""
    query = select(Spread).where(Spread.workspace == workspace, Spread.state == OPEN)
    ended = select(Spread).where(
        Spread.workspace == workspace, Spread.state != OPEN, col(Spread.grown_at) >= since
    )
    return sorted([*session.exec(query), *session.exec(ended)], key=lambda each: each.number)


def opened(session: Session, workspace: str) -> list[Spread]:
    query = select(Spread).where(Spread.workspace == workspace, Spread.state == OPEN)
    return list(session.exec(query.order_by(col(Spread.number))))


def any_due(session: Session, workspace: str, now: datetime) -> bool:
    """Whether a card is to be drawn anew because time has passed."""
    return bool(due(session, workspace, now, limit=1))


def due(session: Session, workspace: str, now: datetime, *, limit: int = 20) -> list[Spread]:
    """Those whose cards are to be drawn anew by now."""
    query = select(Spread).where(Spread.workspace == workspace, col(Spread.look_at) <= now)
    return list(session.exec(query.order_by(col(Spread.look_at)).limit(limit)))


def members(session: Session, workspace: str, number: int) -> list[SpreadMember]:
    """Its conversations, in the order in which they came."""
    query = select(SpreadMember).where(SpreadMember.workspace == workspace, SpreadMember.number == number)
    return list(session.exec(query.order_by(col(SpreadMember.joined_at), col(SpreadMember.conversation_id))))


def members_among(
    session: Session, workspace: str, conversation_ids: Collection[str]
) -> dict[str, SpreadMember]:
    """Those of these conversations that are in any."""
    ids = sorted(conversation_ids)
    found: dict[str, SpreadMember] = {}
    for start in range(0, len(ids), 500):
        query = select(SpreadMember).where(
            SpreadMember.workspace == workspace,
            col(SpreadMember.conversation_id).in_(ids[start : start + 500]),
        )
        found |= {row.conversation_id: row for row in session.exec(query)}
    return found


def of_account(session: Session, workspace: str, account_id: str) -> list[Spread]:
    """The open ones that an account is in, oldest first."""
    found = rows_of(session, Spread, _of_account(), {"in_workspace": workspace, "whose": account_id})
    return sorted(found, key=lambda each: each.number)


@cache
def _of_account() -> Question:
    numbers = columns(col(SpreadMember.number)).where(
        col(SpreadMember.workspace) == bindparam("in_workspace"),
        col(SpreadMember.account_id) == bindparam("whose"),
    )
    # By number: PostgreSQL cannot tell whether two rows with JSON in them are one.
    return whole(Spread).where(
        col(Spread.workspace) == bindparam("in_workspace"),
        col(Spread.state) == OPEN,
        col(Spread.number).in_(numbers),
    )


def take_out(session: Session, workspace: str, conversation_ids: Sequence[str]) -> None:
    """These conversations are in none any more."""
    session.execute(
        delete(SpreadMember).where(
            col(SpreadMember.workspace) == workspace,
            col(SpreadMember.conversation_id).in_(conversation_ids),
        )
    )


def forget_words(session: Session, spread: Spread) -> None:
    """Take out what customers said, and have it drawn anew with a title from what is left."""
    spread.title, spread.seen, spread.changed = "", {}, {}
    spread.look_at = spread.announced_at
    session.add(spread)


def erase(
    session: Session, workspace: str, ids: Collection[str], theirs: Collection[str], *, now: datetime
) -> list[Spread]:
    """Take a person's conversations (`theirs`), and every customer's words, out of the spreading issues that
    any of `ids` is in.

    Those that it was done to: each is given another title when it is drawn anew. One of which nothing is left
    is among them: it has ended at `now`, and its number is not given again, for its message's name is taken.
    """
    rows = members_among(session, workspace, ids)
    found = []
    for number in sorted({row.number for row in rows.values()}):
        spread = session.get_one(Spread, (workspace, number))
        taken = [each for each, row in rows.items() if row.number == number and each in theirs]
        take_out(session, workspace, taken)
        forget_words(session, spread)
        if not members(session, workspace, number):
            spread.state, spread.ended_at, spread.look_at = CLOSED, spread.ended_at or now, None
        found.append(spread)
    return found


def words_since(session: Session, workspace: str, since: datetime) -> list[Correction]:
    """What reps said apart, lately, oldest first."""
    query = select(Correction).where(
        Correction.workspace == workspace, col(Correction.at) >= since, col(Correction.same).is_(False)
    )
    return list(session.exec(query.order_by(col(Correction.at))))


def announced_among(session: Session, workspace: str, conversation_ids: Collection[str]) -> set[str]:
    """Those of these conversations that are in one that stands, or stood until it was settled."""
    rows = members_among(session, workspace, conversation_ids)
    numbers = {row.number for row in rows.values()}
    query = select(Spread.number).where(
        Spread.workspace == workspace, col(Spread.number).in_(numbers), Spread.state != TAKEN_BACK
    )
    stood = set(session.exec(query))
    return {each for each, row in rows.items() if row.number in stood}
