"""Accounts and the people who write for them."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import JSON, ColumnElement, Index, bindparam, exists, true
from sqlalchemy import select as columns
from sqlmodel import Field, Session, SQLModel, col, func, select

from bot.store.driver import Question, ask
from bot.store.rows import kept_row_of, row_of, rows_of, whole


class Account(SQLModel, table=True):
    """A company as Intercom knows it. Money in the workspace's currency a month.

    `deleted_at`: since when Intercom has it no more; what stands here still follows its people.
    """

    __tablename__ = "account"

    workspace: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    name: str
    plan: str | None = None
    monthly_spend: float | None = None
    user_count: int | None = None
    session_count: int | None = None
    last_seen_at: datetime | None = None
    created_at: datetime | None = None
    renewal_on: str | None = None
    trial_ends_on: str | None = None
    segment: str | None = None
    owner_admin_id: str | None = None
    attributes: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    updated_at: datetime | None = None
    fetched_at: datetime
    deleted_at: datetime | None = None


class Contact(SQLModel, table=True):
    """A customer's person. `account_id` is the company they write for, when known.

    `named`: Intercom says so, and it is not known by their colleagues alone. `chosen`: a rep said so, which
    holds as long as Intercom names none. `domain` is their company's own, None for a public mail service.
    `merged_into`: Intercom has merged them into this other one, who is them from then on; what stays here is
    by what they can be known again (`bot/store/merged_contacts.py`). `deleted_at`: since when Intercom says
    that they were deleted there. `updated_at` is Intercom's and decides what is newer.
    """

    __tablename__ = "contact"
    __table_args__ = (
        Index("ix_contact_domain", "workspace", "domain"),
        Index("ix_contact_merged_into", "workspace", "merged_into"),
    )

    workspace: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    name: str | None = None
    email: str | None = None
    role: str | None = None
    account_id: str | None = Field(default=None, index=True)
    domain: str | None = None
    named: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    chosen: str | None = None
    signed_up_at: datetime | None = None
    last_seen_at: datetime | None = None
    updated_at: datetime | None = None
    fetched_at: datetime
    merged_into: str | None = None
    deleted_at: datetime | None = None


def get_account(session: Session, workspace: str, account_id: str | None) -> Account | None:
    return kept_row_of(session, Account, workspace, account_id) if account_id else None


def get_many(session: Session, workspace: str, account_ids: Collection[str]) -> dict[str, Account]:
    """Those of a few accounts that are known, by id."""
    query = select(Account).where(Account.workspace == workspace, col(Account.id).in_(account_ids))
    return {row.id: row for row in session.exec(query)}


def is_deleted(account_id: Any, workspace: str) -> ColumnElement[bool]:
    """Whether Intercom has the account no more that a column names; asked by its key, row by row."""
    return exists().where(
        col(Account.workspace) == workspace,
        col(Account.id) == account_id,
        col(Account.deleted_at).is_not(None),
    )


def deleted_among(session: Session, workspace: str, account_ids: Collection[str]) -> set[str]:
    """Those of a few accounts that Intercom has no more."""
    if not account_ids:
        return set()
    named = {"in_workspace": workspace, "which": list(account_ids)}
    return {row[0] for row in ask(session, _deleted(), named)}


@cache
def _deleted() -> Question:
    return columns(col(Account.id)).where(
        col(Account.workspace) == bindparam("in_workspace"),
        col(Account.id).in_(bindparam("which", expanding=True)),
        col(Account.deleted_at).is_not(None),
    )


def get_contact(session: Session, workspace: str, contact_id: str | None) -> Contact | None:
    """The person with this id, as far as they are known: who was merged into another one is that one."""
    row = row_of(session, Contact, workspace, contact_id) if contact_id else None
    if row is None or row.merged_into is None:
        return row
    return row_of(session, Contact, workspace, row.merged_into) or row


def get_contacts(session: Session, workspace: str, contact_ids: Sequence[str]) -> dict[str, Contact]:
    """The same for a page's worth of people, by the ids that were asked for."""
    named = {"in_workspace": workspace, "which": list(contact_ids)}
    found = {row.id: row for row in rows_of(session, Contact, _contacts(), named)}
    merged = {id_: row.merged_into for id_, row in found.items() if row.merged_into is not None}
    if merged:
        others = {"in_workspace": workspace, "which": sorted(set(merged.values()))}
        now = {row.id: row for row in rows_of(session, Contact, _contacts(), others)}
        found |= {id_: now[into] for id_, into in merged.items() if into in now}
    return found


@cache
def _contacts() -> Question:
    return whole(Contact).where(
        col(Contact.workspace) == bindparam("in_workspace"),
        col(Contact.id).in_(bindparam("which", expanding=True)),
    )


