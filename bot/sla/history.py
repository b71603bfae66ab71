"""What happened in a conversation, as far as promises are concerned: what the clocks are computed from.

Whoever reads the facts turns Intercom's parts into these events; everything that is neither a message nor a
change of state is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    """What an event means for the clocks."""

    CUSTOMER_MESSAGE = "customer_message"
    TEAMMATE_REPLY = "teammate_reply"
    NOTE = "note"
    BOT_REPLY = "bot_reply"
    FIN_REPLY = "fin_reply"
    SNOOZED = "snoozed"
    UNSNOOZED = "unsnoozed"
    WAITING_ON_CUSTOMER = "waiting_on_customer"
    CLOSED = "closed"
    OPENED = "opened"
    """Back in the team's hands: ends a close, a snooze and waiting on the customer."""
    ASSIGNED = "assigned"
    MERGED_AWAY = "merged_away"
    """This conversation was merged into another one and is over."""
    MERGED_IN = "merged_in"
    """Another conversation was merged into this one; `waiting_since` is its oldest unanswered message."""
    NO_ANSWER_NEEDED = "no_answer_needed"
    """A teammate said that the waiting message needs no answer; `waiting_since` is the newest that they could
    know of, None: all that came before."""


class StartedBy(StrEnum):
    """Who wrote first."""

    CUSTOMER = "customer"
    TEAMMATE = "teammate"
    AUTOMATION = "automation"


@dataclass(frozen=True, slots=True)
class Event:
    """One event at an aware instant. `until` belongs to SNOOZED (None: until somebody ends it)."""

    at: datetime
    kind: EventKind
    until: datetime | None = None
    waiting_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ConversationHistory:
    """A conversation's events, in any order: the clocks sort them by instant, keeping the order of ties.

    With `started_by` CUSTOMER the creation is the first message; it may be repeated as an event.
    """

    created_at: datetime
    started_by: StartedBy = StartedBy.CUSTOMER
    events: tuple[Event, ...] = ()
