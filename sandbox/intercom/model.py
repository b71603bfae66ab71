"""What an Intercom workspace holds. Every instant is Intercom's own unit: whole unix seconds, UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["open", "snoozed", "closed"]
AuthorType = Literal["user", "lead", "admin", "bot", "team"]

TicketState = Literal["submitted", "in_progress", "waiting_on_customer", "resolved"]

Assignment = tuple[Literal["admin", "team"], str | None]
"""Which of the two assignees an assignment sets, and to whom (None: nobody)."""

# The part types in which Intercom carries words. A body in one of them was read by the customer, whether an
# admin, a bot or a contact wrote it: the first reply of an admin is an `assignment` with a body, a customer
# who answers a closed conversation makes an `open` with a body (both as captured or published).
PUBLIC_PART_TYPES = frozenset(
    {"comment", "quick_reply", "assignment", "assign_and_reopen", "assign_and_unsnooze", "open", "close"}
)


@dataclass(frozen=True)
class Author:
    """Who wrote a part, as it was at that moment."""

    type: AuthorType
    id: str
    name: str | None = None
    email: str = ""
    from_ai_agent: bool = False
    is_ai_answer: bool = False


@dataclass
class Admin:
    id: str
    name: str
    email: str
    job_title: str = ""
    away: bool = False
    away_reassign: bool = False
    away_status_reason_id: int | None = None
    team_ids: list[str] = field(default_factory=list)
    avatar: str | None = None
    has_inbox_seat: bool = True


@dataclass(frozen=True)
class Team:
    id: str
    name: str
    admin_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tag:
    id: str
    name: str


@dataclass(frozen=True)
class AppliedTag:
    """A tag on a conversation: since when, and by which admin (None: by a rule)."""

    tag: Tag
    at: int
    admin_id: str | None


@dataclass
class Company:
    id: str
    company_id: str
    name: str
    plan: str | None = None
    monthly_spend: int = 0
    user_count: int = 0
    session_count: int = 0
    last_request_at: int | None = None
    created_at: int = 0
    updated_at: int = 0
    size: int | None = None
    website: str | None = None
    industry: str | None = None
    custom_attributes: dict[str, Any] = field(default_factory=dict)
    segment_ids: list[str] = field(default_factory=list)
    tag_ids: list[str] = field(default_factory=list)


@dataclass
class Contact:
    id: str
    external_id: str | None
    role: Literal["user", "lead"]
    name: str | None
    email: str
    phone: str | None = None
    company_ids: list[str] = field(default_factory=list)
    created_at: int = 0
    updated_at: int = 0
    signed_up_at: int | None = None
    last_seen_at: int | None = None
    last_replied_at: int | None = None
    last_contacted_at: int | None = None
    session_count: int = 0
    avatar: str | None = None
    custom_attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class MergedContact:
    """A contact that was merged into another one (`into`) and is gone."""

    id: str
    role: Literal["user", "lead"]
    into: str
    at: int


@dataclass(frozen=True)
class Segment:
    id: str
    name: str
    created_at: int
    person_type: Literal["contact", "user"] = "contact"


@dataclass
class Article:
    id: str
    title: str
    body: str
    author_id: str
    created_at: int
    description: str | None = None
    state: Literal["published", "draft"] = "published"


@dataclass(frozen=True)
class ActivityLog:
    """One line of the workspace's audit log."""

    id: str
    at: int
    admin_id: str
    activity_type: str
    metadata: dict[str, Any] = field(default_factory=dict)
    description: str = ""


@dataclass(frozen=True)
class TicketType:
    id: str
    name: str
    description: str
    created_at: int
    category: Literal["Customer", "Back-office", "Tracker"] = "Customer"


@dataclass(frozen=True)
class Rating:
    """What the customer gave: `score` 1 to 5, when it was asked for and when it was given."""

    score: int
    remark: str
    requested_at: int
    at: int
    contact_id: str
    admin_id: str | None


@dataclass
class Part:
    """One entry of a conversation's story."""

    id: str
    part_type: str
    author: Author
    at: int
    body: str | None = None
    assigned_to: Assignment | None = None
    state: State = "open"
    redacted: bool = False
    attachments: list[dict[str, Any]] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    event_details: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    snoozed_until: int | None = None
    """Only on a part that snoozes."""

    @property
    def is_public(self) -> bool:
        """Whether the customer can read words in it."""
        return self.body is not None and self.part_type in PUBLIC_PART_TYPES

    @property
    def by_contact(self) -> bool:
        return self.author.type in ("user", "lead")

    @property
    def by_admin(self) -> bool:
        return self.author.type == "admin"


