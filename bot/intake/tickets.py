"""A ticket seen as a conversation: customers write in both, and both wait for an answer."""

from __future__ import annotations

from bot.intercom.facts import ConversationFacts, PartFacts, Person, State
from bot.intercom.facts_people import TicketFacts

_INTERNAL = ("Back-office", "Tracker")


def as_conversation(ticket: TicketFacts) -> ConversationFacts:
    """The conversation a ticket amounts to; its description stands for the opening message.

    It is the customer's, unless nobody's or of a kind of ticket that only teammates see.
    """
    state: State = "open" if ticket.open else "closed"
    if ticket.open and ticket.snoozed_until is not None:
        state = "snoozed"
    contact_id = ticket.contact_ids[0] if ticket.contact_ids else None
    theirs = contact_id is not None and ticket.category not in _INTERNAL
    source = None
    if ticket.description:
        source = PartFacts(
            id=f"{ticket.id}-description",
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
        channel="ticket",
        raw_channel="ticket",
        state=state,
        snoozed_until=ticket.snoozed_until,
        admin_assignee_id=ticket.admin_assignee_id,
        team_assignee_id=ticket.team_assignee_id,
        contact_ids=ticket.contact_ids,
        company_id=ticket.company_id,
        opener=Person(type="contact", id=contact_id, name=None, email=None),
        source=source,
        parts=ticket.parts,
        parts_complete=True,
        custom_attributes=ticket.custom_attributes,
    )
