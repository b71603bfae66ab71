"""Plain values that several cards show.

Instants are aware UTC; a `zone` (IANA name) serves plain fallbacks and the question what "today" is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Clock(StrEnum):
    """Which promise is meant."""

    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    RESOLUTION = "resolution"
    TOTAL_RESOLUTION = "total_resolution"
    UPDATE = "update"

    @property
    def is_reply(self) -> bool:
        """Whether an answer keeps it."""
        return self in (Clock.FIRST_REPLY, Clock.NEXT_REPLY)


class RiskLevel(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True)
class Account:
    """Who pays. None means not known. `monthly_spend` is in units of `currency` (a sign or a code).

    `users` is how many of their people Intercom knows, `sessions` how often these came in all, `last_seen`
    when one of them was there last.
    """

    id: str
    name: str
    plan: str | None = None
    monthly_spend: float | None = None
    currency: str = ""
    renews_on: date | None = None
    trial_ends_on: date | None = None
    owner: str | None = None
    users: int | None = None
    sessions: int | None = None
    last_seen: datetime | None = None


@dataclass(frozen=True)
class Due:
    """A promised reply: when, and how many seconds are left on its clock (negative: late).

    `seconds_left` counts working time when `working_time` is set, so it may differ from `at` minus now.
    `paused`: it is late, and gets no later for now.
    """

    clock: Clock
    at: datetime
    seconds_left: int
    working_time: bool = False
    paused: bool = False


@dataclass(frozen=True)
class Said:
    """One message of a conversation. `by` is a name; `kind`: customer, rep, note, bot, phone (of a call).

    `waiting`: the customer's, and nobody has answered it. `quoted`: mails that it quotes were left out.
    """

    by: str
    words: str
    at: datetime
    kind: str = "customer"
    waiting: bool = False
    quoted: bool = False


@dataclass(frozen=True)
class ConversationLine:
    """A conversation in one line. `id` is what the buttons carry; `channel` is Intercom's source type.

    `owner_away`: who has it is away, so it is on offer all the same.
    """

    id: str
    contact: str
    channel: str
    account: str | None = None
    due: Due | None = None
    waiting_since: datetime | None = None
    owner: str | None = None
    words: str = ""
    state: str = "open"
    snoozed_until: datetime | None = None
    url: str | None = None
    owner_away: bool = False

    @property
    def free(self) -> bool:
        """Nobody has it, or somebody who is away: it can be claimed while it is not closed."""
        return self.owner is None or self.owner_away


@dataclass(frozen=True)
class Risk:
    """`score` is 0-100; `change` is against a week ago, None when there was no score then."""

    level: RiskLevel
    score: int
    change: int | None = None


@dataclass(frozen=True)
class AtRisk:
    """An account that may leave. Each reason is a finished phrase with its number and baseline.

    `unclaimed` are those of its open conversations that can be claimed.
    """

    account: Account
    risk: Risk
    reasons: tuple[str, ...]
    open_conversations: int = 0
    unclaimed: int = 0


@dataclass(frozen=True)
class Better:
    """An account whose risk fell, and what changed."""

    account: str
    before: int
    after: int
    reason: str


@dataclass(frozen=True)
class NotKnown:
    """A fact that is missing, and since when its source has been quiet.

    `accounts` says for how many; None where only one is spoken of, or none.
    """

    what: str
    accounts: int | None
    source: str
    last_seen: datetime | None


@dataclass(frozen=True)
class LastRead:
    """When Intercom was last read to the end, on a card whose facts are older than usual. None: never yet."""

    at: datetime | None


@dataclass(frozen=True)
class Silent:
    """An outbound sequence that stopped. `usual_a_day` is its baseline. None there and in `people_due` is not
    known."""

    name: str
    last_sent: datetime | None
    usual_a_day: float | None
    people_due: int | None = None
    paused_at: datetime | None = None
    paused_by: str | None = None
