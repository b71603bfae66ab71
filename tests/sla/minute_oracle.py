"""Working time the slow way: every minute of a fortnight is asked for its wall-clock time, and counted.

Shares nothing with bot.sla.calendar but the words of the rule: hours run from the first minute that shows
the opening time to the first that shows the closing time; a time that no minute shows is as much later as the
clock jumped.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from bot.settings.model import CalendarConfig

MINUTE = timedelta(minutes=1)
DAYS = 10
ZONES = (
    "Europe/Berlin",
    "Europe/London",
    "Europe/Lisbon",
    "Europe/Athens",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Havana",
    "America/Santiago",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Jerusalem",
    "Asia/Beirut",
    "Asia/Tehran",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Pacific/Auckland",
)


@cache
def clock_changes(zone: str) -> tuple[datetime, ...]:
    """The hours of 2025 and 2026 (and, for zones that gave it up, 2017) after which the offset differs."""
    info = ZoneInfo(zone)
    found = []
    for year in (2017, 2025, 2026):
        at = datetime(year, 1, 1, tzinfo=UTC)
        while at.year == year:
            later = at + timedelta(hours=1)
            if at.astimezone(info).utcoffset() != later.astimezone(info).utcoffset():
                found.append(at)
            at = later
    return tuple(found) or (datetime(2026, 3, 29, tzinfo=UTC),)


@cache
def _window(zone: str, begin: datetime) -> tuple[dict[datetime, int], timedelta, tuple[date, ...]]:
    """For each wall-clock minute the first minute that shows it, the forward jump, and the whole dates."""
    info = ZoneInfo(zone)
    shows: dict[datetime, int] = {}
    jump, before = timedelta(), None
    for number in range(DAYS * 1440):
        wall = (begin + number * MINUTE).astimezone(info).replace(tzinfo=None)
        shows.setdefault(wall, number)
        if before is not None and wall - before > MINUTE:
            jump = wall - before - MINUTE
        before = wall
    dates = sorted({wall.date() for wall in shows})
    return shows, jump, tuple(dates[1:-1])


class MinuteOracle:
    """Open minutes of a calendar over ten days from `begin`; the first and last local date are left out."""

    def __init__(self, config: CalendarConfig, begin: datetime) -> None:
        self.begin = begin
        self.shows, self.jump, self.dates = _window(config.zone, begin)
        self.open = [False] * (DAYS * 1440)
        overrides, breaks = dict(config.overrides), dict(config.breaks)
        for day in self.dates:
            closed = day in config.extra_holidays or (day.month, day.day) in config.annual_holidays
            for span in () if closed else overrides.get(day, config.weekly[day.weekday()]):
                self._mark(day, span.opens, span.closes, True)
            for span in breaks.get(day, ()):
                self._mark(day, span.opens, span.closes, False)

    def _mark(self, day: date, opens: int, closes: int, value: bool) -> None:
        for number in range(self._edge(day, opens), self._edge(day, closes)):
            self.open[number] = value

    def _edge(self, day: date, minute: int) -> int:
        wall = datetime.combine(day, datetime.min.time()) + minute * MINUTE
        found = self.shows.get(wall)
        return self.shows[wall + self.jump] if found is None else found

    def between(self, start: int, end: int) -> int:
        """Open minutes between two minute numbers."""
        return sum(self.open[start:end])

    def due(self, start: int, minutes: int, *, at_close: bool) -> int | None:
        """The minute number after `minutes` open ones; None if the window ends first."""
        left = minutes
        for number in range(start, len(self.open)):
            if left == 0 and (self.open[number] or (at_close and minutes)):
                return number
            left -= self.open[number]
        return None

    def at(self, number: int) -> datetime:
        return self.begin + number * MINUTE
