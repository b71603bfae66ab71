"""What people do to tickets. What they say in them goes through `IntercomWorld`, as in conversations."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from sandbox.intercom import tickets, webhook_shapes
from sandbox.intercom.happenings import admin_author
from sandbox.intercom.model import Ticket, TicketState
from sandbox.intercom.world import IntercomWorld

Category = Literal["Customer", "Back-office", "Tracker"]


def files(
    world: IntercomWorld,
    contact_id: str,
    title: str,
    description: str,
    *,
    category: Category = "Customer",
    linked_ids: tuple[str, ...] = (),
) -> Ticket:
    """A customer files a ticket of the first type there is; of another category a teammate does it."""
    ws = world.workspace
    kind = replace(next(iter(ws.ticket_types.values())), category=category)
    attributes = {"_default_title_": title, "_default_description_": description}
    made = tickets.file(ws, ws.contacts[contact_id], kind, attributes, world.now(), linked_ids=linked_ids)
    return created(world, made)


def converts(world: IntercomWorld, conversation_id: str, title: str, description: str = "") -> Ticket:
    """A teammate makes a ticket of a conversation."""
    ws = world.workspace
    kind = next(iter(ws.ticket_types.values()))
    attributes = {"_default_title_": title, "_default_description_": description}
    made = tickets.convert(ws, ws.conversations[conversation_id], kind, attributes, world.now())
    return created(world, made)


def created(world: IntercomWorld, made: Ticket) -> Ticket:
    """Tell of a ticket that was made."""
    world.notify("ticket.created", webhook_shapes.ticket_item(world.workspace, made))
    world.changed("conversation.updated", made.story.id)
    return made


def moves(world: IntercomWorld, ticket_id: str, state: TicketState, admin_id: str) -> None:
    """A teammate sets a ticket's state."""
    ticket = world.tickets[ticket_id]
    tickets.move(world.workspace, ticket, state, admin_author(world.admins[admin_id]), world.now())
    world.notify("ticket.state.updated", webhook_shapes.ticket_item(world.workspace, ticket))
    world.changed("ticket.state.updated", ticket.story.id)
