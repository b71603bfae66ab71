"""Erased persons: nothing of them is stored but what keeps them from coming back.

A sweep that reaches back, a webhook that comes late or a backup that is restored would bring an erased person
back. So each leaves a mark: the contact's id as a hash salted with the workspace, which tells whether an id
that comes in is theirs and cannot be read the other way round; their mail addresses likewise, so that a
mailbox or a Slack channel does not bring them back either (whoever guesses an address can try it, which a
list of whom not to take in cannot help); and the ids of their conversations as they are, for these are plain
numbers of Intercom's that lead nowhere once they were erased there too, and the audit log, which is kept,
names them anyway.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import Field, Session, SQLModel, col, select

from bot.store.driver import ask
from bot.store.insert import insert_new

_NOBODY = "watchbell_nobody_erased"
"""Where a session keeps whether there is nobody."""

CONTACT = "contact"
CONVERSATION = "conversation"
ADDRESS = "address"


class Erased(SQLModel, table=True):
    """A contact or an address (by its hash) or a conversation (by its id) that is not taken in any more."""

    __tablename__ = "erased"

    workspace: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    erased_at: datetime


def hashed(workspace: str, contact_id: str) -> str:
    """What stands for a contact's id. Intercom's ids have 40 bits and more that nobody can guess."""
    return hashlib.sha256(f"{workspace}\n{contact_id}".encode()).hexdigest()


def mark_contact(session: Session, workspace: str, contact_id: str, *, now: datetime) -> bool:
    """Never take this contact in again. False when that was so already."""
    return _mark(session, workspace, CONTACT, hashed(workspace, contact_id), now)


def mark_address(session: Session, workspace: str, address: str, *, now: datetime) -> bool:
    """Never take words of this mail address, or Slack user, in again. False when that was so already."""
    return _mark(session, workspace, ADDRESS, hashed(workspace, address.lower()), now)


def mark_conversation(session: Session, workspace: str, conversation_id: str, *, now: datetime) -> bool:
    """Never take this conversation in again. False when that was so already."""
    return _mark(session, workspace, CONVERSATION, conversation_id, now)


def _mark(session: Session, workspace: str, kind: str, id_: str, now: datetime) -> bool:
    session.info.pop(_NOBODY, None)
    return insert_new(session, Erased, workspace=workspace, kind=kind, id=id_, erased_at=now)


def any_at_all(session: Session, workspace: str) -> bool:
    """Whether anybody was ever erased."""
    return bool(ask(session, _ANY, {"in_workspace": workspace}))


_ANY = columns(col(Erased.id)).where(col(Erased.workspace) == bindparam("in_workspace")).limit(1)
"""Built once, for it is asked for each webhook before it is acknowledged."""


def among(
    session: Session, workspace: str, contact_ids: Iterable[str], conversation_ids: Iterable[str] = ()
) -> tuple[frozenset[str], frozenset[str]]:
    """Which of these contacts and conversations were erased: one question to the database.

    Where nobody ever was, a session asks once, however much of it is taken in.
    """
    if _nobody(session, workspace):
        return frozenset(), frozenset()
    contacts = {hashed(workspace, each): each for each in contact_ids}
    named = {"in_workspace": workspace, "which": [*contacts, *conversation_ids]}
    found = ask(session, _AMONG, named)
    return (
        frozenset(contacts[each] for kind, each in found if kind == CONTACT and each in contacts),
        frozenset(each for kind, each in found if kind == CONVERSATION),
    )


def _nobody(session: Session, workspace: str) -> bool:
    """Whether nobody was erased, as far as this session knows."""
    known: dict[str, bool] = session.info.setdefault(_NOBODY, {})
    if workspace not in known:
        known[workspace] = not any_at_all(session, workspace)
    return known[workspace]


_AMONG = columns(col(Erased.kind), col(Erased.id)).where(
    col(Erased.workspace) == bindparam("in_workspace"),
    col(Erased.id).in_(bindparam("which", expanding=True)),
)


def addresses_among(session: Session, workspace: str, addresses: Iterable[str]) -> frozenset[str]:
    """Which of these mail addresses and Slack users are an erased person's, in small letters."""
    return frozenset(addresses_since(session, workspace, addresses))


def addresses_since(session: Session, workspace: str, addresses: Iterable[str]) -> dict[str, datetime]:
    """The same, with the time at which each was erased."""
    wanted = {hashed(workspace, each.lower()): each.lower() for each in addresses}
    found = session.exec(
        select(Erased.id, Erased.erased_at).where(
            Erased.workspace == workspace, Erased.kind == ADDRESS, col(Erased.id).in_(list(wanted))
        )
    )
    return {wanted[each]: at for each, at in found}
