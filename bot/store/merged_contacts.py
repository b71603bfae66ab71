"""People whom Intercom merged into another one, whose everything is from then on.

The row of who was merged away stays under its old id, with `merged_into`: a webhook that comes late, a mail
from the old address and a search for either of them then lead to the one who is left. It always names the
one at the end: of a merge into somebody who is merged later nothing in between stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select

from bot.store.accounts import Contact
from bot.store.conversations import Conversation
from bot.store.outside import OutsideMessage
from bot.store.parts import Part
from bot.store.rows import row_of

_AT_ONCE = 500
"""Values in one question: databases take no list without end."""


def now_is(session: Session, workspace: str, contact_id: str) -> str:
    """Who somebody is by now: themselves, unless they were merged into another one."""
    row = row_of(session, Contact, workspace, contact_id)
    return contact_id if row is None else row.merged_into or contact_id


def identities(session: Session, workspace: str, contact_ids: Iterable[str]) -> set[str]:
    """Every id under which these people were ever known."""
    ids = {now_is(session, workspace, each) for each in contact_ids}
    query = select(Contact.id).where(Contact.workspace == workspace, col(Contact.merged_into).in_(ids))
    return ids | set(session.exec(query))


def known_at(session: Session, workspace: str, addresses: Collection[str]) -> dict[str, frozenset[str]]:
    """Every id under which whoever writes from these addresses (small letters) was ever known, by address."""
    wanted = sorted(addresses)
    now: dict[str, set[str]] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        address = func.lower(col(Contact.email))
        query = select(address, Contact.id, Contact.merged_into).where(
            Contact.workspace == workspace, address.in_(wanted[start : start + _AT_ONCE])
        )
        for told, id_, merged_into in session.execute(query):
            now.setdefault(told, set()).add(merged_into or id_)
    people = sorted({each for several in now.values() for each in several})
    before: dict[str, set[str]] = {}
    for start in range(0, len(people), _AT_ONCE):
        merged = select(Contact.id, Contact.merged_into).where(
            Contact.workspace == workspace,
            col(Contact.merged_into).in_(people[start : start + _AT_ONCE]),
        )
        for id_, into in session.execute(merged):
            before.setdefault(str(into), set()).add(id_)
    return {told: frozenset(ids.union(*(before.get(each, ()) for each in ids))) for told, ids in now.items()}


def domains(session: Session, row: Contact) -> set[str]:
    """The e-mail domains of somebody and of those who were merged into them."""
    query = select(Contact.domain).where(
        Contact.workspace == row.workspace,
        or_(Contact.id == row.id, Contact.merged_into == row.id),
        col(Contact.domain).is_not(None),
    )
    return {each for each in session.exec(query.distinct()) if each is not None}


def unnamed_of_several(session: Session, workspace: str, domain: str) -> list[Contact]:
    """People into whom others were merged, of whom Intercom names no company, and whose domain this is, or
    was under one of their other ids."""
    other = aliased(Contact)
    query = (
        select(Contact)
        .join(
            other,
            (col(other.workspace) == col(Contact.workspace)) & (col(other.merged_into) == col(Contact.id)),
        )
        .where(
            Contact.workspace == workspace,
            col(Contact.named).is_(False),
            or_(Contact.domain == domain, other.domain == domain),
        )
        .distinct()
    )
    return list(session.exec(query))


def note(session: Session, row: Contact, into: str) -> None:
    """Write down that `row` is this other one from now on, and whoever was merged into `row` is too.

    If they were told deleted, the merge is why.
    """
    row.merged_into, row.deleted_at = into, None
    row.account_id = row.chosen = None
    row.named = False
    session.add(row)
    session.flush()
    session.execute(
        update(Contact)
        .where(col(Contact.workspace) == row.workspace, col(Contact.merged_into) == row.id)
        .values(merged_into=into)
    )


def hand_over(session: Session, workspace: str, contact_id: str, into: str, name: str | None) -> list[str]:
    """Give one person's conversations, and words outside Intercom, to another; the conversations' ids.

    `name` is the other one's, None where it is not known. Parts in other people's conversations keep their
    author's old id, for looking through all of them would hold up everybody; who asks knows both ids.
    """
    query = select(Conversation.id).where(
        Conversation.workspace == workspace, Conversation.contact_id == contact_id
    )
    ids = list(session.exec(query))
    mine = (col(Conversation.workspace) == workspace, col(Conversation.contact_id) == contact_id)
    if name:
        # What retention has cleared names nobody any more.
        wordy = (*mine, col(Conversation.cleared_at).is_(None))
        session.execute(update(Conversation).where(*wordy).values(contact_name=name))
    session.execute(update(Conversation).where(*mine).values(contact_id=into))
    for start in range(0, len(ids), 500):
        session.execute(
            update(Part)
            .where(
                col(Part.workspace) == workspace,
                col(Part.conversation_id).in_(ids[start : start + 500]),
                col(Part.author_id) == contact_id,
                col(Part.author_type) == "contact",
            )
            .values(author_id=into)
            .execution_options(synchronize_session=False)
        )
    session.execute(
        update(OutsideMessage)
        .where(col(OutsideMessage.workspace) == workspace, col(OutsideMessage.contact_id) == contact_id)
        .values(contact_id=into)
    )
    return ids


def ask_for(session: Session, workspace: str, conversation_ids: Iterable[str], now: datetime) -> None:
    """Have these conversations fetched whole: their person is not known yet. `now` is machine time."""
    for conversation_id in conversation_ids:
        row = row_of(session, Conversation, workspace, conversation_id)
        if row is not None and row.details_due is None:
            row.details_due, row.details_tries = now, 0
            session.add(row)
