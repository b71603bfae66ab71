"""What was said about an account outside Intercom: in Slack channels, and in a mailbox.

It stands in the account's timeline beside what Intercom knows, and is nobody's promise: no clock runs for it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, Text, false, or_, update
from sqlmodel import Field, Session, SQLModel, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.store import erased
from bot.store.accounts import is_deleted
from bot.store.insert import insert_new
from bot.store.rows import like, row_of

MAILBOX = "mailbox"
_SLACK = "slack:"
_AT_ONCE = 500
"""Values in one question: databases take no list without end."""


class OutsideMessage(SQLModel, table=True):
    """One message. `source` is `mailbox`, or `slack:` with the channel's id; `id` is its own id there (a
    mail's Message-ID, a Slack message's ts). A message seen twice is one row.

    `contact_id` is the customer's person it is from or to. `author_id` is a mail address (small letters) or a
    Slack user id; `address` the author's mail address, where it is known. `author_kind`: customer, rep or
    other. `internal`: no customer read it. `thread` is the id of the first message of its thread, `in_thread`
    whether it was said beside the channel, `place` what people call where it was said. `recipients`: to whom
    outside the team a mail of the team's went (`listed`), None where that was not kept yet.
    `conversation_id`: the Intercom conversation that it became.
    """

    __tablename__ = "outside_message"
    __table_args__ = (
        Index("ix_outside_account", "workspace", "account_id", "at"),
        Index("ix_outside_source", "workspace", "source", "at"),
        Index("ix_outside_at", "workspace", "at"),
        Index("ix_outside_address", "workspace", "address"),
        Index("ix_outside_author", "workspace", "author_id", "at"),
        Index("ix_outside_thread", "workspace", "source", "thread"),
    )

    workspace: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    account_id: str | None = None
    contact_id: str | None = Field(default=None, index=True)
    channel: str
    place: str = ""
    author_id: str
    author_name: str
    author_kind: str
    address: str | None = None
    internal: bool = False
    recipients: str | None = Field(default=None, sa_type=Text)
    title: str | None = Field(default=None, sa_type=Text)
    thread: str
    in_thread: bool = False
    text: str = Field(default="", sa_type=Text)
    at: datetime
    edited_at: datetime | None = None
    conversation_id: str | None = None


SOMEBODY = "somebody"
"""What stands for the name of whoever Slack does not show: a word of ours, and nobody's name."""


def place_of_mailbox(user: str) -> str:
    """What people call the mailbox in which a mail lay, by its login."""
    return f"in {user}" if "@" in user else "in the mailbox"


def is_mailbox(session: Session, workspace: str, address: str) -> bool:
    """Whether mails were read from the mailbox with this address."""
    query = select(OutsideMessage.id).where(
        OutsideMessage.workspace == workspace,
        OutsideMessage.source == MAILBOX,
        func.lower(col(OutsideMessage.place)) == place_of_mailbox(address).lower(),
    )
    return session.exec(query.limit(1)).first() is not None


def slack_source(channel_id: str) -> str:
    """The source of what was said in a Slack channel."""
    return _SLACK + channel_id


def slack_channel(source: str) -> str | None:
    """The Slack channel of a source; None for another source's."""
    return source.removeprefix(_SLACK) if source.startswith(_SLACK) else None


def keep(session: Session, **values: Any) -> bool:
    """Store a message under its source and id. False when it is known: then nothing is changed."""
    return insert_new(session, OutsideMessage, **values)


def get(session: Session, workspace: str, source: str, id_: str) -> OutsideMessage | None:
    return row_of(session, OutsideMessage, workspace, source, id_)


def said_since(session: Session, workspace: str, source: str, since: datetime) -> list[OutsideMessage]:
    """What is kept of a source from an instant on, in no order."""
    query = select(OutsideMessage).where(
        OutsideMessage.workspace == workspace,
        OutsideMessage.source == source,
        col(OutsideMessage.at) >= since,
    )
    return list(session.exec(query))


def edit(session: Session, workspace: str, source: str, id_: str, text: str, edited_at: datetime) -> bool:
    """Give a message the words it was edited to, unless a later edit is known. True when it changed."""
    row = get(session, workspace, source, id_)
    if row is None or (row.edited_at is not None and row.edited_at >= edited_at):
        return False
    row.text, row.edited_at = text, edited_at
    session.add(row)
    return True


