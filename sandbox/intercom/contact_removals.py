"""Deleting a person takes their conversations and tickets along; putting one away hides these for a while."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sandbox.intercom.model import Contact, Conversation, Ticket, Workspace

Removal = Literal["contact.deleted", "contact.archived"]


@dataclass
class Removed:
    """What went with a person."""

    contact: Contact
    conversations: list[Conversation] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)


def remove(ws: Workspace, contact_id: str) -> Removed:
    """Take a person away. Whoever else was in their conversations loses these too."""
    found = Removed(ws.contacts.pop(contact_id))
    for conversation in [each for each in ws.conversations.values() if each.contact_ids[:1] == [contact_id]]:
        found.conversations.append(ws.conversations.pop(conversation.id))
    for ticket in [each for each in ws.tickets.values() if each.story.contact_ids[:1] == [contact_id]]:
        found.tickets.append(ws.tickets.pop(ticket.id))
    return found


def restore(ws: Workspace, removed: Removed) -> None:
    """Bring somebody back who was put away, with everything that went with them."""
    ws.contacts[removed.contact.id] = removed.contact
    ws.conversations |= {each.id: each for each in removed.conversations}
    ws.tickets |= {each.id: each for each in removed.tickets}
