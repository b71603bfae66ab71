"""R19: the machine's clock is set an hour on or back, or a virtual machine wakes; the bot's time goes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SteadyClock

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Machine:
    """A machine whose wall clock can be moved while true time goes on."""

    passed: float = 0.0
    skew: timedelta = timedelta(0)
    corrections: list[float] = field(default_factory=list)

    @property
    def true(self) -> datetime:
        return START + timedelta(seconds=self.passed)

    def clock(self) -> SteadyClock:
        return SteadyClock(
            wall=lambda: self.true + self.skew,
            monotonic=lambda: 1000 + self.passed,
            corrected=self.corrections.append,
        )


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_a_jump_of_the_machine_is_not_followed(jump: timedelta) -> None:
    machine = Machine()
    clock = machine.clock()
    machine.skew, machine.passed = jump, 30
    assert clock.now() == machine.true
    clock.hear(machine.true.replace(microsecond=0))
    assert clock.now() == machine.true
    assert machine.corrections == []


def test_a_machine_that_slept_is_followed_once_slack_agrees() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.skew = HOUR  # monotonic time stood still, the wall clock did not
    assert clock.now() == START
    clock.hear(START + HOUR)
    assert clock.now() == START + HOUR
    assert machine.corrections == [3600]


def test_a_machine_that_was_wrong_from_the_start_is_put_right() -> None:
    machine = Machine(skew=-HOUR)
    clock = machine.clock()
    assert clock.now() == START - HOUR
    clock.hear(machine.true)
    assert abs(clock.now() - machine.true) <= timedelta(seconds=1)


def test_small_corrections_are_followed_and_a_late_answer_changes_nothing() -> None:
    machine = Machine()
    clock = machine.clock()
    for _ in range(100):
        machine.passed += 1
        machine.skew += timedelta(milliseconds=200)
        clock.now()
    assert clock.now() - START == timedelta(seconds=120)
    clock.hear(clock.now() - timedelta(seconds=4))
    assert clock.now() - START == timedelta(seconds=120)


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(-7200, 7200)), max_size=30))
def test_time_never_goes_back_whatever_the_machine_does(steps: list[tuple[float, float]]) -> None:
    machine = Machine()
    clock = machine.clock()
    last = clock.now()
    for passes, skew in steps:
        machine.passed += passes
        machine.skew = timedelta(seconds=skew)
        assert clock.now() >= last
        last = clock.now()


def test_in_a_quiet_hour_somebody_is_asked_once_a_minute() -> None:
    machine = Machine()
    clock = machine.clock()
    asked = []
    for _ in range(600):
        machine.passed += 1
        if clock.wants_to_hear():
            asked.append(machine.passed)
            clock.hear(machine.true)
    assert asked == [float(each) for each in range(60, 601, 60)]


def test_who_does_not_answer_is_asked_again_soon() -> None:
    machine = Machine()
    clock = machine.clock()
    asked = []
    for _ in range(70):
        machine.passed += 1
        if clock.wants_to_hear():
            asked.append(machine.passed)
    assert asked == [60, 65, 70]


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_after_a_jump_somebody_is_asked_at_once_and_not_again_because_of_it(jump: timedelta) -> None:
    machine = Machine()
    clock = machine.clock()
    machine.passed, machine.skew = 1, jump
    assert clock.wants_to_hear()
    clock.hear(machine.true)
    machine.passed += 59
    assert not clock.wants_to_hear()
    machine.skew = timedelta(0)
    assert clock.wants_to_hear()


@given(st.lists(st.tuples(st.floats(0.5, 30), st.floats(-7200, 7200)), max_size=40))
def test_whoever_is_asked_puts_the_time_right_within_a_minute(steps: list[tuple[float, float]]) -> None:
    machine = Machine()
    clock = machine.clock()
    told = machine.true
    for passes, skew in steps:
        machine.passed += passes
        machine.skew = timedelta(seconds=skew)
        if clock.wants_to_hear():
            clock.hear(machine.true.replace(microsecond=0))
            told = machine.true
            assert abs(clock.now() - machine.true) <= timedelta(seconds=6)
        assert machine.true - told <= timedelta(seconds=60 + 30)
