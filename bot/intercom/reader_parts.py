"""Parts and their authors out of raw JSON: the entries of conversations and tickets."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, get_args

from bot.html_text import to_text
from bot.intercom.facts import Attachment, AuthorType, PartFacts, PartKind, Person
from bot.intercom.values import (
    EPOCH,
    as_assignee,
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

_AUTHORS: dict[str | None, AuthorType] = {
    "user": "contact",
    "lead": "contact",
    "contact": "contact",
    "visitor": "contact",
    "admin": "admin",
    "teammate": "admin",
    "bot": "bot",
    "operator": "bot",
    "team": "team",
}
# Intercom's own robot writes under this address, in some answers with author type "admin".
_OPERATOR = re.compile(r"operator\+[^@]*@intercom\.io")

_PART_KINDS: dict[str, PartKind] = {kind: kind for kind in get_args(PartKind)} | {
    "note_and_reopen": "note",
    "note_and_unsnooze": "note",
    "assign_and_reopen": "assignment",
    "assign_and_unsnooze": "assignment",
    "away_mode_assignment": "assignment",
    "default_assignment": "assignment",
    "closed": "close",
    "snooze": "snoozed",
    "unsnooze": "unsnoozed",
    "timer_unsnooze": "unsnoozed",
    "priority_changed": "priority",
    "conversation_tags_updated": "tags",
    "participant_added": "participants",
    "participant_removed": "participants",
    "merged_primary_conversation": "merge",
    "merged_secondary_conversation": "merge",
    "attribute_collected": "attribute",
    "attribute_collector": "attribute",
    "operator_workflow_event": "automation",
    "language_detection_details": "automation",
    "channel_and_reply_time_expectation": "automation",
}
_PART_PREFIXES: tuple[tuple[str, PartKind], ...] = (
    ("conversation_attribute_updated", "attribute"),
    ("ticket_", "ticket"),
    ("conversation_sla_", "sla"),
    ("conversation_rating", "rating"),
    ("custom_action_", "automation"),
    ("call_", "call"),
)


def read_parts(listed: object, key: str, *, fallback: datetime = EPOCH) -> tuple[PartFacts, ...]:
    """All parts of a part list, by time (Intercom's own order within one second)."""
    parts = [read_part(part, fallback=fallback) for part in as_objects(listed, key, "data")]
    parts.sort(key=lambda part: part.created_at)
    return tuple(parts)


def read_part(raw: object, *, fallback: datetime = EPOCH) -> PartFacts:
    """One part. Raises `ReadError` only if `raw` is no JSON object; a missing id becomes ""."""
    part = as_object(raw)
    raw_kind = as_line(part.get("part_type")) or ""
    author = as_dict(part.get("author"))
    who = read_person(author)
    html = as_markup(part.get("body"))
    created_at = next(
        (at for key in ("created_at", "updated_at", "notified_at") if (at := as_instant(part.get(key)))),
        fallback,
    )
    state = part.get("ticket_state")
    return PartFacts(
        id=as_id(part.get("id")) or "",
        kind=part_kind(raw_kind),
        raw_kind=raw_kind,
        author_type=who.type,
        author_id=who.id,
        author_name=who.name,
        author_email=who.email,
        automatic=is_automatic(author, who),
        text=to_text(html) if html else "",
        html=html,
        created_at=created_at,
        attachments=read_attachments(part.get("attachments")),
        assigned_to=as_assignee(as_dict(part.get("assigned_to")).get("id")),
        tags=tag_names(part.get("tags")),
        redacted=as_flag(part.get("redacted")),
        ticket_state=as_line(as_dict(state).get("category")) or as_line(state),
        by_ai=is_ai(author),
    )


def part_kind(raw_kind: str) -> PartKind:
    """The bot's word for Intercom's `part_type`, which is an open set."""
    known = _PART_KINDS.get(raw_kind)
    if known is not None:
        return known
    return next((kind for prefix, kind in _PART_PREFIXES if raw_kind.startswith(prefix)), "other")


def read_person(author: dict[str, Any]) -> Person:
    """Who wrote it; an author without a type anybody knows is "other"."""
    kind = as_line(author.get("type"))
    return Person(
        type=_AUTHORS.get(kind, "other"),
        id=as_id(author.get("id")),
        name=as_line(author.get("name")),
        email=as_line(author.get("email")),
    )


def is_operator(email: str | None) -> bool:
    """Whether the address is that of Intercom's own robot."""
    return bool(email and _OPERATOR.fullmatch(email))


def tag_names(container: object) -> tuple[str, ...]:
    """The names in a tag list, bare or wrapped."""
    names = (as_line(tag.get("name")) for tag in as_objects(container, "tags", "data"))
    return tuple(name for name in names if name)


def is_ai(author: dict[str, Any]) -> bool:
    """Whether it was written by Fin."""
    return author.get("from_ai_agent") is True or author.get("is_ai_answer") is True


def is_automatic(author: dict[str, Any], who: Person) -> bool:
    """Whether no person wrote it: a bot, Fin, the operator."""
    return who.type == "bot" or is_ai(author) or is_operator(who.email)


def read_attachments(listed: object) -> tuple[Attachment, ...]:
    """The files of a part, bare list or wrapped."""
    if not listed:
        return ()
    return tuple(
        Attachment(
            name=as_line(item.get("name")),
            url=as_line(item.get("url")),
            content_type=as_line(item.get("content_type")),
            size=as_count(item.get("filesize")),
        )
        for item in as_objects(listed, "data", "attachments")
    )
