"""Conversations out of raw JSON, 1.x and 2.x, REST and webhook alike."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.html_text import to_text
from bot.intercom.facts import (
    Channel,
    ConversationFacts,
    PartFacts,
    Person,
    Priority,
    Rating,
    Sla,
    StartedBy,
    State,
    Statistics,
)
from bot.intercom.reader_parts import is_automatic, read_attachments, read_parts, read_person, tag_names
from bot.intercom.values import (
    EPOCH,
    as_assignee,
    as_attributes,
    as_count,
    as_dict,
    as_flag,
    as_id,
    as_instant,
    as_line,
    as_markup,
    as_object,
    as_objects,
)

MOST_PARTS = 500
"""A retrieve shows at most so many, the newest."""

_CHANNELS: dict[str | None, Channel] = {
    "conversation": "chat",
    "messenger": "chat",
    "chat": "chat",
    "in_app": "chat",
    "push": "chat",
    "email": "email",
    "whatsapp": "whatsapp",
    "sms": "sms",
    "phone": "phone",
    "phone_call": "phone",
    # A caller who was sent a link to the Messenger writes there.
    "phone_switch": "chat",
    "facebook": "facebook",
    "instagram": "instagram",
    "twitter": "twitter",
    "slack": "slack",
}
_STARTED: dict[str | None, StartedBy] = {
    "customer_initiated": "contact",
    "admin_initiated": "admin",
    "campaigns_initiated": "automated",
    "operator_initiated": "automated",
    "automated": "automated",
}
_PRIORITIES: dict[object, Priority] = {
    "priority": "high",  # up to API version 2.15
    "low": "low",
    "medium": "medium",
    "high": "high",
    "urgent": "urgent",
}


def read_conversation(
    raw: object, *, complete: bool = False, fallback: datetime = EPOCH
) -> ConversationFacts:
    """The facts of one conversation object.

    `complete` says that the object came from a retrieve, which shows all parts (at most the newest 500).
    `fallback` stands in for times the object does not tell (a webhook's `created_at`, say). Raises
    `ReadError` only if `raw` is no JSON object; a missing id becomes "".
    """
    item = as_object(raw)
    statistics = read_statistics(item.get("statistics"))
    created = as_instant(item.get("created_at"))
    updated = as_instant(item.get("updated_at"))
    created_at = created or statistics.first_contact_reply_at or updated or fallback
    updated_at = updated or created or fallback

    source = as_dict(item.get("source")) or as_dict(item.get("conversation_message"))
    delivered_as = as_line(source.get("delivered_as"))
    opener = _opener(source, item)
    started_by = _started_by(delivered_as, opener)
    assigned = as_dict(item.get("assignee"))
    listed = item.get("conversation_parts")
    parts = read_parts(listed, "conversation_parts", fallback=updated_at)
    raw_channel = as_line(source.get("type"))
    attributes = item.get("custom_attributes")
    ai_agent = as_dict(item.get("ai_agent"))
    return ConversationFacts(
        id=as_id(item.get("id")) or as_id(item.get("conversation_id")) or "",
        created_at=created_at,
        updated_at=updated_at,
        title=_heading(item.get("title")) or _heading(source.get("subject")),
        channel=_channel(raw_channel, source, as_dict(item.get("channel"))),
        raw_channel=raw_channel,
        delivered_as=delivered_as,
        started_by=started_by,
        waiting_since=as_instant(item.get("waiting_since")),
        snoozed_until=as_instant(item.get("snoozed_until")),
        state=_state(item),
        priority=_priority(item.get("priority")),
        admin_assignee_id=as_assignee(item.get("admin_assignee_id")) or _assignee(assigned, "admin"),
        team_assignee_id=as_assignee(item.get("team_assignee_id")) or _assignee(assigned, "team"),
        contact_ids=_contact_ids(item),
        company_id=as_assignee(item.get("company_id")) or as_id(as_dict(item.get("company")).get("id")),
        tags=_tags(item.get("tags")),
        ticket_ids=_ticket_ids(item),
        opener=opener,
        source=_source_part(source, opener, created_at, automated=started_by == "automated"),
        parts=parts,
        parts_complete=complete and shows_all(listed, len(parts), statistics.count_conversation_parts),
        part_count=statistics.count_conversation_parts,
        statistics=statistics,
        rating=_rating(item.get("conversation_rating")),
        sla=_sla(item),
        custom_attributes=as_attributes(attributes) if isinstance(attributes, dict) else None,
        ai_participated=as_flag(item.get("ai_agent_participated")) or bool(ai_agent),
        url=as_line(as_dict(item.get("links")).get("conversation_web")),
    )


def _ticket_ids(item: dict[str, Any]) -> tuple[str, ...]:
    """Tickets made of it: those of customers that it is linked with, and the one that it became itself."""
    linked = as_objects(item.get("linked_objects"), "data")
    made = [each for each in linked if each.get("type") == "ticket" and _is_customers(each)]
    if as_dict(item.get("ticket")):
        made.append({"id": as_dict(item.get("ticket")).get("id") or item.get("id")})
    return tuple(dict.fromkeys(found for each in made if (found := as_id(each.get("id")))))


def _is_customers(linked: dict[str, Any]) -> bool:
    return linked.get("category") in (None, "Customer")


def read_statistics(raw: object) -> Statistics:
    """Intercom's counts. Instants come as unix seconds from REST and as ISO strings in webhooks."""
    found = as_dict(raw)
    if not found:
        return Statistics()
    return Statistics(
        time_to_assignment=as_count(found.get("time_to_assignment")),
        time_to_admin_reply=as_count(found.get("time_to_admin_reply")),
        time_to_first_close=as_count(found.get("time_to_first_close")),
        time_to_last_close=as_count(found.get("time_to_last_close")),
        median_time_to_reply=as_count(found.get("median_time_to_reply")),
        first_contact_reply_at=as_instant(found.get("first_contact_reply_at")),
        first_assignment_at=as_instant(found.get("first_assignment_at")),
        first_admin_reply_at=as_instant(found.get("first_admin_reply_at")),
        first_close_at=as_instant(found.get("first_close_at")),
        last_assignment_at=as_instant(found.get("last_assignment_at")),
        last_assignment_admin_reply_at=as_instant(found.get("last_assignment_admin_reply_at")),
        last_contact_reply_at=as_instant(found.get("last_contact_reply_at")),
        last_admin_reply_at=as_instant(found.get("last_admin_reply_at")),
        last_close_at=as_instant(found.get("last_close_at")),
        last_closed_by_id=as_assignee(found.get("last_closed_by_id")),
        count_reopens=as_count(found.get("count_reopens")),
        count_assignments=as_count(found.get("count_assignments")),
        count_conversation_parts=as_count(found.get("count_conversation_parts")),
        handling_time=as_count(found.get("handling_time")),
    )


def _opener(source: dict[str, Any], item: dict[str, Any]) -> Person | None:
    author = as_dict(source.get("author"))
    if not author:
        return None
    user = as_dict(item.get("user"))  # 1.x tells name and address of the same person here
    if user and as_id(user.get("id")) == as_id(author.get("id")):
        author = {**user, **author}
    return read_person(author)


def _started_by(delivered_as: str | None, opener: Person | None) -> StartedBy:
    known = _STARTED.get(delivered_as)
    if known is not None:
        return known
    if opener is not None and opener.type == "bot":
        return "automated"
    return "admin" if opener is not None and opener.type in ("admin", "team") else "contact"


def _source_part(
    source: dict[str, Any], opener: Person | None, created_at: datetime, *, automated: bool
) -> PartFacts | None:
    html = as_markup(source.get("body"))
    attachments = read_attachments(source.get("attachments"))
    source_id = as_id(source.get("id"))
    if not (source_id or html or attachments):
        return None
    who = opener or read_person({})
    return PartFacts(
        id=source_id or "",
        kind="comment",
        raw_kind=as_line(source.get("type")) or "",
        author_type=who.type,
        author_id=who.id,
        author_name=who.name,
        author_email=who.email,
        automatic=automated or is_automatic(as_dict(source.get("author")), who),
        text=to_text(html) if html else "",
        html=html,
        created_at=created_at,
        attachments=attachments,
        redacted=as_flag(source.get("redacted")),
    )


def _heading(value: object) -> str | None:
    found = as_line(value)
    return as_line(to_text(found)) if found else None


def _channel(raw: str | None, source: dict[str, Any], channel: dict[str, Any]) -> Channel:
    known = _CHANNELS.get(raw)
    if known is not None:
        return known
    for key in ("current", "initial"):  # from API version 2.16
        later = _CHANNELS.get(as_line(channel.get(key)))
        if later is not None:
            return later
    # 1.x names no channel; only conversations from the Messenger have the address they began at.
    return "chat" if raw == "conversation_message" and as_line(source.get("url")) else "other"


def _state(item: dict[str, Any]) -> State:
    state = item.get("state")
    if state == "open" or state == "snoozed" or state == "closed":
        found: State = state
        return found
    return "closed" if item.get("open") is False else "open"


def _priority(value: object) -> Priority:
    return _PRIORITIES.get(value, "none") if isinstance(value, str) else "none"


def _assignee(assignee: dict[str, Any], kind: str) -> str | None:
    return as_assignee(assignee.get("id")) if assignee.get("type") == kind else None


def _contact_ids(item: dict[str, Any]) -> tuple[str, ...]:
    found = [as_id(contact.get("id")) for contact in as_objects(item.get("contacts"), "contacts", "data")]
    found += [as_id(contact.get("id")) for contact in as_objects(item.get("customers"), "customers")]
    found.append(as_id(as_dict(item.get("user")).get("id")))
    return tuple(dict.fromkeys(contact_id for contact_id in found if contact_id))


def _tags(listed: object) -> tuple[str, ...] | None:
    """Notifications may come with a list that has no tags in it, not even none."""
    told = isinstance(listed, list) or any(key in as_dict(listed) for key in ("tags", "data"))
    return tag_names(listed) if told else None


def _sla(item: dict[str, Any]) -> Sla | None:
    if "sla_applied" not in item:
        return None
    applied = as_dict(item["sla_applied"])
    return Sla(as_line(applied.get("sla_name")), as_line(applied.get("sla_status")))


def _rating(raw: object) -> Rating | None:
    found = as_dict(raw)
    score = as_count(found.get("rating"))
    if score is None or not 1 <= score <= 5:
        return None
    at = as_instant(found.get("updated_at")) or as_instant(found.get("created_at"))
    return Rating(score=score, remark=as_line(found.get("remark")), at=at)


def shows_all(listed: object, shown: int, counted: int | None) -> bool:
    """Whether a retrieved part list is whole: by its own total, and at the cap by Intercom's count."""
    if not isinstance(listed, dict) or shown < (as_count(listed.get("total_count")) or 0):
        return False
    return shown < MOST_PARTS or (counted is not None and shown + 1 >= counted)
