"""The door for those who were erased: what Intercom still tells of them is not taken in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import structlog
from sqlmodel import Session

from bot.intake.tickets import as_conversation
from bot.intercom.facts import ConversationFacts, PartFacts
from bot.intercom.facts_people import ContactFacts, Notification, TicketFacts
from bot.store import erased

log = structlog.get_logger("watchbell.intake")

Admitted = ConversationFacts | None


def admit(session: Session, workspace: str, several: Sequence[ConversationFacts]) -> list[Admitted]:
    """What of each conversation may be taken in: None of an erased person's, others' without their words.

    One question to the database for all of them.
    """
    people = {each for facts in several for each in _people(facts)}
    contacts, ids = erased.among(session, workspace, sorted(people), [facts.id for facts in several])
    if not contacts and not ids:
        return list(several)
    return [_admitted(facts, contacts, ids) for facts in several]


def _admitted(facts: ConversationFacts, contacts: frozenset[str], ids: frozenset[str]) -> Admitted:
    if facts.id in ids or _opener(facts) in contacts or contacts & {*facts.contact_ids[:1]}:
        # Only the log is told: somebody who still writes was not erased in Intercom.
        log.warning("erased_person_ignored", conversation=facts.id)
        return None
    if not contacts & _people(facts):
        return facts

    def theirs(part: PartFacts) -> bool:
        return part.author_type == "contact" and part.author_id in contacts

    return replace(
        facts,
        source=None if facts.source is not None and theirs(facts.source) else facts.source,
        parts=tuple(part for part in facts.parts if not theirs(part)),
        # They read it still, which whoever answers must know.
        contact_ids=tuple("" if each in contacts else each for each in facts.contact_ids),
    )


def is_erased(session: Session, workspace: str, contact_id: str) -> bool:
    """Whether this contact was erased."""
    return bool(erased.among(session, workspace, [contact_id])[0])


def tells_of_them(session: Session, workspace: str, notification: Notification) -> bool:
    """Whether a notification holds anything of an erased person, so that its body is not kept."""
    match notification.item:
        case ConversationFacts() as facts:
            return admit(session, workspace, [facts]) != [facts]
        case TicketFacts() as ticket:
            facts = as_conversation(ticket)
            return admit(session, workspace, [facts]) != [facts]
        case ContactFacts() as contact:
            return is_erased(session, workspace, contact.id)
    if notification.contact_id is not None and is_erased(session, workspace, notification.contact_id):
        return True
    about = [each for each in (notification.conversation_id, notification.ticket_id) if each is not None]
    return bool(about) and bool(erased.among(session, workspace, [], about)[1])


def _people(facts: ConversationFacts) -> set[str]:
    """Every customer's person whom the facts name."""
    found = {*facts.contact_ids, _opener(facts)}
    found |= {part.author_id for part in facts.all_parts if part.author_type == "contact"}
    return {each for each in found if each is not None}


def _opener(facts: ConversationFacts) -> str | None:
    opener = facts.opener
    return opener.id if opener is not None and opener.type == "contact" else None
