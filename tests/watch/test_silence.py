"""What has gone quiet, since when, how usual that is, and how sure one can be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.watch.silence import Count, Rhythm, silent

MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


def speaking(
    every: timedelta, until: datetime, length: timedelta, *, weekends: bool = True
) -> tuple[datetime, ...]:
    steps = range(int(length / every) + 1)
    instants = (until - step * every for step in steps)
    return tuple(at for at in instants if weekends or (at.weekday() < 5 and 8 <= at.hour <= 18))


def test_a_sequence_that_stopped_on_friday_is_named_on_monday() -> None:
    rhythm = Rhythm("Trial day 3", "sequence", speaking(DAY / 38, FRIDAY, 5 * WEEK), due=61)
    found = silent(rhythm, None, MONDAY)
    assert found is not None
    assert (found.since, found.sureness, found.usual) == (FRIDAY, "sure", "38 a day")
    assert "silent for 2 days 14 h" in found.sentence
    assert "61 were due" in found.sentence


def test_one_that_never_speaks_on_weekends_is_not() -> None:
    rhythm = Rhythm("Onboarding", "sequence", speaking(HOUR, FRIDAY, 5 * WEEK, weekends=False))
    assert silent(rhythm, None, MONDAY) is None
    assert silent(rhythm, None, MONDAY + 8 * HOUR) is not None


def test_daily_counts_serve_as_well() -> None:
    days = tuple(Count(datetime(2026, 11, 20, tzinfo=UTC) - n * DAY, 38) for n in range(30))
    found = silent(Rhythm("Trial day 3", "sequence", counts=days), FRIDAY, MONDAY)
    assert found is not None
    assert (found.sureness, found.usual) == ("sure", "38 a day")
    assert found.since == FRIDAY


def test_a_promise_is_kept_or_broken_by_the_interval() -> None:
    tick = Rhythm("sla", "tick", every=timedelta(minutes=1))
    assert silent(tick, MONDAY - timedelta(minutes=3), MONDAY) is None
    found = silent(tick, MONDAY - timedelta(minutes=4), MONDAY)
    assert found is not None
    assert found.sureness == "sure"
    assert found.sentence == "Tick “sla” last ran 4 min ago; it should run every 1 min."


def test_no_data_is_not_known_and_never_health() -> None:
    for rhythm in (
        Rhythm("x", "webhook"),
        Rhythm("x", "sweep", every=HOUR),
        Rhythm("x", "webhook", (MONDAY - DAY,)),
    ):
        found = silent(rhythm, None, MONDAY + 30 * DAY if rhythm.instants else MONDAY)
        assert found is not None
        assert found.sureness == "not known"
        assert "not known" in found.sentence


def test_little_history_is_likely_at_most() -> None:
    found = silent(Rhythm("x", "webhook", speaking(HOUR, MONDAY - DAY, 3 * DAY)), None, MONDAY)
    assert found is not None
    assert found.sureness == "likely"


def test_a_quiet_no_longer_than_it_ever_was_is_no_silence() -> None:
    bursts = tuple(MONDAY - DAY * n - HOUR * h for n in (1, 3) for h in range(4))
    assert silent(Rhythm("x", "webhook", bursts), None, MONDAY) is None


def test_one_quiet_week_before_makes_it_less_sure() -> None:
    history = [
        at for at in speaking(HOUR, FRIDAY, 6 * WEEK) if not FRIDAY - 2 * WEEK < at <= MONDAY - 2 * WEEK
    ]
    found = silent(Rhythm("x", "webhook", tuple(history)), None, MONDAY)
    assert found is not None
    assert found.sureness == "likely"


def test_what_is_written_after_now_counts_for_nothing() -> None:
    rhythm = Rhythm("x", "webhook", (*speaking(HOUR, FRIDAY, 5 * WEEK), MONDAY + HOUR))
    found = silent(rhythm, MONDAY + HOUR, MONDAY)
    assert found is not None
    assert found.since == FRIDAY


@given(st.integers(20, 240), st.integers(15, 60), st.integers(0, 400))
def test_longer_quiet_never_becomes_less_silent_for_a_steady_speaker(step: int, days: int, more: int) -> None:
    rhythm = Rhythm("x", "webhook", speaking(timedelta(minutes=step), FRIDAY, days * DAY))
    if silent(rhythm, None, FRIDAY + 12 * timedelta(minutes=step)) is not None:
        assert (
            silent(rhythm, None, FRIDAY + 12 * timedelta(minutes=step) + more * timedelta(minutes=15))
            is not None
        )


@given(st.lists(st.integers(0, 80_000), max_size=60), st.integers(0, 80_000))
def test_it_never_raises_and_never_calls_a_stranger_healthy(minutes: list[int], later: int) -> None:
    instants = tuple(FRIDAY - timedelta(minutes=minute) for minute in minutes)
    found = silent(Rhythm("x", "webhook", instants), None, FRIDAY + timedelta(minutes=later))
    if not instants:
        assert found is not None
        assert found.sureness == "not known"
