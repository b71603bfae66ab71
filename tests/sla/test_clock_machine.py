"""Whatever happens to a conversation: recomputing from scratch equals counting along, minute by minute."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.durations import Duration
from bot.settings.model import CalendarConfig, ClockName, PauseState, Policy, Span
from bot.sla.calendar import Calendar
from bot.sla.clock import ClockState, State, clocks
from bot.sla.episodes import Ending
from bot.sla.history import ConversationHistory, Event, EventKind, StartedBy
from bot.sla.policy import Matched

MINUTE = timedelta(minutes=1)
BEGIN = datetime(2026, 10, 23, 9, 30, tzinfo=UTC)  # a Friday before the clocks change
DAY = (Span(540, 720), Span(780, 1020))
CALENDARS = (
    Calendar(CalendarConfig(name="office", zone="Europe/Berlin", weekly=(DAY,) * 7)),
    Calendar(CalendarConfig(name="always", zone="UTC", always=True)),
)
FIRST, NEXT, RESOLUTION, TOTAL = (
    ClockName.FIRST_RESPONSE,
    ClockName.NEXT_RESPONSE,
    ClockName.RESOLUTION,
    ClockName.TOTAL_RESOLUTION,
)
PROMISES = Policy(
    name="all",
    calendar="any",
    first_response=Duration(40 * 60),
    next_response=Duration(90 * 60),
    resolution=Duration(300 * 60),
    total_resolution=Duration(400 * 60),
    warn=(Duration(20 * 60), Duration(10 * 60)),
)
POLICIES = (
    PROMISES,
    replace(PROMISES, pause_on=tuple((clock, (PauseState.SNOOZED,)) for clock in ClockName)),
    replace(PROMISES, pause_on=tuple((clock, tuple(PauseState)) for clock in ClockName)),
    replace(PROMISES, note_counts=True, bot_counts=True, fin_counts=True, close_counts=True),
)


@dataclass
class Counter:
    """One clock as somebody with a stop-watch would keep it."""

    seconds: int = 0
    running: bool = True
    resumable: bool = False


class Conversation(RuleBasedStateMachine):
    """Events come a minute or more apart; the stop-watches advance minute by minute in between."""

    @initialize(
        policy=st.sampled_from(POLICIES),
        calendar=st.sampled_from(CALENDARS),
        started_by=st.sampled_from(StartedBy),
    )
    def begin(self, policy: Policy, calendar: Calendar, started_by: StartedBy) -> None:
        self.policy, self.calendar, self.started_by = policy, calendar, started_by
        self.now = BEGIN
        self.events: list[Event] = []
        self.counters: dict[ClockName, Counter] = {}
        self.closed = self.waiting = self.snoozed = False
        self.until: datetime | None = None
        self.answered = started_by is StartedBy.TEAMMATE
        self.elapsed: dict[str, int] = {}
        self.final: dict[str, ClockState] = {}
        if started_by is not StartedBy.AUTOMATION:
            self._begin(RESOLUTION, TOTAL)
        if started_by is StartedBy.CUSTOMER:
            self._begin(FIRST)

    # what happens -------------------------------------------------------------------------------------

    @rule(minutes=st.integers(1, 240))
    def time_passes(self, minutes: int) -> None:
        for _ in range(minutes):
            self._tick()

    @rule()
    def customer_writes(self) -> None:
        self._happens(EventKind.CUSTOMER_MESSAGE)
        for clock in (FIRST, NEXT):
            if clock in self.counters and self.counters[clock].resumable and not self._resumes(clock):
                self.counters[clock].resumable = False
                self.answered = self.answered or clock is FIRST
        self._reopen()
        self.waiting = self.snoozed = False
        if RESOLUTION not in self.counters:
            self._begin(RESOLUTION, TOTAL)
        clock = NEXT if self.answered else FIRST
        if clock not in self.counters or not self.counters[clock].running:
            self._begin(clock)

    @rule()
    def teammate_answers(self) -> None:
        self._happens(EventKind.TEAMMATE_REPLY)
        self._answer()

    @rule()
    def note_is_written(self) -> None:
        self._happens(EventKind.NOTE)
        if self.policy.note_counts:
            self._answer()

    @rule()
    def bot_answers(self) -> None:
        self._happens(EventKind.BOT_REPLY)
        if self.policy.bot_counts:
            self._answer()

    @rule()
    def fin_answers(self) -> None:
        self._happens(EventKind.FIN_REPLY)
        if self.policy.fin_counts:
            self._answer()

    @rule(minutes=st.none() | st.integers(1, 600))
    def snooze(self, minutes: int | None) -> None:
        self._tick()
        until = None if minutes is None else self.now + minutes * MINUTE
        self.events.append(Event(self.now, EventKind.SNOOZED, until=until))
        self._reopen()
        self.snoozed, self.until = True, until

    @rule()
    def snooze_is_ended(self) -> None:
        self._happens(EventKind.UNSNOOZED)
        self.snoozed = False

    @rule()
    def customer_has_the_ball(self) -> None:
        self._happens(EventKind.WAITING_ON_CUSTOMER)
        self._reopen()
        self.waiting = True

    @rule()
    def close(self) -> None:
        self._happens(EventKind.CLOSED)
        if self.closed:
            return
        self.closed = True
        self.waiting = self.snoozed = False
        if FIRST in self.counters and self.counters[FIRST].running:
            self.answered = self.policy.close_counts
        for clock, counter in self.counters.items():
            answered = clock in (FIRST, NEXT) and self.policy.close_counts
            goes_on = clock in (FIRST, NEXT) or self._resumes(clock)
            counter.resumable = counter.running and goes_on and not answered
            counter.running = False

    @rule()
    @precondition(lambda self: self.closed or self.snoozed or self.waiting)
    def open(self) -> None:
        self._happens(EventKind.OPENED)
        self._reopen()
        self.waiting = self.snoozed = False

    @rule()
    def is_assigned(self) -> None:
        self._happens(EventKind.ASSIGNED)

    # the stop-watches ---------------------------------------------------------------------------------

    def _begin(self, *names: ClockName) -> None:
        for name in names:
            self.counters[name] = Counter()

    def _happens(self, kind: EventKind) -> None:
        self._tick()
        self.events.append(Event(self.now, kind))

    def _answer(self) -> None:
        self.answered = True
        for clock in (FIRST, NEXT):
            if clock in self.counters:
                self.counters[clock].running = self.counters[clock].resumable = False

    def _reopen(self) -> None:
        self.closed = False
        for counter in self.counters.values():
            counter.running, counter.resumable = counter.running or counter.resumable, False

    def _resumes(self, clock: ClockName) -> bool:
        return clock is TOTAL or PauseState.CLOSED in self.policy.pauses(clock)

    def _tick(self) -> None:
        for clock, counter in self.counters.items():
            states = self.policy.pauses(clock)
            paused = (self.snoozed and PauseState.SNOOZED in states) or (
                self.waiting and PauseState.WAITING_ON_CUSTOMER in states
            )
            if counter.running and not paused and self.calendar.is_open(self.now):
                counter.seconds += 60
        self.now += MINUTE
        if self.snoozed and self.until is not None and self.until <= self.now:
            self.snoozed = False

    # what must hold -----------------------------------------------------------------------------------

    def _states(self, order: int = 1) -> tuple[ClockState, ...]:
        history = ConversationHistory(BEGIN, self.started_by, tuple(self.events[::order]))
        return clocks(history, Matched(self.policy, "every conversation"), self.calendar, self.now)

    @invariant()
    def recomputing_equals_counting_along(self) -> None:
        last = {state.name: state for state in self._states()}
        assert set(last) == set(self.counters)
        for name, counter in self.counters.items():
            assert (last[name].elapsed_seconds, last[name].running) == (counter.seconds, counter.running), (
                name
            )

    @invariant()
    def the_order_of_arrival_does_not_matter(self) -> None:
        assert self._states(order=-1) == self._states()

    @invariant()
    def no_clock_runs_while_closed(self) -> None:
        assert not (self.closed and any(state.running for state in self._states()))

    @invariant()
    def elapsed_never_decreases(self) -> None:
        for state in self._states():
            assert state.elapsed_seconds >= self.elapsed.get(state.episode, 0)
            self.elapsed[state.episode] = state.elapsed_seconds

    @invariant()
    def what_is_over_stays_as_it_was(self) -> None:
        for state in self._states():
            if not state.running and not self._resumes(state.name) and state.ending is not Ending.CLOSED:
                told = replace(state, as_of=BEGIN)
                assert self.final.setdefault(state.episode, told) == told

    @invariant()
    def the_state_follows_from_the_deadline(self) -> None:
        for state in self._states():
            end = state.stopped_at or self.now
            late = state.due_at is not None and (
                end > state.due_at if state.stopped_at else end >= state.due_at
            )
            assert (state.state is State.BREACHED) == late
            assert state.late_by_seconds == max(0, state.elapsed_seconds - state.target_seconds)
            if state.next_change_at is not None:
                assert state.running
                assert state.next_change_at > self.now


TestConversation = Conversation.TestCase
TestConversation.settings = settings(
    max_examples=int(os.environ.get("WATCHBELL_EXAMPLES", "60")) // 2 or 1,
    stateful_step_count=30,
    deadline=None,
)
