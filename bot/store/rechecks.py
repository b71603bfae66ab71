"""Rechecks: what has changed and must be judged anew.

Whoever changes a fact asks for a recheck in the same transaction; the judgement tick takes it, judges, and
writes intents in one transaction of its own. A burst of changes to one subject is judged once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Delete, and_, bindparam, delete, false, update
from sqlalchemy import select as columns
from sqlmodel import Field, Session, SQLModel, col, select

from bot.store import driver
from bot.store.conversations import Conversation
from bot.store.driver import Question, run_many
from bot.store.insert import insert_new, put, put_all, put_new, table_of

CONVERSATION = "conversation"
ACCOUNT = "account"
OUTSIDE = "outside"
"""A thread of what was said outside Intercom: its source and id, with a colon between."""
CONTACT = "contact"
"""A person whom Intercom is to be asked about anew. `asked_at` is when; nothing is asked before."""


class Recheck(SQLModel, table=True):
    """`subject_id` of `kind` should be judged anew. `urgent`: its time has come, so it goes first."""

    __tablename__ = "recheck"
    # One is written at each click and gone soon after: an index beside the table would double that.
    __table_args__ = ({"sqlite_with_rowid": False},)

    workspace: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    subject_id: str = Field(primary_key=True)
    asked_at: datetime
    urgent: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


def ask(session: Session, workspace: str, kind: str, subject_id: str, *, now: datetime) -> None:
    insert_new(session, Recheck, workspace=workspace, kind=kind, subject_id=subject_id, asked_at=now)


def ask_all(
    session: Session, workspace: str, kind: str, subject_ids: Sequence[str], *, now: datetime
) -> None:
    """The same of several subjects of one kind."""
    asked = {"workspace": workspace, "kind": kind, "asked_at": now, "urgent": False}
    if subject_ids:
        put_new(session, Recheck, [{**asked, "subject_id": each} for each in subject_ids])


def ask_about(session: Session, *changed: Conversation, now: datetime) -> None:
    """Have conversations and their accounts judged anew."""
    subjects = [(row.workspace, CONVERSATION, row.id) for row in changed]
    subjects += [(row.workspace, ACCOUNT, row.account_id) for row in changed if row.account_id]
    rows = [
        {"workspace": workspace, "kind": kind, "subject_id": subject, "asked_at": now, "urgent": False}
        for workspace, kind, subject in dict.fromkeys(subjects)
    ]
    if rows:
        put_new(session, Recheck, rows)


def ask_first_about(session: Session, row: Conversation, *, now: datetime) -> None:
    """Have a conversation judged before everything that only changed, and its account after it."""
    asked = {"workspace": row.workspace, "asked_at": now}
    put_all(session, Recheck, [{**asked, "kind": CONVERSATION, "subject_id": row.id, "urgent": True}])
    if row.account_id is not None:
        put_new(session, Recheck, [{**asked, "kind": ACCOUNT, "subject_id": row.account_id, "urgent": False}])


def ask_first(session: Session, workspace: str, conversation_ids: Sequence[str], *, now: datetime) -> None:
    """The same for several, of which the ids are known."""
    if not conversation_ids:
        return
    put_all(
        session,
        Recheck,
        [
            {
                "workspace": workspace,
                "kind": CONVERSATION,
                "subject_id": each,
                "asked_at": now,
                "urgent": True,
            }
            for each in conversation_ids
        ],
    )
    # Asked by id alone: a condition on the account would have SQLite go through all of them.
    query = select(Conversation.account_id).where(
        Conversation.workspace == workspace, col(Conversation.id).in_(conversation_ids)
    )
    rows = [
        {"workspace": workspace, "kind": ACCOUNT, "subject_id": each, "asked_at": now, "urgent": False}
        for each in dict.fromkeys(session.exec(query))
        if each is not None
    ]
    if rows:
        put_new(session, Recheck, rows)


def take(
    session: Session, workspace: str, kind: str, *, limit: int = 50, since: datetime | None = None
) -> list[str]:
    """Take up to `limit` subjects, urgent ones first, then the oldest; gone when this transaction commits.

    With `since`, only conversations in which something has happened since then; the others stay.
    """
    subjects = next_subjects(session, workspace, kind, limit=limit, since=since)
    if subjects:
        taken = [{"in_workspace": workspace, "of_kind": kind, "which": subject} for subject in subjects]
        run_many(session, _taking(), taken)
    return subjects


@cache
def _taking() -> Delete:
    return delete(table_of(Recheck)).where(
        col(Recheck.workspace) == bindparam("in_workspace"),
        col(Recheck.kind) == bindparam("of_kind"),
        col(Recheck.subject_id) == bindparam("which"),
    )


def next_subjects(
    session: Session, workspace: str, kind: str, *, limit: int, since: datetime | None = None
) -> list[str]:
    """The subjects that `take` would hand out next; they stay."""
    named = {"in_workspace": workspace, "of_kind": kind, "most": limit}
    if since is None:
        return [each for (each,) in driver.ask(session, _next(), named)]
    return [each for (each,) in driver.ask(session, _next_since(), {**named, "since": since})]


@cache
def _next() -> Question:
    return (
        columns(col(Recheck.subject_id))
        .where(col(Recheck.workspace) == bindparam("in_workspace"), col(Recheck.kind) == bindparam("of_kind"))
        .order_by(col(Recheck.urgent).desc(), col(Recheck.asked_at), col(Recheck.subject_id))
        .limit(bindparam("most"))
    )


@cache
def _next_since() -> Question:
    named = (
        col(Conversation.workspace) == col(Recheck.workspace),
        col(Conversation.id) == col(Recheck.subject_id),
    )
    return _next().join(Conversation, and_(*named)).where(col(Conversation.updated_at) >= bindparam("since"))


def ask_anew(session: Session, workspace: str, kind: str, subject_id: str, *, now: datetime) -> None:
    """The same, also where it is asked for already: whoever is at it was not told of the latest."""
    put(session, Recheck, workspace=workspace, kind=kind, subject_id=subject_id, asked_at=now, urgent=False)


def due(session: Session, workspace: str, kind: str, now: datetime, *, limit: int) -> dict[str, datetime]:
    """Subjects that were to be judged by now, the longest asked for first, with the instants."""
    query = (
        select(Recheck.subject_id, Recheck.asked_at)
        .where(Recheck.workspace == workspace, Recheck.kind == kind, Recheck.asked_at <= now)
        .order_by(col(Recheck.asked_at), col(Recheck.subject_id))
        .limit(limit)
    )
    return dict(session.exec(query).all())


def put_off(
    session: Session, workspace: str, kind: str, asked: Mapping[str, datetime], until: datetime
) -> dict[str, datetime]:
    """Have those of them wait until then that nobody has asked for anew meanwhile; these, as they are now."""
    return {
        subject: until
        for subject, asked_at in asked.items()
        if session.execute(
            update(Recheck).where(*_as_asked(workspace, kind, subject, asked_at)).values(asked_at=until)
        ).rowcount  # type: ignore[attr-defined]
    }


def settle(session: Session, workspace: str, kind: str, asked: Mapping[str, datetime]) -> None:
    """These are done, but for those that were asked for anew meanwhile."""
    for subject, asked_at in asked.items():
        session.execute(delete(Recheck).where(*_as_asked(workspace, kind, subject, asked_at)))


def _as_asked(workspace: str, kind: str, subject: str, asked_at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Recheck.workspace) == workspace,
        col(Recheck.kind) == kind,
        col(Recheck.subject_id) == subject,
        col(Recheck.asked_at) == asked_at,
    )


def any_asked(session: Session, workspace: str, *kinds: str) -> bool:
    """Whether anything of these kinds is to be judged anew; of any, without one."""
    named = {"in_workspace": workspace, "of_kinds": list(kinds or (CONVERSATION, ACCOUNT))}
    return bool(driver.ask(session, _any(), named))


@cache
def _any() -> Question:
    asked = (
        col(Recheck.workspace) == bindparam("in_workspace"),
        col(Recheck.kind).in_(bindparam("of_kinds", expanding=True)),
    )
    return columns(col(Recheck.subject_id)).where(*asked).limit(1)
