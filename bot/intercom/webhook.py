"""Webhook notifications out of raw JSON: the envelope, and the facts of the item in it.

A notification is a hint: it shows only the part that caused it, may come twice, late or out of order.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.intercom.facts_people import ContactFacts, Item, Notification
from bot.intercom.reader_conversation import read_conversation
from bot.intercom.reader_people import read_activity_log, read_admin, read_company, read_contact
from bot.intercom.reader_ticket import read_ticket
from bot.intercom.values import EPOCH, as_count, as_dict, as_id, as_instant, as_line, as_object, as_objects

_PEOPLE = ("contact", "user", "lead")


def read_envelope(raw: object) -> tuple[str | None, str]:
    """The notification's id and topic, which is all that a receipt needs. Raises `ReadError` likewise."""
    body = as_object(raw)
    return as_id(body.get("id")), as_line(body.get("topic")) or ""


def read_notification(raw: object) -> Notification:
    """The notification in one decoded POST body. Raises `ReadError` only if `raw` is no JSON object."""
    body = as_object(raw)
    item = as_dict(as_dict(body.get("data")).get("item"))
    topic = as_line(body.get("topic")) or ""
    created_at = as_instant(body.get("created_at"))
    deleted_id = _deleted_id(topic, item)
    return Notification(
        id=as_id(body.get("id")),
        topic=topic,
        app_id=as_id(body.get("app_id")),
        created_at=created_at,
        delivery_attempts=as_count(body.get("delivery_attempts")) or 1,
        item_type=as_line(item.get("type")),
        item=None if deleted_id else _read_item(item, created_at or EPOCH),
        deleted_id=deleted_id,
        conversation_id=_conversation_id(item),
        contact_id=as_id(item.get("id")) if item.get("type") in _PEOPLE else None,
        ticket_id=_ticket_id(item),
    )


def _deleted_id(topic: str, item: dict[str, Any]) -> str | None:
    """What a `*.deleted` topic says is gone; a deleted conversation has `conversation_id` and no `id`.

    A removed tag (`contact.user.tag.deleted`) has neither: the contact it was on is still there.
    """
    if not topic.endswith(".deleted"):
        return None
    return as_id(item.get("id")) or as_id(item.get(f"{as_line(item.get('type'))}_id"))


def _conversation_id(item: dict[str, Any]) -> str | None:
    if item.get("type") == "conversation":
        return as_id(item.get("id")) or as_id(item.get("conversation_id"))
    wrapped = as_dict(item.get("conversation"))  # with `model`, a record of Intercom's own database
    found = as_id(wrapped.get("id")) or as_id(as_dict(wrapped.get("model")).get("id"))
    return found or as_id(item.get("conversation_id"))


def _ticket_id(item: dict[str, Any]) -> str | None:
    ticket = item if item.get("type") == "ticket" else as_dict(item.get("ticket"))
    return as_id(ticket.get("id"))


def _read_item(item: dict[str, Any], fallback: datetime) -> Item | None:
    """The item's facts; None for a kind without a reader and for an item that does not say which it is."""
    found: Item | None
    match item.get("type"):
        case "conversation":
            found = read_conversation(item, fallback=fallback)
        case "ticket":
            found = read_ticket(item, fallback=fallback)
        case "ticket_ticket_part":
            found = read_ticket(_with_part(item), fallback=fallback)
        case kind if kind in _PEOPLE:
            found = _whole_contact(item)
        case "company":
            found = read_company(item)
        case "admin":
            found = read_admin(item)
        case "activity_log" | "admin_activity_log_event":
            found = read_activity_log(item)
        case _:  # attached, detached, tagged, subscribed: something else, and the contact as it is now
            found = _whole_contact(as_dict(item.get("contact")) or as_dict(item.get("user")))
    return found if found is not None and found.id else None


def _with_part(item: dict[str, Any]) -> dict[str, Any]:
    """The ticket of a ticket topic, which holds all parts, the one that caused the notification included."""
    ticket, part = as_dict(item.get("ticket")), as_dict(item.get("ticket_part"))
    parts = list(as_objects(ticket.get("ticket_parts"), "ticket_parts", "data"))
    if part and part.get("id") not in [one.get("id") for one in parts]:
        parts.append(part)
    return {**ticket, "ticket_parts": {"ticket_parts": parts, "total_count": len(parts)}}


def _whole_contact(item: dict[str, Any]) -> ContactFacts | None:
    """A contact; None where only ids and a mark are told (archived): a name not told is not removed."""
    return read_contact(item) if "created_at" in item or "email" in item else None
