"""What is known about one account when its risk is judged: plain values, nothing looked up.

`None` always means "not known", never zero: a score lists what it could not know instead of taking silence
for health. All instants are aware UTC; dates are the account's own calendar dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Rating:
    """A conversation rating, 1 (terrible) to 5 (great)."""

    score: int
    at: datetime


@dataclass(frozen=True, slots=True)
class OpenConversation:
    """An open conversation: since when the customer waits, and the customer's own words, oldest first.

    `waiting_since` is None when nobody waits. `texts` and `reopens` are of the last 30 days. `bot_only` says
    that no person of the team has answered yet although a bot has. `issue_id` groups conversations about one
    problem.
    """

    id: str
    waiting_since: datetime | None
    texts: tuple[str, ...] = ()
    bot_only: bool = False
    reopens: int = 0
    issue_id: str | None = None


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """One account's facts.

    `spend` is per month in `currency`. `messages_30d` and `messages_90d` count what the customer wrote in the
    last 30 and 90 days; the 60 days before the last 30 are the account's own baseline. `sla_misses_30d` and
    `reopens_30d` count over 30 days; `late_for_longer` are replies that were due before and are still not
    given. `people_same_issue` is the largest number of distinct people of the account reporting one open
    issue, `same_issue_since` its first report. `unanswered_outreach` counts our own messages of the last 90
    days after which nobody there wrote anything, wherever. `recent_texts` are the customer's words of the
    last 30 days in conversations that are not open. `usage_seen_at` is when the source of usage data last
    delivered anything, of any account; `usage_gap` from when to when it delivered nothing, the latest time
    that it was silent for days.
    """

    account_id: str
    name: str
    plan: str | None = None
    spend: float | None = None
    currency: str = "EUR"
    renewal_on: date | None = None
    trial_ends_on: date | None = None
    signed_up_at: datetime | None = None
    user_count: int | None = None
    session_count: int | None = None
    last_seen_at: datetime | None = None
    open_conversations: tuple[OpenConversation, ...] = ()
    messages_30d: int | None = None
    messages_90d: int | None = None
    sla_misses_30d: int | None = None
    late_for_longer: int = 0
    reopens_30d: int | None = None
    ratings: tuple[Rating, ...] | None = None
    people_same_issue: int = 0
    same_issue_since: datetime | None = None
    bot_only_answered: int = 0
    unanswered_outreach: int | None = None
    recent_texts: tuple[str, ...] = ()
    owner: str | None = None
    usage_source: str = "Intercom"
    usage_seen_at: datetime | None = None
    usage_gap: tuple[datetime, datetime] | None = None
