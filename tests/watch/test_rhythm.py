"""What has gone quiet: since when, and how much was usual at such hours."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.watch import rhythm
from bot.watch.rhythm import Rules, Silence, Span

MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


def silent(
    spoke: list[datetime],
    now: datetime,
    rules: Rules | None = None,
    excused: Iterable[Span] = (),
    zone: str = "UTC",
) -> Silence | None:
    """The judgement over instants instead of over a table; what is after `now` is not known yet."""
    known = sorted(each for each in spoke if each <= now)
    if not known:
        return None

    def count(after: datetime, until: datetime) -> int:
        return bisect_right(known, until) - bisect_right(known, after)

    return rhythm.silent(known[0], known[-1], now, count, ZoneInfo(zone), rules, excused=excused)


def speaking(
    every: timedelta, until: datetime, length: timedelta, *, weekends: bool = True
) -> list[datetime]:
    steps = range(int(length / every) + 1)
    instants = (until - step * every for step in steps)
    return [at for at in instants if weekends or (at.weekday() < 5 and 8 <= at.hour <= 18)]


def test_what_stopped_on_friday_is_named_on_monday() -> None:
    found = silent(speaking(DAY / 38, FRIDAY, 5 * WEEK + HOUR), MONDAY)
    assert found is not None
    assert found.since == FRIDAY
    assert found.weeks == 5
    assert 98 <= found.usual <= 100, "two days and 14 hours with 38 a day"


def test_what_never_speaks_on_weekends_is_not_missed_then() -> None:
    spoke = speaking(HOUR / 4, FRIDAY, 5 * WEEK, weekends=False)
    assert silent(spoke, MONDAY) is None
    assert silent(spoke, MONDAY + 8 * HOUR) is not None


def test_three_weeks_must_be_known_and_none_of_them_quiet() -> None:
    assert silent(speaking(HOUR, FRIDAY, 20 * DAY), MONDAY) is None
    assert silent(speaking(HOUR, FRIDAY, 25 * DAY), MONDAY) is not None
    holiday = [at for at in speaking(HOUR, FRIDAY, 6 * WEEK) if not FRIDAY < at + 2 * WEEK <= MONDAY]
    assert silent(holiday, MONDAY) is None


def test_a_morning_after_a_clock_change_is_compared_with_the_same_morning() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    for monday, tuesday in (
        (datetime(2026, 10, 26, 9, tzinfo=berlin), datetime(2026, 10, 27, 8, 10, tzinfo=berlin)),
        (datetime(2027, 3, 29, 9, tzinfo=berlin), datetime(2027, 3, 30, 8, 10, tzinfo=berlin)),
    ):
        mornings = [monday - number * DAY for number in range(30)]
        spoke = [at.astimezone(UTC) + number * HOUR / 60 for at in mornings for number in range(38)]
        assert silent(spoke, tuesday.astimezone(UTC), zone="Europe/Berlin") is None
        missed = silent(spoke, (tuesday + 2 * HOUR).astimezone(UTC), zone="Europe/Berlin")
        assert missed is not None
        assert missed.usual == 38
        steady = [monday.astimezone(UTC) - number * HOUR for number in range(30 * 24)]
        told = silent(steady, monday.astimezone(UTC) + 14 * HOUR, zone="Europe/Berlin")
        assert told is not None
        assert told.usual == 14


def test_hours_that_are_excused_count_neither_as_silence_nor_as_usual() -> None:
    spoke = speaking(HOUR, FRIDAY, 5 * WEEK)
    weekend = (FRIDAY + 6 * HOUR, MONDAY - 8 * HOUR)
    assert silent(spoke, MONDAY - 3 * HOUR, excused=[weekend]) is None, "eleven would have come"
    found = silent(spoke, MONDAY, excused=[(FRIDAY + 20 * HOUR, weekend[1]), weekend])
    assert found is not None
    assert (found.since, found.usual, found.whole) == (FRIDAY, 14, False)
    assert silent(spoke, MONDAY, excused=[(FRIDAY - DAY, MONDAY)]) is None
    untouched = silent(spoke, MONDAY, excused=[(FRIDAY - DAY, FRIDAY), (MONDAY, MONDAY + DAY)])
    assert untouched is not None
    assert untouched.whole


def test_an_earlier_week_with_a_pause_says_nothing_of_what_is_usual() -> None:
    steady = speaking(HOUR, FRIDAY, 6 * WEEK + HOUR)
    for begin, end in (
        (FRIDAY - 2 * WEEK, MONDAY - 2 * WEEK),
        (FRIDAY - 2 * WEEK + DAY, FRIDAY - 2 * WEEK + 2 * DAY),
        (FRIDAY - 3 * WEEK + DAY, MONDAY - 2 * WEEK - DAY),
    ):
        spoke = [at for at in steady if not begin < at <= end]
        found = silent(spoke, MONDAY, excused=[(begin, end)])
        assert found is not None
        weeks = 4 if begin < FRIDAY - 2 * WEEK else 5
        assert (found.since, found.usual, found.weeks, found.whole) == (FRIDAY, 62, weeks, False)
    paused = [(FRIDAY - back * WEEK, MONDAY - back * WEEK) for back in range(1, 5)]
    assert silent(steady, MONDAY, excused=paused) is None, "two weeks are too few"


def test_little_is_not_missed() -> None:
    spoke = speaking(6 * HOUR, FRIDAY, 6 * WEEK)
    assert silent(spoke, MONDAY) is None, "ten would have come"
    assert silent(spoke, MONDAY + DAY) is not None


def test_no_history_says_nothing() -> None:
    assert silent([], MONDAY) is None
    assert silent([MONDAY + HOUR], MONDAY) is None


def test_what_comes_at_random_is_hardly_ever_missed_falsely() -> None:
    """Ten weeks of a thousand messages each, at random; at half the bound it would be."""
    chance = random.Random(7)
    spoke, at = [], FRIDAY - 18 * WEEK
    while at < FRIDAY:
        at += timedelta(seconds=chance.expovariate(1 / (WEEK.total_seconds() / 1000)))
        spoke.append(at)
    gaps = list(pairwise(spoke))[-10_000:]

    def alarms(expected: float) -> int:
        rules = Rules(expected=expected)
        return sum(
            silent(spoke[: spoke.index(later)], later - timedelta(seconds=1), rules) is not None
            for earlier, later in gaps
            if later - earlier > timedelta(minutes=expected * 8)
        )

    assert alarms(12.0) == 0
    assert alarms(6.0) > 3


@given(st.integers(20, 240), st.integers(29, 60), st.integers(0, 400))
def test_longer_quiet_is_never_less_silent_for_a_steady_speaker(step: int, days: int, more: int) -> None:
    spoke = speaking(timedelta(minutes=step), FRIDAY, days * DAY)
    quiet = 14 * timedelta(minutes=step)
    if silent(spoke, FRIDAY + quiet) is not None and quiet + more * timedelta(minutes=15) < WEEK:
        assert silent(spoke, FRIDAY + quiet + more * timedelta(minutes=15)) is not None


@given(
    st.lists(st.tuples(st.integers(0, 9 * 7 * 24), st.integers(1, 100)), max_size=6),
    st.integers(14, 6 * 24),
)
def test_pauses_of_earlier_weeks_neither_hide_a_silence_nor_make_one(
    pauses: list[tuple[int, int]], quiet: int
) -> None:
    steady, now = speaking(HOUR, FRIDAY, 9 * WEEK), FRIDAY + quiet * HOUR
    excused = [(FRIDAY - (back + length) * HOUR, FRIDAY - back * HOUR) for back, length in pauses]
    spoke = [at for at in steady if at == FRIDAY or not any(begin < at <= end for begin, end in excused)]
    stretches = [(FRIDAY - back * WEEK, now - back * WEEK) for back in range(1, 9)]
    lived = [each for each in stretches if each[0] >= min(spoke)]
    known = [
        (after, until)
        for after, until in lived
        if not any(begin < until and end > after for begin, end in excused)
    ]
    found = silent(spoke, now, excused=excused)
    if len(known) < 3:
        assert found is None
    else:
        assert found == Silence(FRIDAY, quiet, len(known), whole=known == lived)


@given(st.lists(st.integers(0, 80_000), max_size=60), st.integers(0, 80_000))
def test_it_never_raises_and_whoever_just_spoke_is_not_silent(minutes: list[int], later: int) -> None:
    instants = [FRIDAY - timedelta(minutes=minute) for minute in minutes]
    now = FRIDAY + timedelta(minutes=later)
    found = silent(instants, now)
    assert found is None or (found.since == max(instants) and found.usual >= 12)
    assert silent([*instants, now], now) is None