def remove(session: Session, workspace: str, source: str, id_: str) -> OutsideMessage | None:
    """Take a message out that was deleted where it stood; the row as it was."""
    row = get(session, workspace, source, id_)
    if row is not None:
        session.delete(row)
    return row


def of_account(session: Session, workspace: str, account_id: str) -> list[OutsideMessage]:
    """Everything that was said at an account and did not become an Intercom conversation, oldest first."""
    query = select(OutsideMessage).where(
        OutsideMessage.workspace == workspace,
        OutsideMessage.account_id == account_id,
        col(OutsideMessage.conversation_id).is_(None),
    )
    return list(session.exec(query.order_by(col(OutsideMessage.at), col(OutsideMessage.id))))


def of_thread(session: Session, workspace: str, source: str, thread: str) -> list[OutsideMessage]:
    """A thread's messages, oldest first."""
    query = select(OutsideMessage).where(
        OutsideMessage.workspace == workspace,
        OutsideMessage.source == source,
        OutsideMessage.thread == thread,
    )
    return list(session.exec(query.order_by(col(OutsideMessage.at), col(OutsideMessage.id))))


def without_erased(session: Session, workspace: str, said: Sequence[OutsideMessage]) -> list[OutsideMessage]:
    """Words without those of whoever is being erased: their rows go last of all, and nobody is shown them
    meanwhile.
    """
    people = {each for message in said for each in (message.author_id, message.address) if each}
    gone = erased.addresses_among(session, workspace, people)
    return [each for each in said if not gone & {each.author_id.lower(), (each.address or "").lower()}]


def last_in_the_open(
    session: Session, workspace: str, source: str, *, before: datetime
) -> OutsideMessage | None:
    """What was said last in a channel itself, not in a thread, before an instant."""
    query = _in_the_open(workspace, source).where(OutsideMessage.at < before)
    return session.exec(query.order_by(col(OutsideMessage.at).desc()).limit(1)).first()


def first_in_the_open(
    session: Session, workspace: str, source: str, *, after: datetime, by: str | None = None
) -> OutsideMessage | None:
    """What was said next in a channel itself after an instant, by one kind of author where `by` names it."""
    query = _in_the_open(workspace, source).where(OutsideMessage.at > after)
    if by is not None:
        query = query.where(OutsideMessage.author_kind == by)
    return session.exec(query.order_by(col(OutsideMessage.at)).limit(1)).first()


def _in_the_open(workspace: str, source: str) -> SelectOfScalar[OutsideMessage]:
    return select(OutsideMessage).where(
        OutsideMessage.workspace == workspace,
        OutsideMessage.source == source,
        col(OutsideMessage.in_thread).is_(False),
    )


def join_threads(session: Session, workspace: str, source: str, thread: str, into: str) -> None:
    """What was one thread is part of another from now on."""
    session.execute(
        update(OutsideMessage)
        .where(
            col(OutsideMessage.workspace) == workspace,
            col(OutsideMessage.source) == source,
            col(OutsideMessage.thread) == thread,
        )
        .values(thread=into)
    )


def threads_of(session: Session, workspace: str, source: str) -> list[str]:
    """The threads of a source of which anything is kept."""
    query = select(OutsideMessage.thread).where(
        OutsideMessage.workspace == workspace, OutsideMessage.source == source
    )
    return list(session.exec(query.distinct()))


def became(session: Session, workspace: str, source: str, ids: Collection[str], conversation_id: str) -> None:
    """These messages stand in an Intercom conversation from now on."""
    session.execute(
        update(OutsideMessage)
        .where(
            col(OutsideMessage.workspace) == workspace,
            col(OutsideMessage.source) == source,
            col(OutsideMessage.id).in_(ids),
        )
        .values(conversation_id=conversation_id)
    )


def is_person(session: Session, workspace: str, author_id: str, contact_id: str) -> None:
    """Whoever said these is this person of Intercom's."""
    session.execute(
        update(OutsideMessage)
        .where(col(OutsideMessage.workspace) == workspace, col(OutsideMessage.author_id) == author_id)
        .values(contact_id=contact_id)
    )


