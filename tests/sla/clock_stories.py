"""A working week, an office and its policies, and the clocks of a story told in minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.durations import parse
from bot.settings.model import CalendarConfig, ClockName, Match, Policy, Span
from bot.sla.calendar import Calendar
from bot.sla.clock import ClockState, clocks
from bot.sla.history import ConversationHistory, Event, EventKind, StartedBy
from bot.sla.policy import Matched

MINUTE = timedelta(minutes=1)
SATURDAY = datetime(2026, 11, 21, 13, 2, tzinfo=UTC)  # 14:02 in Berlin
MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # 08:00 in Berlin
DAY = (Span(480, 1080),)
OFFICE = CalendarConfig(name="berlin", zone="Europe/Berlin", weekly=(DAY,) * 5 + ((), ()))
BERLIN = Calendar(OFFICE)
POLICY = Policy(
    name="enterprise",
    calendar="berlin",
    match=Match(plan=("Enterprise",)),
    first_response=parse("30m"),
    next_response=parse("1h"),
    warn=(parse("15m"),),
)
RESOLVE = replace(POLICY, resolution=parse("4h"), total_resolution=parse("6h"))
K = EventKind


def told(
    *events: tuple[int, EventKind] | Event,
    now: int,
    policy: Policy = POLICY,
    start: datetime = MONDAY,
    by: StartedBy = StartedBy.CUSTOMER,
    calendar: Calendar = BERLIN,
) -> list[ClockState]:
    """The clocks `now` minutes after the start, with events as minutes after the start."""
    happened = tuple(
        event if isinstance(event, Event) else Event(start + event[0] * MINUTE, event[1]) for event in events
    )
    history = ConversationHistory(start, by, happened)
    return list(clocks(history, Matched(policy, "plan is Enterprise"), calendar, start + now * MINUTE))


def only(states: list[ClockState], name: ClockName) -> ClockState:
    found = [state for state in states if state.name is name]
    assert len(found) == 1
    return found[0]
