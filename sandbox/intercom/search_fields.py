"""Which fields of conversations, tickets and contacts can be searched, as published, and how each is read."""

from __future__ import annotations

from datetime import UTC, tzinfo
from operator import attrgetter
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.intercom.model import Contact, Conversation, Ticket, Workspace
from sandbox.intercom.render import number
from sandbox.intercom.search import Field, Searchable
from sandbox.intercom.text import plain

C = Field[Conversation]
_CATEGORIES = {"Customer": "request", "Back-office": "task", "Tracker": "tracker"}
"""A search has words of its own for the kinds of tickets."""

_STATISTICS_DATES = (
    "first_contact_reply_at",
    "first_assignment_at",
    "first_admin_reply_at",
    "first_close_at",
    "last_assignment_at",
    "last_assignment_admin_reply_at",
    "last_contact_reply_at",
    "last_admin_reply_at",
    "last_close_at",
)
_STATISTICS_NUMBERS = (
    "time_to_assignment",
    "time_to_admin_reply",
    "time_to_first_close",
    "time_to_last_close",
    "median_time_to_reply",
    "count_reopens",
    "count_assignments",
    "count_conversation_parts",
)
_AI_FIELDS = ("resolution_state", "last_answer_type", "rating_remark", "source_type", "source_title")


def _ai(name: str) -> C:
    kind = "integer" if name == "rating" else "string"
    return Field(kind, lambda one: (one.ai_agent or {}).get(name))  # type: ignore[arg-type]


CONVERSATIONS: Searchable[Conversation] = Searchable(
    {
        "id": Field("string", attrgetter("id")),
        "created_at": Field("date", attrgetter("created_at")),
        "updated_at": Field("date", attrgetter("updated_at")),
        "source.type": Field("string", attrgetter("channel")),
        "source.id": Field("string", attrgetter("source_id")),
        "source.delivered_as": Field("string", attrgetter("delivered_as")),
        "source.subject": Field("string", attrgetter("subject")),
        "source.body": Field("words", lambda one: plain(one.body)),
        "source.author.id": Field("string", attrgetter("author.id")),
        "source.author.type": Field("string", attrgetter("author.type")),
        "source.author.name": Field("string", attrgetter("author.name")),
        "source.author.email": Field("string", attrgetter("author.email")),
        "source.url": Field("string", attrgetter("url")),
        "contact_ids": Field("strings", attrgetter("contact_ids")),
        "teammate_ids": Field("strings", attrgetter("teammate_ids")),
        "admin_assignee_id": Field("integer", lambda one: number(one.admin_assignee_id)),
        "team_assignee_id": Field("integer", lambda one: number(one.team_assignee_id)),
        "channel_initiated": Field("string", attrgetter("channel")),
        "open": Field("boolean", attrgetter("open")),
        "read": Field("boolean", attrgetter("read")),
        "state": Field("string", attrgetter("state")),
        "waiting_since": Field("date", attrgetter("waiting_since")),
        "snoozed_until": Field("date", attrgetter("snoozed_until")),
        "tag_ids": Field("strings", attrgetter("tags")),
        "priority": Field("string", attrgetter("priority")),
        **{f"statistics.{name}": C("date", attrgetter(f"statistics.{name}")) for name in _STATISTICS_DATES},
        **{
            f"statistics.{name}": C("integer", attrgetter(f"statistics.{name}"))
            for name in _STATISTICS_NUMBERS
        },
        "statistics.last_closed_by_id": Field("string", attrgetter("statistics.last_closed_by_id")),
        "conversation_rating.score": Field("integer", lambda one: one.rating and one.rating.score),
        "conversation_rating.remark": Field("string", lambda one: one.rating and one.rating.remark),
        "conversation_rating.requested_at": Field("date", lambda one: one.rating and one.rating.requested_at),
        "conversation_rating.replied_at": Field("date", lambda one: one.rating and one.rating.at),
        "conversation_rating.contact_id": Field("string", lambda one: one.rating and one.rating.contact_id),
        "conversation_rating.admin_d": Field("string", lambda one: one.rating and one.rating.admin_id),
        "ai_agent_participated": Field("boolean", attrgetter("ai_agent_participated")),
        "ai_agent.rating": _ai("rating"),
        **{f"ai_agent.{name}": _ai(name) for name in _AI_FIELDS},
    }
)

TICKETS: Searchable[Ticket] = Searchable(
    {
        "id": Field("string", attrgetter("id")),
        "created_at": Field("date", attrgetter("story.created_at")),
        "updated_at": Field("date", attrgetter("updated_at")),
        "title": Field("string", lambda one: one.attributes.get("_default_title_")),
        "description": Field("string", lambda one: one.attributes.get("_default_description_")),
        "category": Field("string", lambda one: _CATEGORIES[one.type.category]),
        "ticket_type_id": Field("string", attrgetter("type.id")),
        "contact_ids": Field("strings", attrgetter("story.contact_ids")),
        "teammate_ids": Field("strings", attrgetter("story.teammate_ids")),
        "admin_assignee_id": Field("string", attrgetter("story.admin_assignee_id")),
        "team_assignee_id": Field("string", attrgetter("story.team_assignee_id")),
        "open": Field("boolean", attrgetter("open")),
        "state": Field("string", attrgetter("state")),
        "snoozed_until": Field("date", attrgetter("story.snoozed_until")),
    }
)

_CONTACT_DAYS = (
    "created_at",
    "updated_at",
    "signed_up_at",
    "last_seen_at",
    "last_replied_at",
    "last_contacted_at",
)


def contacts(ws: Workspace) -> Searchable[Contact]:
    """The fields of contacts; their times are compared by day in the workspace's time zone."""
    return Searchable(
        {
            "id": Field("string", attrgetter("id")),
            "role": Field("string", attrgetter("role")),
            "name": Field("string", attrgetter("name")),
            "email": Field("string", attrgetter("email")),
            "email_domain": Field("string", lambda one: one.email.partition("@")[2]),
            "phone": Field("string", attrgetter("phone")),
            "external_id": Field("string", attrgetter("external_id")),
            **{name: Field[Contact]("day", attrgetter(name)) for name in _CONTACT_DAYS},
        },
        custom=attrgetter("custom_attributes"),
        zone=_zone(ws.timezone),
    )


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