def by_address(session: Session, workspace: str, address: str, account_id: str) -> Contact | None:
    """The person with this mail address; of several (a lead who became a user) the account's own first."""
    query = select(Contact).where(
        Contact.workspace == workspace, func.lower(col(Contact.email)) == address.strip().lower()
    )
    now = {row.id: row for each in session.exec(query) if (row := get_contact(session, workspace, each.id))}
    found = sorted(now.values(), key=lambda row: (row.account_id != account_id, row.id))
    return found[0] if found else None


def people_of(session: Session, workspace: str, account_id: str) -> list[Contact]:
    """The people who write for an account, those seen last first."""
    query = select(Contact).where(Contact.workspace == workspace, Contact.account_id == account_id)
    rows = sorted(session.exec(query), key=lambda row: row.id)
    rows.sort(key=lambda row: row.last_seen_at or row.fetched_at, reverse=True)
    return rows


def named_at(session: Session, workspace: str, domain: str) -> set[str]:
    """The accounts of those at a domain whose company Intercom names."""
    query = select(Contact.account_id).where(
        Contact.workspace == workspace,
        Contact.domain == domain,
        col(Contact.named).is_(True),
        col(Contact.account_id).is_not(None),
    )
    return {each for each in session.exec(query.distinct()) if each is not None}


def unnamed_at(session: Session, workspace: str, domain: str) -> list[Contact]:
    """Those at a domain of whom Intercom names no company."""
    query = select(Contact).where(
        Contact.workspace == workspace,
        Contact.domain == domain,
        col(Contact.named).is_(False),
        col(Contact.merged_into).is_(None),
    )
    return list(session.exec(query))


def get_names(session: Session, workspace: str, account_ids: Collection[str]) -> dict[str, str]:
    """The names of a few accounts, by id."""
    if not account_ids:
        return {}
    named = {"in_workspace": workspace, "which": list(account_ids)}
    return {row[0]: row[1] for row in ask(session, _names(), named)}


@cache
def _names() -> Question:
    """Built once: it is asked at every click."""
    return columns(col(Account.id), col(Account.name)).where(
        col(Account.workspace) == bindparam("in_workspace"),
        col(Account.id).in_(bindparam("which", expanding=True)),
    )


def all_accounts(session: Session, workspace: str, only: Collection[str] | None = None) -> list[Account]:
    """Every account that Intercom has, or those of them with these ids, by name."""
    query = select(Account).where(Account.workspace == workspace, col(Account.deleted_at).is_(None))
    if only is not None:
        query = query.where(col(Account.id).in_(sorted(only)))
    return list(session.exec(query.order_by(Account.name)))


def seen_last(session: Session, workspace: str, by: datetime) -> tuple[datetime, int] | None:
    """When any account that Intercom has was last seen, not after `by`, and how many were in the week up to
    then; None: none ever was."""
    theirs = (Account.workspace == workspace, col(Account.deleted_at).is_(None))
    seen = col(Account.last_seen_at)
    last = session.exec(select(seen).where(*theirs, seen <= by).order_by(seen.desc()).limit(1)).first()
    if last is None:
        return None
    week = (seen > last - timedelta(weeks=1), seen <= last)
    return last, session.exec(select(func.count()).select_from(Account).where(*theirs, *week)).one()


def seen_first(session: Session, workspace: str, after: datetime) -> datetime | None:
    """Of the accounts that Intercom has and that were seen after an instant: when the one longest ago was."""
    query = select(func.min(Account.last_seen_at)).where(
        Account.workspace == workspace, col(Account.deleted_at).is_(None), col(Account.last_seen_at) > after
    )
    return session.exec(query).one()


def find_accounts(session: Session, workspace: str, words: str, *, limit: int = 20) -> list[Account]:
    """Accounts whose name contains `words`, names that start with them first.

    Small letters are compared here: SQLite knows those of ASCII only, and "ökof" would not find "Ökofarm".
    """
    wanted = words.strip().casefold()
    names = ask(session, _all_names(), {"in_workspace": workspace})
    fitting = [(name.casefold(), id_) for id_, name in names if wanted in name.casefold()]
    fitting.sort(key=lambda each: (not each[0].startswith(wanted), each))
    ids = [id_ for _, id_ in fitting[:limit]]
    found = get_many(session, workspace, ids)
    return [found[id_] for id_ in ids]


@cache
def _all_names() -> Question:
    return columns(col(Account.id), col(Account.name)).where(
        col(Account.workspace) == bindparam("in_workspace"), col(Account.deleted_at).is_(None)
    )
