"""How a conversation becomes a ticket, and what happens to tickets afterwards."""

from __future__ import annotations

from typing import Any, Literal

from sandbox.intercom.model import Author, Conversation, Part, Ticket, TicketType, Workspace

State = Literal["submitted", "in_progress", "waiting_on_customer", "resolved"]


def convert(
    ws: Workspace, conversation: Conversation, type_: TicketType, attributes: dict[str, Any], at: int
) -> Ticket:
    """Make a ticket of a conversation. It begins with the conversation's words and the state it got."""
    id_ = ws.new_id()
    opening = Part(
        id=conversation.source_id,
        part_type="comment",
        author=conversation.author,
        at=conversation.created_at,
        body=conversation.body,
    )
    ticket = Ticket(
        id=id_,
        number=str(len(ws.tickets) + 1),
        type=type_,
        conversation_id=conversation.id,
        attributes=attributes,
        created_at=conversation.created_at,
        updated_at=at,
        contact_ids=list(conversation.contact_ids),
        parts=[opening, *(part for part in conversation.parts if part.body is not None)],
    )
    move(ws, ticket, "submitted", ws.fin, at)
    ws.tickets[id_] = ticket
    conversation.ticket_ids.append(id_)
    conversation.updated_at = max(conversation.updated_at, at)
    return ticket


def move(ws: Workspace, ticket: Ticket, state: State, by: Author, at: int) -> None:
    """Set a ticket's state; the part tells the new one and the one before."""
    change = {"ticket_state": state, "previous_ticket_state": ticket.state}
    part = Part(ws.new_id(), "ticket_state_updated_by_admin", by, at, metadata=change)
    ticket.state, ticket.updated_at = state, at
    ticket.parts.append(part)


def topics_of(topic: str, conversation: Conversation, parts: tuple[Part, ...]) -> list[str]:
    """The ticket topics that go with a conversation's topic, when it is a ticket."""
    if not conversation.ticket_ids or topic != "conversation.admin.assigned":
        return []
    kinds = {part.assigned_to[0] for part in parts if part.assigned_to is not None}
    return [f"ticket.{kind}.assigned" for kind in sorted(kinds)]
