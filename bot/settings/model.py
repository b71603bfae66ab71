"""What watchbell.toml says, as values. Checked by the readers beside this module, immutable afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.durations import DAY, MINUTE, Duration
from bot.settings.claims import ClaimsConfig
from bot.settings.mailbox import MailboxConfig
from bot.settings.spreading import SpreadingConfig


class ClockName(StrEnum):
    """The promises a policy can make. The values are the keys of watchbell.toml."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"
    TOTAL_RESOLUTION = "total_resolution"
    PERIODIC_UPDATE = "periodic_update"


class PauseState(StrEnum):
    """States of a conversation in which a clock may stand still."""

    SNOOZED = "snoozed"
    WAITING_ON_CUSTOMER = "waiting_on_customer"
    CLOSED = "closed"


class Closing(StrEnum):
    """When a promise is due whose working time is used up exactly at closing time."""

    NEXT_OPEN = "next_open"
    AT_CLOSE = "at_close"


class Stop(StrEnum):
    """What ends an escalation, beside an answer, which always does."""

    CLAIM = "claim"
    SNOOZE = "snooze"


CHANNELS = ("chat", "email", "whatsapp", "sms", "phone", "social", "other")
PRIORITIES = ("none", "low", "medium", "high", "urgent")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

RESOLUTION_PAUSES = (PauseState.SNOOZED, PauseState.WAITING_ON_CUSTOMER)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Opening hours within one day, in minutes of local wall time; 1440 is the end of the day."""

    opens: int
    closes: int

    def __str__(self) -> str:
        return f"{self.opens // 60:02}:{self.opens % 60:02}-{self.closes // 60:02}:{self.closes % 60:02}"


Spans = tuple[Span, ...]
FULL_DAY: Spans = (Span(0, DAY // MINUTE),)
CLOSED_WEEK: tuple[Spans, ...] = ((),) * 7


@dataclass(frozen=True, slots=True)
class CalendarConfig:
    """One [calendars.<name>]: working hours in a zone, before they are compiled into a table.

    `weekly` runs from Monday to Sunday. `overrides` replace a date's hours; `breaks` and all kinds of
    holidays are taken away afterwards, from overrides too. `always` is round the clock without any of them.
    """

    name: str
    zone: str
    weekly: tuple[Spans, ...] = CLOSED_WEEK
    country: str | None = None
    subdivision: str | None = None
    extra_holidays: tuple[date, ...] = ()
    annual_holidays: tuple[tuple[int, int], ...] = ()
    overrides: tuple[tuple[date, Spans], ...] = ()
    breaks: tuple[tuple[date, Spans], ...] = ()
    always: bool = False
    due_at_closing: Closing = Closing.NEXT_OPEN
    label: str = ""

    @property
    def title(self) -> str:
        """How the hours are called in a sentence: "Berlin hours", "round the clock"."""
        if self.label:
            return self.label
        if self.always or (set(self.weekly) == {FULL_DAY} and not self.country and not self.extra_holidays):
            return "round the clock"
        return f"{_titled(self.name)} hours"


@dataclass(frozen=True, slots=True)
class Match:
    """The conditions of a policy: all that are given must hold, and of a list one value is enough."""

    plan: tuple[str, ...] = ()
    segment: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    priority: tuple[str, ...] = ()
    account: tuple[str, ...] = ()
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    spend_from: float | None = None
    risk_from: int | None = None
    trial_ends_within: int | None = None
    """Seconds of plain time."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One [[policies]]: what is promised to the conversations it matches, and what counts as keeping it."""

    name: str
    calendar: str
    match: Match = Match()
    first_response: Duration | None = None
    next_response: Duration | None = None
    resolution: Duration | None = None
    total_resolution: Duration | None = None
    periodic_update: Duration | None = None
    warn: tuple[Duration, ...] = ()
    pause_on: tuple[tuple[ClockName, tuple[PauseState, ...]], ...] = ()
    note_counts: bool = False
    bot_counts: bool = False
    fin_counts: bool = False
    close_counts: bool = False
    credit_pauses: bool = True
    next_response_from_start: bool = False
    escalation: str | None = None
    """Name of one of the [[escalations]]; None: nobody is called after the deadline itself."""

    @property
    def title(self) -> str:
        return _titled(self.name)

    def target(self, clock: ClockName) -> Duration | None:
        """What the policy promises on this clock, None if nothing."""
        found: Duration | None = getattr(self, clock.value)
        return found

    def pauses(self, clock: ClockName) -> tuple[PauseState, ...]:
        """The states in which this clock stands still.

        A policy that says nothing lets reply clocks run on and stops resolution clocks while the conversation
        is snoozed or waits on the customer.
        """
        for name, states in self.pause_on:
            if name is clock:
                return states
        if clock in (ClockName.RESOLUTION, ClockName.TOTAL_RESOLUTION):
            return RESOLUTION_PAUSES
        return ()


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """Who is told when a promise stays broken. Times are seconds after the deadline.

    `tell` holds "assignee", "leads", "owner" (the account's), channels, user groups ("@handle") and people.
    It is told `times` times, `every` so many seconds. With `in_hours` the seconds are working time of the
    policy's calendar, so it is told in its hours only; without they are plain time.
    """

    after: int
    tell: tuple[str, ...]
    times: int = 1
    every: int = 0
    in_hours: bool = True


