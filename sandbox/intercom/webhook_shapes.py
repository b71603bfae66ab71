"""What a notification says, with the quirks seen in captures of Intercom's own."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from sandbox.intercom import render, render_customers
from sandbox.intercom.model import Admin, Contact, Conversation, Part, Ticket, Workspace
from sandbox.intercom.render import Json
from sandbox.intercom.render_tickets import ticket, ticket_part

SYSTEM_ATTRIBUTES: Json = {
    "Has attachments": False,
    "Imported via standalone": False,
    "Auto-translated": False,
    "Fin AI Agent: Preview": False,
    "Fin AI Agent: Image used in reply": False,
    "Copilot used": False,
}


def envelope(app_id: str, topic: str, item: Json, sent_at: int, *, id_: str | None = None) -> Json:
    """A notification. `sent_at` is unix seconds; a ping has neither id nor delivery status."""
    ping = topic == "ping"
    return {
        "type": "notification_event",
        "app_id": app_id,
        "data": {"type": "notification_event_data", "item": item},
        "links": {},
        "id": None if ping else (id_ or f"notif_{uuid.uuid4()}"),
        "topic": topic,
        "delivery_status": None if ping else "pending",
        "delivery_attempts": 1,
        "delivered_at": 0,
        "first_sent_at": sent_at,
        "created_at": sent_at,
        "self": None,
    }


def conversation(ws: Workspace, one: Conversation, shown: tuple[Part, ...]) -> Json:
    """The whole conversation but only the parts that caused the notification; the times in its statistics are
    ISO strings, all others unix seconds; what is nothing is null, not left out."""
    item = render.conversation_row(ws, one)
    numbers = render.statistics(ws, one.statistics)
    item["statistics"] = {
        key: _iso(value) if key.endswith("_at") and value is not None else value
        for key, value in numbers.items()
    }
    item["statistics"]["last_closed_by_id"] = render.number(one.statistics.last_closed_by_id)
    item["title"] = one.title or ""
    item["custom_attributes"] = SYSTEM_ATTRIBUTES | one.custom_attributes
    item["topics"] = {"type": "topic.list", "topics": [], "total_count": 0}
    item["ai_agent"] = one.ai_agent
    item.pop("company_id", None)
    item["source"]["author"]["email"] = one.author.email or ""
    item["conversation_parts"] = {
        "type": "conversation_part.list",
        "conversation_parts": [_part(part) for part in shown],
        "total_count": len(shown),
    }
    return item


def _part(part: Part) -> Json:
    shape = render.part(part)
    keys = list(shape)
    shape = {"assigned_to": render.assignment(part), "email_message_metadata": None} | shape
    order = [*keys[: keys.index("author")], "assigned_to", *keys[keys.index("author") :]]
    order.insert(order.index("state"), "email_message_metadata")
    return {key: shape[key] for key in dict.fromkeys(order)}


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def deleted(conversation_id: str) -> Json:
    """No `id` in it, and no times."""
    return {"type": "conversation", "conversation_id": conversation_id}


def contact(ws: Workspace, one: Contact) -> Json:
    """A contact whose instants are texts."""
    shape = render_customers.contact(ws, one)
    return {
        key: _iso(value) if key.endswith("_at") and value is not None else value
        for key, value in shape.items()
    }


def removed_contact(one: Contact, topic: str) -> Json:
    """What identifies a person, and what became of them: nothing else."""
    state = {"deleted": True} if topic == "contact.deleted" else {"archived": topic == "contact.archived"}
    return {"type": "contact", "id": one.id, "external_id": one.external_id, **state}


def deleted_company(company_id: str) -> Json:
    return {"id": company_id, "type": "company", "deleted": True}


def admin(one: Admin) -> Json:
    """Here the id is a number, and the avatar an object."""
    return {
        "type": "admin",
        "id": render.number(one.id),
        "name": one.name,
        "email": one.email,
        "job_title": one.job_title or None,
        "away_mode_enabled": one.away,
        "away_mode_reassign": one.away_reassign,
        "away_status_reason": "",
        "has_inbox_seat": one.has_inbox_seat,
        "team_ids": render.numbers(one.team_ids),
        "avatar": {"type": "avatar", "image_url": one.avatar},
    }


def ticket_item(ws: Workspace, one: Ticket) -> Json:
    """A ticket with all its parts so far; the open state and the snooze come after them."""
    item = ticket(ws, one)
    item["snoozed_until"] = one.story.snoozed_until
    item["company_id"] = one.story.company_id
    item["channel"] = "messenger"
    return item


def ticket_and_part(ws: Workspace, one: Ticket, part: Part) -> Json:
    """How replies and notes in tickets are told: the ticket, and the part beside it."""
    return {"type": "ticket_ticket_part", "ticket": ticket_item(ws, one), "ticket_part": ticket_part(part)}


def ping() -> Json:
    return {"type": "ping", "message": "A ping to see whether this address answers."}


def call(one: Conversation, event: str, at: int) -> Json:
    """A phone call; the API's call object, of which only these fields are sure."""
    return {
        "type": "call",
        "id": f"{one.id}1",
        "conversation_id": one.id,
        "contact_id": one.contact_ids[0],
        "admin_id": one.admin_assignee_id,
        "state": event,
        "direction": "inbound",
        "call_type": "phone",
        "initiated_at": at,
        "ended_at": at if event == "ended" else None,
    }
