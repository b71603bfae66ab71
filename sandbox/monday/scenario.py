"""What the scenario's files say, as values. All instants are aware UTC; ids are those of Slack and Intercom.

A conversation that begins during the morning has no id yet: it is named `@<name>`, where the event that
begins it `creates` that name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

Json = dict[str, Any]

Deed = Literal[
    "customer_writes",
    "customer_starts",
    "admin_replies_in_intercom",
    "admin_assigns_in_intercom",
    "admin_closes_in_intercom",
    "snooze_ends",
    "link",
    "claim",
    "claim_next",
    "answer",
    "note",
    "snooze",
    "why",
    "account",
    "inbox",
    "atrisk",
]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in Slack. `is_stranger` is from another company, `is_restricted` a guest of this one."""

    id: str
    name: str
    real_name: str
    email: str
    tz: str
    title: str = ""
    is_admin: bool = False
    is_restricted: bool = False
    is_stranger: bool = False
    team_id: str | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """A Slack channel; `shared_team_ids` are the workspaces of a Slack Connect channel."""

    id: str
    name: str
    members: frozenset[str]
    topic: str = ""
    is_archived: bool = False
    is_ext_shared: bool = False
    shared_team_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Usergroup:
    id: str
    handle: str
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A message that was in a channel before the morning began."""

    channel: str
    who: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class SlackCast:
    """The workspace. `seed` holds the team's and the app's ids and tokens, `viewer` who looks at the page."""

    seed: dict[str, str]
    viewer: str
    people: tuple[Person, ...]
    channels: tuple[Channel, ...]
    usergroups: tuple[Usergroup, ...]
    messages: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happens.

    `actor` "world" (customers, and teammates in Intercom itself) happens on the page too; "rep" (`as` a Slack
    user, through Slack) is played by the check only. `who` is a contact's, an admin's or a Slack user's id,
    None where time itself acts. `only_if` holds a world event back unless the conversation is still "waiting"
    for an answer or was "answered": on the page nobody knows what the reps will have done. `expect` names
    why a rep's attempt must fail: "refused" (a guest), "not linked" (no Intercom seat), "taken".
    """

    id: str
    at: datetime
    actor: Literal["world", "rep"]
    do: Deed
    label: str
    who: str | None = None
    conversation: str | None = None
    story: str | None = None
    text: str | None = None
    channel: str | None = None
    creates: str | None = None
    to: str | None = None
    minutes: int | None = None
    query: str | None = None
    only_if: Literal["waiting", "answered"] | None = None
    expect: Literal["refused", "not linked", "taken"] | None = None


@dataclass(frozen=True, slots=True)
class Script:
    events: tuple[Event, ...]

    def of_the_world(self) -> tuple[Event, ...]:
        return tuple(event for event in self.events if event.actor == "world")


@dataclass(frozen=True, slots=True)
class ClockFact:
    """Which promise runs for a conversation at the start.

    `state` is "running", "late", "paused" (snoozed: `due` holds if the snooze ends as planned) or "none"
    (nobody waits, so no policy shows).
    """

    conversation: str
    account: str | None
    policy: str | None
    clock: Literal["first_response", "next_response"] | None
    since: datetime | None
    due: datetime | None
    state: Literal["running", "late", "paused", "none"]
    story: str | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """When an alert is first shown as "warn" or "late"; what was due before the start shows at the start."""

    level: Literal["warn", "late"]
    at: datetime


@dataclass(frozen=True, slots=True)
class Ending:
    """How a clock stopped: the admin answered, or closed the conversation."""

    how: Literal["answered", "closed"]
    at: datetime
    admin: str


@dataclass(frozen=True, slots=True)
class AlertFact:
    """One stretch of waiting that rings; `ends` is None when it still runs at the end."""

    conversation: str
    policy: str
    clock: Literal["first_response", "next_response"]
    since: datetime
    due: datetime
    levels: tuple[Level, ...]
    ends: Ending | None
    story: str | None = None


@dataclass(frozen=True, slots=True)
class ThreadFact:
    """An account's thread: from when it must be there, and which conversations stand under one issue.

    `issues` is a partition as it must be at the end; snoozed conversations in `may_also_show` are allowed.
    """

    account: str
    name: str
    since: datetime
    issues: frozenset[frozenset[str]]
    may_also_show: frozenset[str]


@dataclass(frozen=True, slots=True)
class ClaimFact:
    """A claim that must have been made: one of `any_of`, by the Slack user `who`, as `admin` in Intercom."""

    event: str
    any_of: frozenset[str]
    who: str
    admin: str


@dataclass(frozen=True, slots=True)
class RefusalFact:
    """An attempt that must have failed, see `Event.expect`."""

    event: str
    conversation: str
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class SentFact:
    """A reply that the customer must have got exactly once, through Slack or from Intercom itself."""

    event: str
    conversation: str
    admin: str
    via: Literal["slack", "intercom"]
    text: str


@dataclass(frozen=True, slots=True)
class NoteFact:
    """An internal note that must stand in Intercom and must not have reached the customer."""

    event: str
    conversation: str
    admin: str
    text: str


@dataclass(frozen=True, slots=True)
class SnoozeFact:
    event: str
    conversation: str
    admin: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Named:
    """An account among others of its kind."""

    account: str
    name: str


@dataclass(frozen=True, slots=True)
class AtRisk:
    """An account that must be named; at least `at_least` of its shown reasons are of these `kinds`.

    Kinds: renewal, reopened, bad_rating, leaving, same_issue, late, waiting, trial_ending, low_use.
    """

    account: str
    name: str
    kinds: frozenset[str]
    at_least: int
    because: str


@dataclass(frozen=True, slots=True)
class SilentFact:
    """An outbound sequence that somebody paused: last sent, paused when and by which admin."""

    name: str
    last_sent_at: datetime
    paused_at: datetime
    paused_by: str


@dataclass(frozen=True, slots=True)
class MondayFact:
    """What the summary must say. A clock is late from its due instant on; `due`: later, until `due_by`."""

    at: datetime
    open: int
    snoozed: int
    late: frozenset[str]
    due_by: datetime
    due: frozenset[str]
    waiting_on_customer: frozenset[str]
    limit: int
    must_include: tuple[AtRisk, ...]
    may_include: tuple[Named, ...]
    never: tuple[Named, ...]
    usage_not_known: tuple[Named, ...]
    silent: tuple[SilentFact, ...]


@dataclass(frozen=True, slots=True)
class EndFact:
    """The inbox when the script is over."""

    open: int
    snoozed: frozenset[str]
    closed_this_morning: frozenset[str]
    late: frozenset[str]
    due_soon: frozenset[str]


@dataclass(frozen=True, slots=True)
class Truth:
    """What must come out of the morning when the whole script was played, with the example watchbell.toml."""

    start: datetime
    end: datetime
    tolerance: timedelta
    clocks: tuple[ClockFact, ...]
    alerts: tuple[AlertFact, ...]
    never_alerted: frozenset[str]
    threads: tuple[ThreadFact, ...]
    claims: tuple[ClaimFact, ...]
    refusals: tuple[RefusalFact, ...]
    sent: tuple[SentFact, ...]
    notes: tuple[NoteFact, ...]
    snoozes: tuple[SnoozeFact, ...]
    monday: MondayFact
    at_end: EndFact
    hostile: dict[str, str]


@dataclass(frozen=True, slots=True)
class Monday:
    """The scenario. `intercom` is the compact form that the local Intercom loads."""

    zone: ZoneInfo
    start: datetime
    end: datetime
    slack: SlackCast
    intercom: Json
    script: Script
    truth: Truth
