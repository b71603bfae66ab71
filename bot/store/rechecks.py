"""Rechecks: what has changed and must be judged anew.

Whoever changes a fact asks for a recheck in the same transaction; the judgement tick takes it, judges, and
writes intents in one transaction of its own. A burst of changes to one subject is judged once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, false, tuple_, update
from sqlmodel import Field, Session, SQLModel, col, select

from bot.store.conversations import Conversation
from bot.store.insert import insert_new, put, put_all, put_new

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
        session.execute(
            delete(Recheck).where(
                tuple_(col(Recheck.workspace), col(Recheck.kind), col(Recheck.subject_id)).in_(
                    [(workspace, kind, subject) for subject in subjects]
                )
            )
        )
    return subjects


def next_subjects(
    session: Session, workspace: str, kind: str, *, limit: int, since: datetime | None = None
) -> list[str]:
    """The subjects that `take` would hand out next; they stay."""
    query = (
        select(Recheck.subject_id)
        .where(Recheck.workspace == workspace, Recheck.kind == kind)
        .order_by(col(Recheck.urgent).desc(), col(Recheck.asked_at), col(Recheck.subject_id))
        .limit(limit)
    )
    if since is not None:
        query = query.join(
            Conversation,
            (col(Conversation.workspace) == Recheck.workspace) & (col(Conversation.id) == Recheck.subject_id),
        ).where(Conversation.updated_at >= since)
    return list(session.exec(query))


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
    query = select(Recheck.subject_id).where(
        Recheck.workspace == workspace, col(Recheck.kind).in_(kinds or (CONVERSATION, ACCOUNT))
    )
    query = query.limit(1)
    return session.exec(query).first() is not None