@dataclass(frozen=True, slots=True)
class Escalation:
    """One [[escalations]]: the steps after a deadline that passed, in order of time."""

    name: str
    steps: tuple[EscalationStep, ...]
    stopped_by: tuple[Stop, ...] = (Stop.CLAIM, Stop.SNOOZE)


@dataclass(frozen=True, slots=True)
class Route:
    """One [[routes]]: of the conversations it matches, alerts stand in `channel`, and the threads of their
    accounts in `accounts`. It has one of the two at least; the first match that has it counts.
    """

    name: str
    channel: str = ""
    accounts: str = ""
    match: Match = Match()


@dataclass(frozen=True, slots=True)
class Digest:
    """One [[digests]]: what is open, told at each of `at` on `weekdays` (Monday = 0) in `zone`.

    `to` is a channel, or "owners" for a message to each linked rep about what is theirs. `limit` accounts are
    named; of the conversations only those that `match` counts.
    """

    name: str
    to: str
    at: tuple[time, ...]
    weekdays: tuple[int, ...]
    zone: str
    limit: int = 8
    match: Match = Match()


@dataclass(frozen=True, slots=True)
class AlertsConfig:
    """[alerts]: when alerts may speak, and how many at once.

    `hours` names a calendar; outside it nothing is posted and everything recorded. More than `burst` alerts
    in one channel within `burst_within` seconds become one message; 0 keeps them apart.
    """

    hours: str | None = None
    burst: int = 12
    burst_within: int = MINUTE


@dataclass(frozen=True, slots=True)
class WorkspaceConfig:
    name: str
    timezone: str
    intercom_app: str
    currency: str = ""
    """Sign or code that stands before amounts of money."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class ChannelsConfig:
    """Channel names with their "#", or channel ids."""

    alerts: str
    accounts: str
    monday: str


@dataclass(frozen=True, slots=True)
class PeopleConfig:
    """E-mail addresses or Slack user ids."""

    leads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountsConfig:
    """Names of the custom attributes of an Intercom company, and how often its thread speaks.

    A thread gets a new message at most every `new_message_every` seconds of plain time; edits are free.
    `public_domains` are domains at which people of several companies have mailboxes, beside the known ones.
    """

    renewal_attribute: str = "renewal_on"
    trial_ends_attribute: str = "trial_ends_on"
    owner_attribute: str = "owner"
    segment_attribute: str = "segment"
    new_message_every: int = 5 * MINUTE
    public_domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MondayConfig:
    """The weekly summary, in the workspace's zone. `weekday` counts from Monday = 0."""

    weekday: int = 0
    at: time = time(8, 30)
    limit: int = 5
    due_by: time = time(10, 0)


@dataclass(frozen=True, slots=True)
class RiskConfig:
    """Lengths are seconds of plain time."""

    renewal_within: int = 30 * DAY
    trial_ends_within: int = 3 * DAY
    quiet_after: int = 14 * DAY
    csat_at_most: int = 3
    csat_within: int = 60 * DAY
    reopens_from: int = 1


@dataclass(frozen=True, slots=True)
class SweepConfig:
    """Seconds of plain time."""

    every: int = MINUTE
    overlap: int = 10 * MINUTE


@dataclass(frozen=True, slots=True)
class RetentionConfig:
    """How long what is no longer needed is kept, in seconds of plain time.

    The defaults follow "bodies only until they are applied, and a week" and Intercom's seven days of retries:
    a delivery's id outlives the eight days in which a replay of it would still be taken.
    """

    webhooks: int = 7 * DAY
    receipts: int = 30 * DAY
    messages: int = 30 * DAY
    conversations: int = 365 * DAY
    activity: int = 30 * DAY
    risk: int = 365 * DAY
    audit: int | None = None
    """None: for ever."""


@dataclass(frozen=True, slots=True)
class Config:
    """The whole of watchbell.toml."""

    workspace: WorkspaceConfig
    channels: ChannelsConfig
    calendars: tuple[CalendarConfig, ...]
    policies: tuple[Policy, ...]
    people: PeopleConfig = field(default_factory=PeopleConfig)
    accounts: AccountsConfig = field(default_factory=AccountsConfig)
    monday: MondayConfig = field(default_factory=MondayConfig)
    risk: RiskConfig = field(default_factory=RiskConfig)
    claims: ClaimsConfig = field(default_factory=ClaimsConfig)
    sweep: SweepConfig = field(default_factory=SweepConfig)
    retention: RetentionConfig = field(default_factory=RetentionConfig)
    alerts: AlertsConfig = field(default_factory=AlertsConfig)
    mailbox: MailboxConfig = field(default_factory=MailboxConfig)
    routes: tuple[Route, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    digests: tuple[Digest, ...] = ()
    spreading: SpreadingConfig = field(default_factory=SpreadingConfig)


def _titled(name: str) -> str:
    words = name.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]
