"""The calls of an escalation, purely: each at its time, once, the nearest after a stop of the bot."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.settings.model import CalendarConfig, Escalation, EscalationStep, Span
from bot.sla.calendar import Calendar
from bot.sla.episodes import Pause
from bot.sla.escalation import Call, armed, calls, due

DAY = (Span(8 * 60, 18 * 60),)
BERLIN = Calendar(CalendarConfig("berlin", "Europe/Berlin", (*[DAY] * 5, (), ())))
LATE_SHIFT = Calendar(CalendarConfig("late", "Europe/Berlin", (*[(Span(10 * 60, 22 * 60),)] * 7,)))
FRIDAY = datetime(2026, 11, 27, 17, 30, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)


def local(call: Call) -> str:
    return f"{call.at.astimezone(ZoneInfo('Europe/Berlin')):%a %H:%M} {call.name}"


def test_steps_in_hours_wait_over_the_weekend_and_steps_in_plain_time_do_not():
    chain = Escalation(
        "urgent",
        (
            EscalationStep(1200, ("leads",)),
            EscalationStep(3600, ("owner",), times=2, every=3600),
            EscalationStep(7200, ("U0LEA",), in_hours=False),
        ),
    )
    assert [local(call) for call in calls(chain, FRIDAY, BERLIN)] == [
        "Fri 17:50 step 1.1",
        "Fri 19:30 step 3.1",
        "Mon 08:30 step 2.1",
        "Mon 09:30 step 2.2",
    ]


def test_while_a_promise_stands_still_no_step_comes_nearer():
    chain = Escalation(
        "urgent",
        (
            EscalationStep(600, ("leads",)),
            EscalationStep(1200, ("owner",)),
            EscalationStep(7200, ("U0LEA",), in_hours=False),
        ),
    )
    before = Pause(FRIDAY - timedelta(hours=3), FRIDAY - timedelta(hours=2))
    snooze = FRIDAY + timedelta(minutes=15)
    until = Pause(snooze, snooze + timedelta(days=4))
    assert [local(call) for call in calls(chain, FRIDAY, BERLIN, pauses=[before, until])] == [
        "Fri 17:40 step 1.1",
        "Tue 17:50 step 2.1",
        "Tue 19:30 step 3.1",
    ]
    assert [local(call) for call in calls(chain, FRIDAY, BERLIN, pauses=[before, Pause(snooze)])] == [
        "Fri 17:40 step 1.1"
    ]


def test_what_falls_outside_the_hours_of_alerts_waits_for_their_opening():
    chain = Escalation(
        "urgent", (EscalationStep(600, ("leads",)), EscalationStep(16 * 3600, ("owner",), in_hours=False))
    )
    assert [local(call) for call in calls(chain, FRIDAY, BERLIN, LATE_SHIFT)] == [
        "Fri 17:40 step 1.1",
        "Sat 10:00 step 2.1",
    ]


def test_after_a_stop_the_nearest_is_called_and_the_others_are_passed_over():
    at = [FRIDAY + timedelta(minutes=minutes) for minutes in (10, 20, 30, 90)]
    planned = [Call(instant, 0, turn) for turn, instant in enumerate(at)]
    found = due(planned, {"step 1.1"}, FRIDAY + timedelta(minutes=45))
    assert found.calls == (planned[2],)
    assert found.passed == (planned[1],)
    assert found.next_at == at[3]


def test_steps_of_one_instant_are_all_called_and_a_step_only_once():
    soon, later = FRIDAY + timedelta(minutes=30), FRIDAY + timedelta(hours=1)
    planned = [Call(soon, 0, 0), Call(later, 0, 1), Call(later, 0, 2), Call(later, 1, 0), Call(later, 2, 0)]
    found = due(planned, {"step 3.1"}, later)
    assert found.calls == (planned[2], planned[3])
    assert found.passed == (planned[0], planned[1])
    assert found.next_at is None


STEPS = st.lists(
    st.builds(
        EscalationStep,
        after=st.integers(0, 3 * 86400),
        tell=st.just(("leads",)),
        times=st.integers(1, 4),
        every=st.integers(60, 40_000),
        in_hours=st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, minutes=st.integers(0, 7 * 24 * 60), quiet=st.booleans())
def test_no_call_is_before_its_time_or_at_a_time_that_is_not_its(steps, minutes, quiet):
    deadline = FRIDAY + timedelta(minutes=minutes)
    speaking = LATE_SHIFT if quiet else None
    planned = calls(Escalation("any", tuple(steps)), deadline, BERLIN, speaking)
    assert len({call.name for call in planned}) == len(planned) == sum(step.times for step in steps)
    for call in planned:
        step = steps[call.step]
        assert call.at >= deadline + timedelta(seconds=step.after + call.turn * step.every)
        if step.in_hours and speaking is None:
            assert BERLIN.is_open(call.at)
        if speaking is not None:
            assert time(10) <= call.at.astimezone(ZoneInfo("Europe/Berlin")).time() < time(22)


class ABotThatStops(RuleBasedStateMachine):
    """Time passes in leaps of any length, a leap being a stop of the bot; what is called is written down."""

    @initialize(steps=STEPS)
    def begin(self, steps):
        self.planned = calls(Escalation("any", tuple(steps)), FRIDAY, BERLIN)
        self.now = FRIDAY
        self.called: list[Call] = []
        self.passed: list[Call] = []
        self.last: tuple[tuple[Call, ...], tuple[Call, ...]] = (), ()
        self.next_at = None

    @rule(seconds=st.integers(1, 2 * 86400))
    def pass_time(self, seconds):
        self.now += timedelta(seconds=seconds)
        done = {call.name for call in (*self.called, *self.passed)}
        found = due(self.planned, done, self.now)
        self.last = found.passed, found.calls
        self.passed.extend(found.passed)
        self.called.extend(found.calls)
        self.next_at = found.next_at

    @invariant()
    def each_is_done_once_and_never_before_its_time(self):
        if not hasattr(self, "planned") or self.now == FRIDAY:
            return
        done = [*self.called, *self.passed]
        assert len(done) == len(set(done))
        assert all(call.at <= self.now for call in done)
        # Of what fell due in one leap, the latest was called, of each step once.
        passed, called = self.last
        assert bool(called) or not passed
        assert len({call.step for call in called}) == len(called)
        assert len({call.at for call in called}) <= 1
        for call in passed:
            assert call.at < called[0].at or any(each.step == call.step for each in called)
            assert call.at <= called[0].at
        # Whatever has come is done, so nothing is forgotten, and the next look is at the next call.
        left = [call.at for call in self.planned if call not in done]
        assert all(at > self.now for at in left)
        if called or self.next_at is not None:
            assert self.next_at == min(left, default=None)


TestABotThatStops = ABotThatStops.TestCase
TestABotThatStops.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)


MINUTES = st.sampled_from((0, 10, 20, 30, 45, 60, 90, 120, 240))


class APromiseThatMoves(RuleBasedStateMachine):
    """Time passes and the deadline is moved about, back to one that it had as well; each look may call."""

    @initialize()
    def begin(self):
        self.now = FRIDAY
        self.due = self.armed = FRIDAY + timedelta(minutes=30)
        self.called: list[datetime] = []
        self.was_ahead = self.was_late = False
        self.look()

    @rule(minutes=MINUTES)
    def pass_time(self, minutes):
        self.now += timedelta(minutes=minutes)
        self.look()

    @rule(minutes=MINUTES)
    def move(self, minutes):
        self.due, self.was_ahead = FRIDAY + timedelta(minutes=minutes), False
        self.look()

    @rule()
    def stand_still(self):
        """A pause of which nobody knows the end."""
        self.due, self.was_ahead = None, False
        self.look()

    def look(self):
        self.armed = armed(self.armed, self.due, self.now, called=self.armed in self.called)
        late = self.due is not None and self.due <= self.now
        if late and self.armed not in self.called:
            assert self.armed == self.due, "who is called is told of the deadline that passed"
            assert not self.was_late, "nobody is called twice for one time of being late"
            self.called.append(self.armed)
        self.was_ahead = self.was_ahead or (self.due is not None and not late)
        self.was_late = late

    @invariant()
    def each_deadline_calls_once_and_one_that_was_ahead_does(self):
        if not hasattr(self, "called"):
            return
        assert len(self.called) == len(set(self.called))
        if self.was_ahead and self.was_late:
            assert self.due in self.called


TestAPromiseThatMoves = APromiseThatMoves.TestCase
TestAPromiseThatMoves.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
