"""What the bot knows of Intercom, as plain values: conversations and their parts.

Ids are strings, instants aware UTC, texts plain and cleaned of control and bidi control characters. What
Intercom did not send is None or empty, never guessed; what nobody has heard of yet is "other" with the raw
word beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

AuthorType = Literal["contact", "admin", "bot", "team", "other"]
PartKind = Literal[
    "comment",
    "note",
    "quick_reply",
    "assignment",
    "open",
    "close",
    "snoozed",
    "unsnoozed",
    "rating",
    "priority",
    "tags",
    "participants",
    "merge",
    "call",
    "ticket",
    "attribute",
    "sla",
    "automation",
    "other",
]
Channel = Literal[
    "chat",
    "email",
    "whatsapp",
    "sms",
    "phone",
    "facebook",
    "instagram",
    "twitter",
    "slack",
    "ticket",
    "other",
]
TICKET: Channel = "ticket"
"""The channel of what is a ticket and nothing else."""
StartedBy = Literal["contact", "admin", "automated"]
State = Literal["open", "snoozed", "closed"]
Priority = Literal["none", "low", "medium", "high", "urgent"]

# Kinds that carry words to the other side when they have any: Intercom files the first reply under the
# assignment it causes, a reply to a closed conversation under the reopening, last words under the closing.
_SPOKEN = frozenset({"comment", "quick_reply"})
_MAY_SPEAK = frozenset({"assignment", "open", "close", "snoozed", "unsnoozed"})
_MAY_SPEAK_FOR_CUSTOMER = _MAY_SPEAK | {"other"}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that hangs on a part. `size` in bytes."""

    name: str | None
    url: str | None
    content_type: str | None
    size: int | None


@dataclass(frozen=True, slots=True)
class Person:
    """Who opened a conversation, as far as the conversation itself tells."""

    type: AuthorType
    id: str | None
    name: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class PartFacts:
    """One entry of a conversation or ticket, the opening message included.

    `automatic` is true for what no person wrote: bots, Fin, the operator, workflows, outbound sequences.
    `by_ai`: it was Fin, Intercom's agent. `html` is the body as sent. `ticket_state` is set on the parts of
    tickets that moved them.
    """

    id: str
    kind: PartKind
    raw_kind: str
    author_type: AuthorType
    author_id: str | None
    author_name: str | None
    author_email: str | None
    automatic: bool
    text: str
    html: str | None
    created_at: datetime
    attachments: tuple[Attachment, ...] = ()
    assigned_to: str | None = None
    tags: tuple[str, ...] = ()
    redacted: bool = False
    ticket_state: str | None = None
    by_ai: bool = False

    @property
    def has_content(self) -> bool:
        return bool(self.text or self.attachments)

    @property
    def is_public_reply(self) -> bool:
        """A teammate's own words that the customer sees. Notes and bots never count."""
        if self.author_type != "admin" or self.automatic:
            return False
        return self.kind in _SPOKEN or (self.kind in _MAY_SPEAK and self.has_content)

    @property
    def is_customer_message(self) -> bool:
        """Something the customer sent, be it only a file, or in a kind of part nobody has heard of."""
        if self.author_type != "contact":
            return False
        return self.kind in _SPOKEN or (self.kind in _MAY_SPEAK_FOR_CUSTOMER and self.has_content)


@dataclass(frozen=True, slots=True)
class Statistics:
    """Intercom's own counts. `time_to_*` and `handling_time` are seconds; closed hours are left out."""

    time_to_assignment: int | None = None
    time_to_admin_reply: int | None = None
    time_to_first_close: int | None = None
    time_to_last_close: int | None = None
    median_time_to_reply: int | None = None
    first_contact_reply_at: datetime | None = None
    first_assignment_at: datetime | None = None
    first_admin_reply_at: datetime | None = None
    first_close_at: datetime | None = None
    last_assignment_at: datetime | None = None
    last_assignment_admin_reply_at: datetime | None = None
    last_contact_reply_at: datetime | None = None
    last_admin_reply_at: datetime | None = None
    last_close_at: datetime | None = None
    last_closed_by_id: str | None = None
    count_reopens: int | None = None
    count_assignments: int | None = None
    count_conversation_parts: int | None = None
    handling_time: int | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """The customer's rating, 1 to 5; a rating that was asked for and not given is no Rating."""

    score: int
    remark: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Sla:
    """Intercom's own SLA. Without a name there is none; without a status it was taken off."""

    name: str | None
    status: str | None


@dataclass(frozen=True, slots=True)
class ConversationFacts:
    """A conversation as one answer or notification shows it.

    `title` falls back on the e-mail's subject. `parts` are in order of time, without the opening message,
    which is `source`; they are all parts only if `parts_complete`. `part_count` is Intercom's own count with
    the opening message. `created_at` and `updated_at` are `values.EPOCH` where nothing tells them.
    """

    id: str
    created_at: datetime
    updated_at: datetime
    title: str | None = None
    channel: Channel = "other"
    raw_channel: str | None = None
    delivered_as: str | None = None
    started_by: StartedBy = "contact"
    waiting_since: datetime | None = None
    snoozed_until: datetime | None = None
    state: State = "open"
    priority: Priority = "none"
    admin_assignee_id: str | None = None
    team_assignee_id: str | None = None
    contact_ids: tuple[str, ...] = ()
    company_id: str | None = None
    tags: tuple[str, ...] | None = None
    ticket_ids: tuple[str, ...] = ()
    opener: Person | None = None
    source: PartFacts | None = None
    parts: tuple[PartFacts, ...] = ()
    parts_complete: bool = False
    part_count: int | None = None
    statistics: Statistics = field(default_factory=Statistics)
    rating: Rating | None = None
    sla: Sla | None = None
    custom_attributes: Mapping[str, Any] | None = None
    ai_participated: bool = False
    url: str | None = None

    @property
    def all_parts(self) -> tuple[PartFacts, ...]:
        """The opening message and the parts; a part that repeats the opening message's id stands for it."""
        if self.source is None or any(part.id == self.source.id for part in self.parts):
            return self.parts
        return (self.source, *self.parts)


def conversation_url(app_id: str, conversation_id: str) -> str:
    """Where a teammate opens the conversation; the address Intercom itself puts into `conversation_web`."""
    return f"https://app.intercom.com/a/apps/{app_id}/conversations/{conversation_id}"
