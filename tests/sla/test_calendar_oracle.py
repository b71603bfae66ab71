"""Deadlines against a count of minutes, over twenty zones and both clock changes, and against a library."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import businesstimedelta
import pytest
import pytz
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from minute_oracle import DAYS, ZONES, MinuteOracle, clock_changes

from bot.settings.model import CalendarConfig, Closing, Span, Spans
from bot.sla.calendar import Calendar

EXAMPLES = int(os.environ.get("WATCHBELL_EXAMPLES", "200"))
THOROUGH = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
thorough = settings(THOROUGH, max_examples=EXAMPLES)
moderate = settings(THOROUGH, max_examples=max(EXAMPLES // 4, 1))


@st.composite
def spans(draw: st.DrawFn) -> Spans:
    """Up to three spans of a day, in quarters of an hour, around the hours in which clocks change too."""
    edges = draw(
        st.lists(st.integers(0, 96), min_size=0, max_size=6, unique=True).filter(lambda e: len(e) % 2 == 0)
    )
    edges.sort()
    return tuple(Span(a * 15, b * 15) for a, b in zip(edges[::2], edges[1::2], strict=True))


@st.composite
def situations(draw: st.DrawFn) -> tuple[CalendarConfig, datetime]:
    """A calendar, and the beginning of ten days with a clock change in the middle (if the zone has any)."""
    zone = draw(st.sampled_from(ZONES))
    change = draw(st.sampled_from(clock_changes(zone)))
    begin = change.replace(hour=0, minute=0) - timedelta(days=4)
    days = st.integers(1, DAYS - 2).map(lambda number: (begin + timedelta(days=number)).date())
    week = tuple(draw(spans()) for _ in range(7))
    assume(any(week))
    config = CalendarConfig(
        name="drawn",
        zone=zone,
        weekly=week,
        extra_holidays=tuple(draw(st.lists(days, max_size=2, unique=True))),
        overrides=tuple(draw(st.dictionaries(days, spans(), max_size=2)).items()),
        breaks=tuple(draw(st.dictionaries(days, spans(), max_size=2)).items()),
        due_at_closing=draw(st.sampled_from(Closing)),
    )
    return config, begin


@thorough
@given(situations(), st.integers(2 * 1440, 7 * 1440), st.data())
def test_a_deadline_is_where_counting_minutes_ends(
    situation: tuple[CalendarConfig, datetime], start: int, data: st.DataObject
) -> None:
    config, begin = situation
    oracle, calendar = MinuteOracle(config, begin), Calendar(config)
    known = oracle.between(start, 8 * 1440)
    assume(known > 0)
    minutes = data.draw(st.integers(0, known - 1))
    expected = oracle.due(start, minutes, at_close=calendar.at_close)
    assert expected is not None
    due = calendar.add_business(oracle.at(start), minutes * 60)
    assert due == oracle.at(expected)
    assert calendar.business_between(oracle.at(start), due) == minutes * 60
    assert calendar.is_open(oracle.at(start)) == oracle.open[start]


@moderate
@given(situations(), st.integers(2 * 1440, 8 * 1440), st.integers(2 * 1440, 8 * 1440))
def test_working_time_between_two_instants_is_the_count_of_open_minutes(
    situation: tuple[CalendarConfig, datetime], start: int, end: int
) -> None:
    config, begin = situation
    oracle, calendar = MinuteOracle(config, begin), Calendar(config)
    assert calendar.business_between(oracle.at(start), oracle.at(end)) == oracle.between(start, end) * 60


@moderate
@given(situations(), st.integers(3 * 1440, 7 * 1440), st.integers(1, 600))
def test_a_warning_leaves_exactly_its_lead(
    situation: tuple[CalendarConfig, datetime], end: int, minutes: int
) -> None:
    config, begin = situation
    oracle, calendar = MinuteOracle(config, begin), Calendar(config)
    warning = calendar.subtract(oracle.at(end), minutes * 60)
    assert calendar.business_between(warning, oracle.at(end)) == minutes * 60
    assert calendar.is_open(warning)


@moderate
@given(situations(), st.integers(0, DAYS * 1440), st.integers(0, 200_000), st.integers(0, 200_000))
def test_lengths_add_up(
    situation: tuple[CalendarConfig, datetime], start: int, first: int, second: int
) -> None:
    config, begin = situation
    calendar = Calendar(config)
    at = begin + timedelta(minutes=start)
    assert calendar.add_business(calendar.add_business(at, first), second) == calendar.add_business(
        at, first + second
    )


@pytest.mark.parametrize("year", [2026])
def test_the_oracle_notices_a_calendar_that_ignores_the_clock_change(year: int) -> None:
    night: Spans = (Span(0, 360),)
    config = CalendarConfig(name="night", zone="America/New_York", weekly=((),) * 6 + (night,))
    change = next(at for at in clock_changes(config.zone) if at.year == year)
    oracle = MinuteOracle(config, change.replace(hour=0) - timedelta(days=4))
    blind = Calendar(CalendarConfig(name="night", zone="Etc/GMT+5", weekly=config.weekly))
    whole = (oracle.at(0), oracle.at(DAYS * 1440 - 1))
    assert Calendar(config).business_between(*whole) == oracle.between(0, DAYS * 1440 - 1) * 60
    assert blind.business_between(*whole) != oracle.between(0, DAYS * 1440 - 1) * 60


def test_a_span_over_the_clock_change_has_the_hours_that_really_pass() -> None:
    night: Spans = (Span(0, 360),)
    calendar = Calendar(CalendarConfig(name="night", zone="America/New_York", weekly=((),) * 6 + (night,)))
    spring = datetime(2026, 3, 8, tzinfo=ZoneInfo("America/New_York"))
    autumn = datetime(2026, 11, 1, tzinfo=ZoneInfo("America/New_York"))
    assert calendar.business_between(spring, spring + timedelta(hours=23)) == 5 * 3600
    assert calendar.business_between(autumn, autumn + timedelta(hours=20)) == 7 * 3600


@moderate
@given(
    st.sampled_from(ZONES),
    st.integers(5, 11),
    st.integers(13, 23),
    st.integers(0, 250 * 1440),
    st.integers(0, 200 * 60),
)
def test_deadlines_equal_those_of_businesstimedelta(
    zone: str, opens: int, closes: int, start: int, minutes: int
) -> None:
    """Where that library applies: one or two spans on working days, in hours in which no clock changes."""
    tz = pytz.timezone(zone)
    workday = businesstimedelta.WorkDayRule(
        start_time=time(opens), end_time=time(closes), working_days=[0, 1, 2, 3, 4], tz=tz
    )
    lunch = businesstimedelta.LunchTimeRule(
        start_time=time(12), end_time=time(12, 30), working_days=[0, 1, 2, 3, 4], tz=tz
    )
    rules = businesstimedelta.Rules([workday, lunch])
    day = (Span(opens * 60, 720), Span(750, closes * 60))
    calendar = Calendar(
        CalendarConfig(name="day", zone=zone, weekly=(day,) * 5 + ((), ()), due_at_closing=Closing.AT_CLOSE)
    )
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=start)
    expected = at + businesstimedelta.BusinessTimeDelta(rules, hours=minutes // 60, seconds=minutes % 60 * 60)
    due = calendar.add_business(at, minutes * 60)
    if minutes:
        assert due == expected
    passed = rules.difference(at, at + timedelta(minutes=minutes))
    assert (
        calendar.business_between(at, at + timedelta(minutes=minutes)) == passed.hours * 3600 + passed.seconds
    )


def test_public_holidays_of_a_country_and_its_part_are_closed() -> None:
    day: Spans = (Span(480, 1080),)
    berlin, bavaria = (
        Calendar(
            CalendarConfig(name=part, zone="Europe/Berlin", weekly=(day,) * 7, country="DE", subdivision=part)
        )
        for part in ("BE", "BY")
    )
    womens_day = datetime(2026, 3, 8, 10, tzinfo=UTC)
    assert (berlin.is_open(womens_day), bavaria.is_open(womens_day)) == (False, True)
    assert not bavaria.is_open(datetime(2026, 12, 25, 10, tzinfo=UTC))


def test_dates_of_ones_own_overrides_and_breaks_have_their_say() -> None:
    day: Spans = (Span(480, 1080),)
    calendar = Calendar(
        CalendarConfig(
            name="own",
            zone="UTC",
            weekly=(day,) * 5 + ((), ()),
            extra_holidays=(date(2026, 11, 24),),
            annual_holidays=((12, 24),),
            overrides=((date(2026, 11, 28), (Span(600, 720),)),),
            breaks=((date(2026, 11, 25), (Span(720, 780),)),),
        )
    )

    def hours(month: int, number: int) -> int:
        begin = datetime(2026, month, number, tzinfo=UTC)
        return calendar.business_between(begin, begin + timedelta(days=1)) // 3600

    assert [hours(11, 23), hours(11, 24), hours(11, 25), hours(11, 28), hours(12, 24)] == [10, 0, 9, 2, 0]
    assert (
        calendar.business_between(datetime(2027, 12, 24, tzinfo=UTC), datetime(2027, 12, 25, tzinfo=UTC)) == 0
    )


def test_a_year_far_from_the_last_question_is_answered_as_well() -> None:
    calendar = Calendar(CalendarConfig(name="day", zone="UTC", weekly=((Span(480, 1080),),) * 5 + ((), ())))
    for year in (2026, 2006, 2041, 2026):
        at = datetime(year, 6, 3, 9, tzinfo=UTC)
        assert calendar.add_business(calendar.next_open(at), 60) == calendar.next_open(at) + timedelta(
            minutes=1
        )
    assert calendar.add_business(datetime(2026, 1, 1, tzinfo=UTC), 10 * 3600 * 250 * 20).year == 2045


def test_a_naive_instant_is_refused() -> None:
    calendar = Calendar(CalendarConfig(name="day", zone="UTC", always=True))
    with pytest.raises(ValueError, match="naive"):
        calendar.is_open(datetime(2026, 1, 1))  # noqa: DTZ001
