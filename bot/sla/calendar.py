"""Working time: from the hours of watchbell.toml to a table in which a deadline is two look-ups.

The open intervals of whole local years are laid out in UTC with the working time before each of them. "When
is it N seconds later" and "how much lies between" are then a bisect each (about a microsecond), the same in
every zone. Working time is *elapsed* time between wall-clock edges: a span over a clock change is an hour
shorter or longer. An edge that does not exist moves later by the length of the gap (an hour in most zones),
one that exists twice is its first occurrence, and a span that the change leaves empty disappears.

Instants are aware; they are taken to the whole second, which is what Intercom records.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import holidays

from bot.durations import Duration
from bot.settings.model import FULL_DAY, CalendarConfig, Closing, Config, Spans

Interval = tuple[int, int]
"""Open time as [start, end) in seconds since 1970, UTC."""

HORIZON_YEARS: Final = 60
"""How far a deadline is looked for. Settings refuse promises that take longer than a few years."""


_NAIVE: Final = "a naive datetime has no place in working time"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_from_seconds = datetime.fromtimestamp


class NeverOpen(ValueError):
    """The calendar has not enough open time within the horizon."""

    def __init__(self, calendar: str) -> None:
        super().__init__(f'The calendar "{calendar}" has no more open time within {HORIZON_YEARS} years.')


@dataclass(frozen=True, slots=True)
class _Table:
    """The open intervals of the years first..last, with the working time before each. Never changed."""

    first: int
    last: int
    begin: int
    end: int
    opens: tuple[int, ...]
    closes: tuple[int, ...]
    before: tuple[int, ...]
    shifts: tuple[int, ...]
    """`before` less `opens`: an instant plus its interval's shift is working time from the beginning."""
    total: int

    def position(self, at: int) -> int:
        """Working seconds from the table's beginning up to an instant it covers."""
        i = bisect_right(self.opens, at) - 1
        return 0 if i < 0 else self.before[i] + min(at, self.closes[i]) - self.opens[i]


