"""Follow Intercom where somebody deletes a person, or puts one away.

With a person Intercom takes all their conversations away, and tells of the person only. So each of these is
asked for, and is over where Intercom does not know it any more.

Deleting a person for good is how a wish to be forgotten is carried out in Intercom, which can undo it for
seven days. Whoever is not known there after `FORGIVEN` either is erased here as well, as `watchbell erase`
does it. Whoever was put away (archived) is not: Intercom brings them back when they write again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, col, func, select

from bot import erasing
from bot.clock import Clock, Moment, moment
from bot.erasing import Erasure, Step
from bot.intake.erased import is_erased
from bot.intake.merged_people import follow_merge
from bot.intake.people import apply_contact
from bot.intercom.client import IntercomClient
from bot.intercom.errors import IntercomError
from bot.intercom.facts_people import ContactFacts
from bot.settings.model import AccountsConfig
from bot.store.accounts import Contact
from bot.store.conversations import Conversation, ask_details
from bot.store.engine import Store
from bot.store.person import find
from bot.store.rows import row_of

log = structlog.get_logger("watchbell.intake")

FORGIVEN = timedelta(days=7)
"""So long Intercom's support can bring back a person who was deleted by mistake."""

DELETED = ("contact.deleted", "contact.user.deleted", "contact.lead.deleted")
"""Topics that say so; one that ends alike may tell of a tag of theirs."""

PUT_AWAY = ("contact.archived", "contact.unarchive", "contact.unarchived")
"""Topics after which conversations of a person's may be there no more, or again."""

_BY, _SOURCE = "watchbell", "intercom"
"""Who erases, for the audit log, and at whose word."""

_AT_ONCE = 100


def follow_deletion(session: Session, workspace: str, contact_id: str, at: Moment) -> None:
    """Intercom says that a person was deleted. Told twice, or of nobody known here, it does no harm."""
    if is_erased(session, workspace, contact_id):
        return
    known = look_after(session, workspace, contact_id, at)
    row = row_of(session, Contact, workspace, contact_id)
    if row is None and known:
        row = Contact(workspace=workspace, id=contact_id, fetched_at=at.now)
    if row is not None and row.merged_into is None:
        row.deleted_at = row.deleted_at or at.now
        session.add(row)


def look_after(session: Session, workspace: str, contact_id: str, at: Moment) -> bool:
    """Ask what became of a person's conversations: those that are not over, and the latest that are.

    Whether there are any.
    """
    query = (
        select(Conversation.id)
        .where(Conversation.workspace == workspace, Conversation.contact_id == contact_id)
        .order_by(col(Conversation.state) == "closed", col(Conversation.updated_at).desc())
        .limit(_AT_ONCE)
    )
    theirs = list(session.exec(query))
    for conversation_id in theirs:
        ask_details(session, workspace, conversation_id, at.machine)
    return bool(theirs)


async def erase_those_deleted(
    store: Store,
    workspace: str,
    intercom: IntercomClient,
    names: AccountsConfig,
    clock: Clock,
    closing: Callable[[], bool] = lambda: False,
) -> int:
    """Erase everybody who was deleted in Intercom long enough ago and is not known there; how many they are.

    Whoever Intercom knows after all stays. Who cannot be asked about now is asked about the next time.
    """
    erased = 0
    for contact_id in await store.read(_due, workspace, clock.now() - FORGIVEN):
        if closing():
            break
        try:
            contact = await intercom.contact(contact_id)
        except IntercomError as error:
            if error.instead is not None:
                await store.write(_merged, workspace, contact_id, error.instead, moment(clock))
            elif error.kind == "not_found":
                erased += await _erase(store, workspace, contact_id, clock)
            else:
                log.warning("deleted_person_not_asked_about", kind=error.kind)
            continue
        await store.write(_is_there, workspace, contact_id, contact, names, moment(clock))
    if erased:
        await store.empty_log()
    return erased


def _due(session: Session, workspace: str, before: datetime) -> list[str]:
    query = (
        select(Contact.id)
        .where(
            Contact.workspace == workspace,
            col(Contact.deleted_at) <= before,
            # Who was merged away lives on as another one, and would be erased with them.
            col(Contact.merged_into).is_(None),
        )
        .order_by(col(Contact.deleted_at), col(Contact.id))
        .limit(_AT_ONCE)
    )
    return list(session.exec(query))


def _merged(session: Session, workspace: str, contact_id: str, into: str, at: Moment) -> None:
    _stays(session, workspace, contact_id)
    follow_merge(session, workspace, contact_id, into, at)


def _is_there(
    session: Session, workspace: str, contact_id: str, facts: ContactFacts, names: AccountsConfig, at: Moment
) -> None:
    _stays(session, workspace, contact_id)
    apply_contact(session, workspace, facts, at, names)


def _stays(session: Session, workspace: str, contact_id: str) -> None:
    row = row_of(session, Contact, workspace, contact_id)
    if row is not None:
        row.deleted_at = None
        session.add(row)


async def _erase(store: Store, workspace: str, contact_id: str, clock: Clock) -> bool:
    if await store.write(_came_back, workspace, contact_id):
        # Erasing them would shut the door to somebody who writes again.
        log.info("deleted_person_came_back")
        return False
    person = await store.read(find, workspace, contact_id)
    if person is None:
        return False
    done = Erasure()
    for step in erasing.steps(person, moment(clock), done, by=_BY, source=_SOURCE):
        await (store.read if step.reads else store.write)(_do, step)
    log.info(
        "deleted_person_erased",
        conversations=done.conversations,
        messages=done.messages,
        deleted=done.deleted,
        rewritten=done.rewritten,
    )
    return True


def _do(session: Session, step: Step) -> None:
    step.do(session)


def _came_back(session: Session, workspace: str, contact_id: str) -> bool:
    """Whether somebody with the same address is known and not deleted: the same person under a new id; or
    they were merged into another one while Intercom was asked."""
    row = row_of(session, Contact, workspace, contact_id)
    if row is None:
        return False
    if row.merged_into is not None:
        return True
    if not row.email:
        return False
    again = session.exec(
        select(Contact.id).where(
            Contact.workspace == workspace,
            Contact.id != contact_id,
            func.lower(col(Contact.email)) == row.email.lower(),
            col(Contact.deleted_at).is_(None),
            col(Contact.merged_into).is_(None),
        )
    ).first()
    if again is not None:
        _stays(session, workspace, contact_id)
    return again is not None