def person_of(session: Session, workspace: str, author_id: str) -> str | None:
    """The person of Intercom's that somebody was found, or said, to be."""
    query = (
        select(OutsideMessage.contact_id)
        .where(
            OutsideMessage.workspace == workspace,
            OutsideMessage.author_id == author_id,
            col(OutsideMessage.contact_id).is_not(None),
        )
        .order_by(col(OutsideMessage.at).desc())
        .limit(1)
    )
    return session.exec(query).first()


def belongs_to(session: Session, workspace: str, source: str, account_id: str) -> None:
    """Everything of a source was said at this account."""
    session.execute(
        update(OutsideMessage)
        .where(col(OutsideMessage.workspace) == workspace, col(OutsideMessage.source) == source)
        .values(account_id=account_id)
    )


def follow(
    session: Session, workspace: str, contact_id: str, before: str | None, account_id: str | None
) -> None:
    """A person's mails go with them to another account, or to none for now: also from one that Intercom has
    no more, and from none. What was said in a channel stays the channel's."""
    where = col(OutsideMessage.account_id)
    stray: ColumnElement[bool] = false()
    if account_id is not None:
        stray = where.is_(None) | (is_deleted(where, workspace) & (where != account_id))
    session.execute(
        update(OutsideMessage)
        .where(
            col(OutsideMessage.workspace) == workspace,
            col(OutsideMessage.source) == MAILBOX,
            col(OutsideMessage.contact_id) == contact_id,
            or_(stray, where == before) if before is not None else stray,
        )
        .values(account_id=account_id)
        .execution_options(synchronize_session=False)
    )


def listed(addresses: Collection[str]) -> str:
    """Addresses as a row keeps them: each on a line of its own, so that one is found between two breaks."""
    return "".join(f"\n{each}" for each in sorted({*addresses})) + "\n" if addresses else ""


def theirs(
    workspace: str, contact_ids: Collection[str], addresses: Collection[str]
) -> tuple[ColumnElement[bool], ...]:
    """What is a person's: said by them, or said to them by name, be it to others too. What the team said is
    nobody's for its author's address.
    """
    small = [each.lower() for each in addresses]
    said = col(OutsideMessage.address).in_(small)
    return (
        col(OutsideMessage.workspace) == workspace,
        or_(
            col(OutsideMessage.contact_id).in_(contact_ids),
            said & (col(OutsideMessage.author_kind) != "rep"),
            *(col(OutsideMessage.recipients).like(like(f"\n{each}\n"), escape="\\") for each in small),
        ),
    )


def of_person(
    session: Session,
    workspace: str,
    contact_ids: Collection[str],
    addresses: Collection[str],
    *,
    alone: bool = False,
) -> list[OutsideMessage]:
    """What a person said, and what was said to them, oldest first.

    Of mails whose recipients were not kept yet, the team's in their threads; with `alone` only those in
    threads in which nobody else of the customers wrote.
    """
    found = list(session.exec(select(OutsideMessage).where(*theirs(workspace, contact_ids, addresses))))
    known, threads = {each.id for each in found}, _threads(found)
    for start in range(0, len(threads), _AT_ONCE):
        chunk = threads[start : start + _AT_ONCE]
        mails = list(session.exec(select(OutsideMessage).where(*_in_threads(workspace, chunk))))
        shared = {each.thread for each in mails if each.author_kind != "rep" and each.id not in known}
        found += [each for each in mails if _may_be_to(each) and not (alone and each.thread in shared)]
    return sorted(found, key=lambda each: (each.at, each.id))


def erase_person(
    session: Session, workspace: str, contact_ids: Collection[str], addresses: Collection[str]
) -> int:
    """Take out what a person said, and what was said to them; the number of messages."""
    found = of_person(session, workspace, contact_ids, addresses)
    for each in found:
        session.delete(each)
    return len(found)


def _threads(found: Collection[OutsideMessage]) -> list[str]:
    return sorted({each.thread for each in found if each.source == MAILBOX})


def _in_threads(workspace: str, threads: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    return (
        col(OutsideMessage.workspace) == workspace,
        col(OutsideMessage.source) == MAILBOX,
        col(OutsideMessage.thread).in_(threads),
    )


def _may_be_to(mail: OutsideMessage) -> bool:
    """Whether a mail of the team's went to nobody knows whom."""
    unknown = mail.recipients is None and mail.contact_id is None and not mail.internal
    return unknown and mail.author_kind == "rep"