class Calendar:
    """Working hours, ready for arithmetic. Safe to share between threads: its table is only ever replaced."""

    def __init__(self, config: CalendarConfig) -> None:
        self.config = config
        self.name = config.name
        self.title = config.title
        self.zone = ZoneInfo(config.zone)
        self.at_close = config.due_at_closing is Closing.AT_CLOSE
        self._overrides = dict(config.overrides)
        self._breaks = dict(config.breaks)
        self._extra = frozenset(config.extra_holidays)
        self._annual = frozenset(config.annual_holidays)
        self._table: _Table | None = None

    def add_business(self, start: datetime, seconds: int, *, at_close: bool | None = None) -> datetime:
        """The instant at which `seconds` of working time have passed since `start`.

        Used up exactly at closing time, that is the next opening, or the closing itself under
        `due_at_closing = "at_close"`; `at_close` overrules the calendar. Zero seconds give the first open
        instant from `start` on. Raises NeverOpen when the calendar has too little open time.
        """
        if start.tzinfo is None:
            raise ValueError(_NAIVE)
        closing = self.at_close if at_close is None else at_close
        since = start - _EPOCH
        return self._later(since.days * 86_400 + since.seconds, seconds, closing and seconds > 0)

    def business_between(self, start: datetime, end: datetime) -> int:
        """Working seconds from `start` to `end`; 0 when `end` is not after `start`."""
        first, last = _second(start), _second(end)
        if last <= first:
            return 0
        table = self._covering(first, last)
        return table.position(last) - table.position(first)

    def is_open(self, at: datetime) -> bool:
        """Whether working time runs at this instant: the opening is inside, the closing is not."""
        instant = _second(at)
        table = self._covering(instant, instant)
        i = bisect_right(table.opens, instant) - 1
        return i >= 0 and instant < table.closes[i]

    def holidays(self, start: datetime, end: datetime) -> tuple[tuple[datetime, datetime], ...]:
        """The local days from that of `start` to that of `end` (aware) that are closed by their date, each
        from midnight to midnight. `always` has none.
        """
        first, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        if self.config.always:
            return ()
        public = self._public_holidays(first.year, last.year)
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return tuple(
            (_instant(_edge(day, 0, self.zone)), _instant(_edge(day, 1440, self.zone)))
            for day in days
            if self._is_free(day, public) or self._overrides.get(day) == ()
        )

    def next_open(self, at: datetime) -> datetime:
        """`at` itself if open then, otherwise the next opening. Raises NeverOpen."""
        return self._later(_second(at), 0, False)

    def subtract(self, due: datetime, seconds: int) -> datetime:
        """The last instant that has `seconds` of working time between itself and `due`: when to warn.

        Where that falls on a closing time it is the next opening, since that is when somebody can act.
        Raises NeverOpen when so much working time never lay before `due`.
        """
        if seconds <= 0:
            return due
        instant = _second(due)
        years = 1
        while True:
            table = self._covering(instant - years * 366 * 86400, instant)
            wanted = table.position(instant) - seconds
            if wanted >= 0:
                i = bisect_right(table.before, wanted) - 1
                return _instant(table.opens[i] + wanted - table.before[i])
            if years > HORIZON_YEARS:
                raise NeverOpen(self.name)
            years *= 2

    def working_days(self, start: datetime, days: int) -> datetime:
        """The same local time on the `days`-th date with opening hours after the one on which work can start.

        From Saturday 14:02 with hours from Monday 08:00, two working days end on Wednesday 08:00. The result
        may lie in a break; `target_seconds` turns it into working time. Raises NeverOpen.
        """
        begin = self.next_open(start).astimezone(self.zone)
        day, left = begin.date(), days
        for _ in range(HORIZON_YEARS * 366):
            if left == 0:
                return datetime.combine(day, begin.time(), self.zone).astimezone(UTC)
            day += timedelta(days=1)
            left -= bool(self._intervals_of(day))
        raise NeverOpen(self.name)

    def target_seconds(self, target: Duration, start: datetime) -> int:
        """A promise made at `start`, in working seconds; working days are resolved here. Raises NeverOpen."""
        if not target.working_days:
            return target.seconds
        return self.business_between(start, self.working_days(start, target.working_days))

    def open_spans(self, start: datetime, end: datetime) -> tuple[tuple[datetime, datetime], ...]:
        """The open intervals between two instants, cut to them."""
        first, last = _second(start), _second(end)
        table = self._covering(first, last)
        found = []
        for i in range(max(bisect_right(table.opens, first) - 1, 0), len(table.opens)):
            begin, finish = max(table.opens[i], first), min(table.closes[i], last)
            if table.opens[i] >= last:
                break
            if begin < finish:
                found.append((_instant(begin), _instant(finish)))
        return tuple(found)

    def _later(self, start: int, seconds: int, at_close: bool) -> datetime:
        """The heart of the matter, written for speed: 100,000 of these follow a calendar edit."""
        table = self._table
        if table is None or not table.begin <= start < table.end:
            table = self._covering(start, start)
        i = bisect_right(table.opens, start) - 1
        wanted = seconds
        if i >= 0:
            close = table.closes[i]
            wanted += (start if start < close else close) + table.shifts[i]
        if wanted >= table.total:
            return self._far(start, seconds, at_close)
        j = (bisect_left if at_close else bisect_right)(table.before, wanted) - 1
        return _from_seconds(wanted - table.shifts[j], UTC)

    def _far(self, start: int, seconds: int, at_close: bool) -> datetime:
        """The same for what the table does not reach yet."""
        table, reach = self._covering(start, start), 1
        while table.position(start) + seconds >= table.total:
            if reach > HORIZON_YEARS:
                raise NeverOpen(self.name)
            table, reach = self._years(table.first, table.last + reach), reach * 2
        return self._later(start, seconds, at_close)

    def _covering(self, first: int, last: int) -> _Table:
        table = self._table
        if table is not None and table.begin <= first and last < table.end:
            return table
        begin = datetime.fromtimestamp(first, self.zone).year
        end = datetime.fromtimestamp(last, self.zone).year
        return self._years(begin, end + 1)

    def _years(self, first: int, last: int) -> _Table:
        """A table that covers these years and all that were covered before; it replaces the present one."""
        known = self._table
        if known is not None:
            first, last = min(first, known.first), max(last, known.last)
        covers = (_edge(date(first, 1, 1), 0, self.zone), _edge(date(last + 1, 1, 1), 0, self.zone))
        intervals: Iterable[Interval]
        if self.config.always:
            intervals = [covers]
        else:
            days = (date(last + 1, 1, 1) - date(first, 1, 1)).days
            free = self._public_holidays(first, last)
            dates = (date(first, 1, 1) + timedelta(days=n) for n in range(days))
            intervals = _joined(part for day in dates for part in self._intervals_of(day, free))
        opens, closes, before, passed = [], [], [], 0
        for begin, end in intervals:
            opens.append(begin)
            closes.append(end)
            before.append(passed)
            passed += end - begin
        shifts = tuple(passed_by - begin for passed_by, begin in zip(before, opens, strict=True))
        self._table = _Table(first, last, *covers, tuple(opens), tuple(closes), tuple(before), shifts, passed)
        return self._table

    def _public_holidays(self, first: int, last: int) -> frozenset[date]:
        if not self.config.country:
            return frozenset()
        years = range(first, last + 1)
        return frozenset(holidays.country_holidays(self.config.country, self.config.subdivision, years=years))

    def _is_free(self, day: date, public: frozenset[date]) -> bool:
        return day in self._extra or (day.month, day.day) in self._annual or day in public

    def _intervals_of(self, day: date, free: frozenset[date] | None = None) -> list[Interval]:
        """A local date's open intervals in UTC, breaks taken out."""
        if self.config.always:
            return _in_utc(day, FULL_DAY, self.zone)
        if self._is_free(day, self._public_holidays(day.year, day.year) if free is None else free):
            return []
        spans = self._overrides.get(day, self.config.weekly[day.weekday()])
        intervals = _joined(_in_utc(day, spans, self.zone))
        for begin, end in _in_utc(day, self._breaks.get(day, ()), self.zone):
            cut = [(a, min(b, begin)) for a, b in intervals] + [(max(a, end), b) for a, b in intervals]
            intervals = sorted((a, b) for a, b in cut if a < b)
        return intervals


