"""How a conversation becomes a ticket, how one is filed that never was one, and what happens then."""

from __future__ import annotations

from typing import Any

from sandbox.intercom import life, webhook_shapes
from sandbox.intercom.happenings import Happening
from sandbox.intercom.load import free_conversation_id
from sandbox.intercom.model import (
    Author,
    Contact,
    Conversation,
    Part,
    Ticket,
    TicketState,
    TicketType,
    Workspace,
)

Json = dict[str, Any]

_TOPICS = {
    "conversation.user.replied": "ticket.contact.replied",
    "conversation.admin.replied": "ticket.admin.replied",
    "conversation.admin.noted": "ticket.note.created",
    "conversation.admin.closed": "ticket.closed",
}
_WITH_THEIR_PART = ("ticket.contact.replied", "ticket.admin.replied", "ticket.note.created")


def convert(
    ws: Workspace, conversation: Conversation, type_: TicketType, attributes: Json, at: int
) -> Ticket:
    """Make a ticket of a conversation, which goes on under its id; with `tickets_apart` beside it."""
    id_ = free_conversation_id(ws) if ws.tickets_apart else conversation.id
    linked = [conversation.id] if ws.tickets_apart else []
    conversation.updated_at = max(conversation.updated_at, at)
    return _made(ws, Ticket(id_, _number(ws), type_, conversation, attributes, at, linked_ids=linked), at)


def file(
    ws: Workspace,
    contact: Contact,
    type_: TicketType,
    attributes: Json,
    at: int,
    *,
    linked_ids: tuple[str, ...] = (),
) -> Ticket:
    """A ticket that never was a conversation. It begins with its description; its customer may add to it."""
    id_ = free_conversation_id(ws)
    story = Conversation(
        id=id_,
        created_at=at,
        channel="conversation",
        delivered_as="customer_initiated",
        source_id=ws.new_id(),
        body="",
        author=Author(contact.role, contact.id, contact.name, contact.email),
        contact_ids=[contact.id],
    )
    life.begin(story)
    ticket = Ticket(id_, _number(ws), type_, story, attributes, at, linked_ids=list(linked_ids))
    for each in linked_ids:
        ws.conversations[each].ticket_ids.append(id_)
    return _made(ws, ticket, at)


def _number(ws: Workspace) -> str:
    return str(len(ws.tickets) + 1)


def _made(ws: Workspace, ticket: Ticket, at: int) -> Ticket:
    move(ws, ticket, "submitted", ws.fin, at)
    ws.tickets[ticket.id] = ticket
    ticket.story.ticket_ids.append(ticket.id)
    return ticket


def move(ws: Workspace, ticket: Ticket, state: TicketState, by: Author, at: int) -> None:
    """Set a ticket's state; the part tells the new one and the one before."""
    change = {"ticket_state": state, "previous_ticket_state": ticket.state}
    ticket.moves.append(Part(ws.new_id(), "ticket_state_updated_by_admin", by, at, metadata=change))
    ticket.state, ticket.changed_at = state, at


def told_of(ws: Workspace, topic: str, happening: Happening) -> list[tuple[str, Json]]:
    """The notifications (topic and item) that go with a conversation's topic where that is a ticket."""
    story = happening.conversation
    tickets = [ws.tickets[id_] for id_ in story.ticket_ids if id_ in ws.tickets]
    return [
        (each, _item(ws, ticket, each, happening.parts))
        for each in _topics(topic, happening.parts)
        for ticket in tickets
        if ticket.story is story
    ]


def _topics(topic: str, parts: tuple[Part, ...]) -> list[str]:
    if topic == "conversation.admin.assigned":
        kinds = {part.assigned_to[0] for part in parts if part.assigned_to is not None}
        return [f"ticket.{kind}.assigned" for kind in sorted(kinds)]
    return [_TOPICS[topic]] if topic in _TOPICS else []


def _item(ws: Workspace, ticket: Ticket, topic: str, parts: tuple[Part, ...]) -> Json:
    if topic in _WITH_THEIR_PART:
        return webhook_shapes.ticket_and_part(ws, ticket, parts[0])
    return webhook_shapes.ticket_item(ws, ticket)
