"""Tickets out of raw JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.html_text import to_text
from bot.intercom.facts_people import TicketFacts
from bot.intercom.reader_conversation import shows_all
from bot.intercom.reader_parts import read_parts
from bot.intercom.values import (
    EPOCH,
    as_assignee,
    as_attributes,
    as_dict,
    as_flag,
    as_id,
    as_instant,
    as_line,
    as_object,
    as_objects,
)

_TITLE, _DESCRIPTION = "_default_title_", "_default_description_"


def read_ticket(raw: object, *, complete: bool = False, fallback: datetime = EPOCH) -> TicketFacts:
    """The facts of one ticket object; `complete` and `fallback` as for conversations.

    `ticket_state` is an object today and was a string in 2024, with the labels beside it. Assignees are the
    string "0" for nobody. Raises `ReadError` only if `raw` is no JSON object; a missing id becomes "".
    """
    item = as_object(raw)
    created = as_instant(item.get("created_at"))
    updated = as_instant(item.get("updated_at"))
    updated_at = updated or created or fallback
    state = item.get("ticket_state")
    kind = as_dict(item.get("ticket_type"))
    attributes = as_attributes(item.get("ticket_attributes"))
    listed = item.get("ticket_parts")
    parts = read_parts(listed, "ticket_parts", fallback=updated_at)
    return TicketFacts(
        id=as_id(item.get("id")) or "",
        created_at=created or updated or fallback,
        updated_at=updated_at,
        ticket_id=as_id(item.get("ticket_id")),
        title=as_line(attributes.pop(_TITLE, None)),
        description=_words(attributes.pop(_DESCRIPTION, None)),
        state=as_line(as_dict(state).get("category")) or as_line(state),
        state_label=as_line(as_dict(state).get("internal_label"))
        or as_line(item.get("ticket_state_internal_label")),
        category=as_line(item.get("category")) or as_line(kind.get("category")),
        type_id=as_id(kind.get("id")),
        type_name=as_line(kind.get("name")),
        open=item.get("open") is not False,
        is_shared=as_flag(item.get("is_shared")),
        snoozed_until=as_instant(item.get("snoozed_until")),
        admin_assignee_id=as_assignee(item.get("admin_assignee_id")),
        team_assignee_id=as_assignee(item.get("team_assignee_id")),
        contact_ids=_ids(item.get("contacts"), "contacts", "data"),
        company_id=as_assignee(item.get("company_id")),
        conversation_ids=_linked_conversations(item),
        parts=parts,
        parts_complete=complete and shows_all(listed, len(parts), None),
        custom_attributes=attributes,
    )


def _words(value: object) -> str | None:
    return to_text(value) or None if isinstance(value, str) else None


def _ids(listed: object, *keys: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for one in as_objects(listed, *keys) if (found := as_id(one.get("id")))))


def _linked_conversations(item: dict[str, Any]) -> tuple[str, ...]:
    linked = as_objects(item.get("linked_objects"), "data")
    ids = (as_id(one.get("id")) for one in linked if one.get("type") == "conversation")
    return tuple(found for found in ids if found)