class Calendars(dict[str, Calendar]):
    """Calendars by name, in the order of the settings.

    A stored clock may name one that was renamed or taken out since: it is then measured in the first, so that
    an old promise can still be shown. `get` says None for it.
    """

    def __missing__(self, name: str) -> Calendar:
        return next(iter(self.values()))


def compile_calendars(config: Config) -> Calendars:
    """The calendars of the settings by name, ready for arithmetic."""
    return Calendars({calendar.name: Calendar(calendar) for calendar in config.calendars})


def _in_utc(day: date, spans: Spans, zone: ZoneInfo) -> list[Interval]:
    edges = ((_edge(day, span.opens, zone), _edge(day, span.closes, zone)) for span in spans)
    return sorted((begin, end) for begin, end in edges if begin < end)


def _edge(day: date, minute: int, zone: ZoneInfo) -> int:
    """The instant of a wall-clock minute. fold=0 is both rules at once: later in a gap, first of two."""
    later, minute = divmod(minute, 1440)
    wall = datetime.combine(day + timedelta(days=later), time(minute // 60, minute % 60), zone)
    return int(wall.timestamp())


def _joined(intervals: Iterable[Interval]) -> list[Interval]:
    """Intervals in order, those that touch or overlap (after a clock change) made one."""
    joined: list[Interval] = []
    for begin, end in intervals:
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def _second(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError(_NAIVE)
    return int(at.timestamp())


def _instant(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
