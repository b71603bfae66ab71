"""A ticket seen as a conversation: customers write in both, and both wait for an answer."""

from __future__ import annotations

from datetime import datetime

from bot.intercom.facts import TICKET, ConversationFacts, PartFacts, Person, State
from bot.intercom.facts_people import TicketFacts

_INTERNAL = ("Back-office", "Tracker")


def of_customers(ticket: TicketFacts) -> bool:
    """Whether it is the customer's own, rather than of a kind that only teammates see."""
    return ticket.category not in _INTERNAL


def described(ticket_id: str) -> str:
    """The id of the part that holds a ticket's description."""
    return f"{ticket_id}-description"


def as_conversation(ticket: TicketFacts) -> ConversationFacts:
    """The conversation a ticket amounts to; its description stands for the opening message.

    It is the customer's, unless nobody's or of a kind of ticket that only teammates see.
    """
    state: State = "open" if ticket.open else "closed"
    if ticket.open and ticket.snoozed_until is not None:
        state = "snoozed"
    contact_id = ticket.contact_ids[0] if ticket.contact_ids else None
    theirs = contact_id is not None and of_customers(ticket)
    source = None
    if ticket.description:
        source = PartFacts(
            id=described(ticket.id),
            kind="comment" if theirs else "ticket",
            raw_kind="ticket",
            author_type="contact",
            author_id=contact_id,
            author_name=None,
            author_email=None,
            automatic=False,
            text=ticket.description,
            html=None,
            created_at=ticket.created_at,
        )
    return ConversationFacts(
        id=ticket.id,
        created_at=ticket.created_at,
        updated_at=ticket.updated_at,
        title=ticket.title,
        channel=TICKET,
        raw_channel=TICKET,
        # In a kind that only teammates see no customer waits.
        started_by="contact" if of_customers(ticket) else "admin",
        state=state,
        waiting_since=_waiting_since(source, ticket) if ticket.open else None,
        snoozed_until=ticket.snoozed_until,
        admin_assignee_id=ticket.admin_assignee_id,
        team_assignee_id=ticket.team_assignee_id,
        contact_ids=ticket.contact_ids,
        company_id=ticket.company_id,
        opener=Person(type="contact", id=contact_id, name=None, email=None),
        source=source,
        parts=ticket.parts,
        parts_complete=ticket.parts_complete,
        custom_attributes=ticket.custom_attributes,
    )


def _waiting_since(source: PartFacts | None, ticket: TicketFacts) -> datetime | None:
    """Since when its customer waits for a colleague's words, which Intercom does not tell of tickets.

    A ticket without any part was told in short: whether somebody answered in it is not known then.
    """
    since = None
    said = [source, *ticket.parts] if source is not None and ticket.parts else ticket.parts
    for part in said:
        if part.is_public_reply:
            since = None
        elif part.is_customer_message:
            since = since or part.created_at
    return since
