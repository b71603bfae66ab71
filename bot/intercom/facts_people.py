"""What the bot knows of Intercom, as plain values: people, companies, teams, tickets, notifications.

The same rules as in `facts`: ids are strings, instants aware UTC, absent is None or empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.intercom.facts import ConversationFacts, PartFacts


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """A customer. `role` is user, lead or unknown.

    Notifications and searches tell at most ten of `company_ids`, and say with `more_companies` that there are
    others; a contact that was read by itself has all of them.
    `merged`: the ids of contacts that were merged into this one; webhooks and searches do not tell them.
    """

    id: str
    external_id: str | None = None
    role: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    company_ids: tuple[str, ...] = ()
    owner_id: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    signed_up_at: datetime | None = None
    last_seen_at: datetime | None = None
    custom_attributes: Mapping[str, Any] = field(default_factory=dict)
    archived: bool = False
    deleted: bool = False
    merged: tuple[str, ...] = ()
    more_companies: bool = False


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """An account. `company_id` is the id its owner gave it; `monthly_spend` in the workspace's currency."""

    id: str
    company_id: str | None = None
    name: str | None = None
    plan: str | None = None
    monthly_spend: float | None = None
    user_count: int | None = None
    session_count: int | None = None
    last_request_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    custom_attributes: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AdminFacts:
    """A teammate, or a bot that Intercom lists among them."""

    id: str
    name: str | None = None
    email: str | None = None
    away: bool = False
    away_reassign: bool = False
    team_ids: tuple[str, ...] = ()
    has_inbox_seat: bool | None = None
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class TeamFacts:
    id: str
    name: str | None = None
    admin_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tag:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class TicketType:
    """A kind of ticket. `category` is Customer, Back-office or Tracker."""

    id: str
    name: str
    category: str | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Me:
    """Whose token it is, and for which workspace.

    `api_version` is what the answer says it speaks, `told_at` Intercom's own clock when it answered.
    """

    admin: AdminFacts
    app_id: str | None
    app_name: str | None
    region: str | None
    timezone: str | None
    api_version: str | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """A ticket. `ticket_id` is the number people see; `id` is the one the API takes.

    `state` is Intercom's category (submitted, in_progress, waiting_on_customer, resolved), `state_label` the
    team's own word for it; `category` is Customer, Back-office or Tracker.
    """

    id: str
    created_at: datetime
    updated_at: datetime
    ticket_id: str | None = None
    title: str | None = None
    description: str | None = None
    state: str | None = None
    state_label: str | None = None
    category: str | None = None
    type_id: str | None = None
    type_name: str | None = None
    open: bool = True
    is_shared: bool = False
    snoozed_until: datetime | None = None
    admin_assignee_id: str | None = None
    team_assignee_id: str | None = None
    contact_ids: tuple[str, ...] = ()
    company_id: str | None = None
    conversation_ids: tuple[str, ...] = ()
    parts: tuple[PartFacts, ...] = ()
    parts_complete: bool = False
    custom_attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ActivityLog:
    """One line of the workspace's audit log: who changed what."""

    id: str
    at: datetime
    activity_type: str
    description: str | None = None
    admin_id: str | None = None
    admin_name: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


Item = ConversationFacts | ContactFacts | CompanyFacts | AdminFacts | TicketFacts | ActivityLog


@dataclass(frozen=True, slots=True)
class Notification:
    """One delivery of a webhook.

    `id` is None for pings, which are therefore never the same event twice. `item` is None where there is
    nothing to take in: a ping, a deletion, a topic this bot has no use for. `deleted_id` is the id of what a
    `*.deleted` topic says is gone, `item_type` Intercom's word for the kind of thing. `conversation_id` and
    `ticket_id` (the API's) say what it is about even where the item shows neither (a contact attached, a
    call): fetch it. `contact_id` is that of the person who is the item, however little is told of them.
    """

    id: str | None
    topic: str
    app_id: str | None
    created_at: datetime | None
    delivery_attempts: int
    item_type: str | None = None
    item: Item | None = None
    deleted_id: str | None = None
    conversation_id: str | None = None
    ticket_id: str | None = None
    contact_id: str | None = None

    @property
    def is_ping(self) -> bool:
        return self.topic == "ping" or self.item_type == "ping"

    @property
    def deleted_conversation_id(self) -> str | None:
        return self.deleted_id if self.topic.startswith("conversation.") else None
