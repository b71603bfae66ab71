"""The shapes of tickets and their types, REST API version 2.14."""

from __future__ import annotations

from sandbox.intercom.model import Part, Ticket, TicketState, TicketType, Workspace
from sandbox.intercom.render import Json, assignment, contact_list, numbers

STATES: dict[TicketState, str] = {
    "submitted": "Submitted",
    "in_progress": "In progress",
    "waiting_on_customer": "Waiting on you",
    "resolved": "Resolved",
}


def ticket_type(ws: Workspace, one: TicketType) -> Json:
    fields = [("_default_title_", False), ("_default_description_", True)]
    return {
        "type": "ticket_type",
        "id": one.id,
        "name": one.name,
        "description": one.description,
        "icon": "🎟",
        "workspace_id": ws.app_id,
        "archived": False,
        "created_at": one.created_at,
        "updated_at": one.created_at,
        "is_internal": one.category != "Customer",
        "ticket_type_attributes": {
            "type": "list",
            "data": [
                {
                    "type": "ticket_type_attribute",
                    "id": f"{one.id}{order}",
                    "workspace_id": ws.app_id,
                    "name": name,
                    "description": "",
                    "data_type": "string",
                    "input_options": {"multiline": multiline},
                    "order": order,
                    "required_to_create": False,
                    "required_to_create_for_contacts": False,
                    "visible_on_create": True,
                    "visible_to_contacts": True,
                    "default": True,
                    "ticket_type_id": numbers([one.id])[0] if numbers([one.id]) else 0,
                    "archived": False,
                    "created_at": one.created_at,
                    "updated_at": one.created_at,
                }
                for order, (name, multiline) in enumerate(fields)
            ],
        },
        "category": one.category,
    }


def ticket_part(one: Part) -> Json:
    """Parts of tickets: a body only where there is one, and the state's name on the parts that change it."""
    kind = "user" if one.by_contact else one.author.type
    shape: Json = {
        "type": "ticket_part",
        "id": one.id,
        "part_type": one.part_type,
        "created_at": one.at,
        "updated_at": one.at,
        "author": {"id": one.author.id, "type": kind, "name": one.author.name, "email": one.author.email},
        "attachments": one.attachments,
        "redacted": one.redacted,
    }
    if one.body is not None:
        shape["body"] = one.body
    if one.assigned_to is not None:
        shape["assigned_to"] = assignment(one)
    return shape | {
        key: one.metadata[key] for key in ("ticket_state", "previous_ticket_state") if key in one.metadata
    }


def parts_of(one: Ticket) -> list[Part]:
    """What was said and done, in its order; a message that opened the conversation comes first."""
    story = one.story
    later = sorted([*story.parts, *one.moves], key=lambda part: (part.at, int(part.id)))
    if not story.body:
        return later
    return [Part(story.source_id, "comment", story.author, story.created_at, story.body), *later]


def ticket(ws: Workspace, one: Ticket) -> Json:
    """Unlike in conversations, an assignee is a string here, and `"0"` is nobody."""
    story, parts = one.story, parts_of(one)
    label = STATES[one.state]
    shape: Json = {
        "type": "ticket",
        "id": one.id,
        "ticket_id": one.number,
        "ticket_attributes": one.attributes,
        "ticket_state": {
            "type": "ticket_state",
            "id": str(4390617 + list(STATES).index(one.state)),
            "category": one.state,
            "internal_label": label,
            "external_label": label,
        },
        "ticket_type": ticket_type(ws, one.type),
        "contacts": contact_list(ws, story.contact_ids),
        "admin_assignee_id": story.admin_assignee_id or "0",
        "team_assignee_id": story.team_assignee_id or "0",
        "created_at": story.created_at,
        "updated_at": one.updated_at,
        "ticket_parts": {
            "type": "ticket_part.list",
            "ticket_parts": [ticket_part(part) for part in parts],
            "total_count": len(parts),
        },
        "open": one.open,
        "linked_objects": {
            "type": "list",
            "data": [{"type": "conversation", "id": each, "category": None} for each in one.linked_ids],
            "total_count": len(one.linked_ids),
            "has_more": False,
        },
        "category": one.type.category,
        "is_shared": one.type.category == "Customer",
    }
    if story.snoozed_until is not None:
        shape["snoozed_until"] = story.snoozed_until
    return shape