@dataclass
class Statistics:
    """The clock readings Intercom keeps for a conversation: `*_at` unix seconds, `time_to_*` seconds."""

    first_contact_reply_at: int | None = None
    first_assignment_at: int | None = None
    first_admin_reply_at: int | None = None
    first_close_at: int | None = None
    last_assignment_at: int | None = None
    last_assignment_admin_reply_at: int | None = None
    last_contact_reply_at: int | None = None
    last_admin_reply_at: int | None = None
    last_close_at: int | None = None
    last_closed_by_id: str | None = None
    time_to_assignment: int | None = None
    time_to_admin_reply: int | None = None
    time_to_first_close: int | None = None
    time_to_last_close: int | None = None
    median_time_to_reply: int | None = None
    count_reopens: int = 0
    count_assignments: int = 0
    count_conversation_parts: int = 1
    """The opening message counts, so it is one more than the parts listed."""
    handling_time: int | None = None
    team_first_response: list[tuple[str, int]] = field(default_factory=list)
    """(team id, seconds from the team's assignment to the first admin reply)"""
    reply_times: list[int] = field(default_factory=list)
    """Seconds from the start of each wait to the admin's reply; what the median is taken of."""


@dataclass
class Conversation:
    """A conversation: its opening message, its parts, and what the parts have made of it so far."""

    id: str
    created_at: int
    channel: str
    delivered_as: str
    source_id: str
    body: str
    author: Author
    contact_ids: list[str]
    subject: str = ""
    url: str | None = None
    title: str | None = None
    company_id: str | None = None
    priority: Literal["priority", "not_priority"] = "not_priority"
    source_redacted: bool = False
    attachments: list[dict[str, Any]] = field(default_factory=list)
    custom_attributes: dict[str, Any] = field(default_factory=dict)
    sla_applied: dict[str, Any] | None = None
    ticket_ids: list[str] = field(default_factory=list)
    """The ticket it was made, and those that others linked with it."""
    # What the parts make of it (life.py), never set from elsewhere:
    parts: list[Part] = field(default_factory=list)
    updated_at: int = 0
    state: State = "open"
    snoozed_until: int | None = None
    read: bool = False
    """Whether the customer has seen everything written to them (so it is in the captures)."""
    waiting_since: int | None = None
    waiting_from: int | None = None
    """When the present wait began: the first contact message that no admin answered yet."""
    admin_assignee_id: str | None = None
    team_assignee_id: str | None = None
    teammate_ids: list[str] = field(default_factory=list)
    tags: dict[str, AppliedTag] = field(default_factory=dict)
    rating: Rating | None = None
    ai_agent_participated: bool = False
    ai_agent: dict[str, Any] | None = None
    statistics: Statistics = field(default_factory=Statistics)

    @property
    def open(self) -> bool:
        """A snoozed conversation counts as open (seen in the captures)."""
        return self.state != "closed"


@dataclass
class Ticket:
    """A ticket. `id` is the API's, `number` what the Inbox shows.

    `story` is what was said and done in it: the conversation it was made of, or, of a ticket that was filed
    as one, a story of its own that no list of conversations has. `linked_ids`: conversations it names.
    """

    id: str
    number: str
    type: TicketType
    story: Conversation
    attributes: dict[str, Any]
    changed_at: int
    state: TicketState = "submitted"
    moves: list[Part] = field(default_factory=list)
    linked_ids: list[str] = field(default_factory=list)

    @property
    def updated_at(self) -> int:
        return max(self.changed_at, self.story.updated_at)

    @property
    def open(self) -> bool:
        return self.story.open and self.state != "resolved"


@dataclass
class Workspace:
    """Everything one workspace holds, by id."""

    app_id: str
    name: str = "Sandbox"
    timezone: str = "UTC"
    region: str = "US"
    created_at: int = 0
    admins: dict[str, Admin] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    companies: dict[str, Company] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    merged: dict[str, MergedContact] = field(default_factory=dict)
    segments: dict[str, Segment] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)
    office_hours: list[dict[str, Any]] = field(default_factory=list)
    """Schedules as API 2.16 shows them, each with its `exceptions`."""
    macros: list[dict[str, Any]] = field(default_factory=list)
    """Saved replies as API 2.16 shows them."""
    conversations: dict[str, Conversation] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    tickets_apart: bool = False
    """Whether a conversation becomes a ticket with another id that names it. Published examples and a capture
    say that it keeps its own; nobody says so outright."""
    search_lag: int = 0
    """Seconds until a search for conversations knows of a change. Intercom says of none how long it takes."""
    tickets_stay_snoozed: bool = False
    """Whether a snoozed ticket that is to be opened stays snoozed. Nobody says which it is."""
    ticket_types: dict[str, TicketType] = field(default_factory=dict)
    activity_logs: list[ActivityLog] = field(default_factory=list)
    snoozes: list[tuple[int, str]] = field(default_factory=list)
    """A heap of (snoozed_until, conversation id); an entry may be out of date."""
    next_id: int = 36_900_000_001
    """What the next part, message or ticket is called."""

    def new_contact_id(self) -> str:
        """What the next contact is called: 24 hexadecimal digits."""
        return f"{int(self.new_id()):024x}"

    def new_id(self) -> str:
        given, self.next_id = self.next_id, self.next_id + 7
        return str(given)

    def story(self, id_: str) -> Conversation | None:
        """The conversation with this id, or what was said and done in the ticket that has it."""
        if id_ not in self.conversations and id_ in self.tickets:
            return self.tickets[id_].story
        return self.conversations.get(id_)

    @property
    def fin(self) -> Author:
        """The workspace's own bot."""
        return Author("bot", "8412071", "Fin", f"operator+{self.app_id}@example.com")
