"""[calendars.<name>]: working hours, read and checked."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

import holidays

from bot.settings.model import FULL_DAY, WEEKDAYS, CalendarConfig, Closing, Span, Spans
from bot.settings.reader import Table
from bot.settings.values import nearest, read_date, shown

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})", re.ASCII)
_SPAN_MEND = 'Write "08:00-18:00".'
_ANNUAL = re.compile(r"(\d{2})-(\d{2})", re.ASCII)


def read_calendars(top: Table, zone: str) -> tuple[CalendarConfig, ...]:
    """All calendars. `zone` is the workspace's, for those that name none."""
    if not top.need("calendars", "Add [calendars.office] with its hours."):
        return ()
    section = top.table("calendars")
    return tuple(_calendar(section.table(name), name, zone) for name in section.data)


def open_seconds_a_year(calendar: CalendarConfig) -> int:
    """Working time of an ordinary year (2027, public holidays not counted): what the calendar can reach."""
    return sum(_open_seconds_by_day(calendar))


def open_days_a_year(calendar: CalendarConfig) -> int:
    """Dates with opening hours in the same year."""
    return sum(1 for seconds in _open_seconds_by_day(calendar) if seconds)


def longest_day(calendar: CalendarConfig) -> int:
    """Most opening hours of a date in the same year, in seconds."""
    return max(_open_seconds_by_day(calendar), default=0)


def _open_seconds_by_day(calendar: CalendarConfig) -> list[int]:
    weekly = (FULL_DAY,) * 7 if calendar.always else calendar.weekly
    days = (date.fromordinal(date(2027, 1, 1).toordinal() + number) for number in range(365))
    return [
        sum(span.closes - span.opens for span in weekly[day.weekday()]) * 60
        for day in days
        if calendar.always or (day.month, day.day) not in calendar.annual_holidays
    ]


def _calendar(table: Table, name: str, zone: str) -> CalendarConfig:
    faults = len(table.report.problems)
    always = table.flag("always")
    if not always:
        table.need("hours", 'Write hours = { mon = ["08:00-18:00"] }, or always = true.')
    country, subdivision = _country(table.table("holidays"))
    calendar = CalendarConfig(
        name=name,
        zone=table.zone("zone", zone),
        weekly=_weekly(table.table("hours")),
        country=country,
        subdivision=subdivision,
        extra_holidays=table.dates("extra_holidays"),
        annual_holidays=tuple(
            sorted(set(table.each("annual_holidays", _annual, 'Write month and day: "12-24".')))
        ),
        overrides=_dated(table.table("overrides")),
        breaks=_dated(table.table("breaks")),
        always=always,
        due_at_closing=table.word("due_at_closing", Closing, Closing.NEXT_OPEN),
        label=table.text("label"),
    )
    table.done()
    if len(table.report.problems) == faults:
        _check_open(table, calendar)
    return calendar


def _check_open(table: Table, calendar: CalendarConfig) -> None:
    if calendar.always:
        closing = ("hours", "holidays", "extra_holidays", "annual_holidays", "overrides", "breaks")
        for key in closing:
            if key in table:
                table.fault(key, "has no effect beside always = true.", "Take one of the two out.")
    elif not open_seconds_a_year(calendar):
        table.fault("hours", "are never open.", 'Write at least one day: mon = ["08:00-18:00"].')


def _weekly(table: Table) -> tuple[Spans, ...]:
    week = tuple(_spans(table, day) for day in WEEKDAYS)
    table.done()
    return week


def _dated(table: Table) -> tuple[tuple[date, Spans], ...]:
    """Spans by date: "2026-12-24" = ["08:00-12:00"]; an empty list is a day without any."""
    found = []
    for key in table.data:
        spans = _spans(table, key)
        try:
            found.append((read_date(key), spans))
        except ValueError as error:
            table.fault(key, str(error), 'Write "2026-12-24" = ["08:00-12:00"].')
    return tuple(sorted(found))


def _spans(table: Table, key: str) -> Spans:
    spans = sorted(table.each(key, _span, _SPAN_MEND))
    for first, second in pairwise(spans):
        if second.opens < first.closes:
            table.fault(
                key, f"{first} and {second} overlap.", f"Write one span, or let {second} begin later."
            )
    return tuple(spans)


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if not found:
        raise ValueError(f"{shown(text)} is not a span of hours.")
    hours = [int(part) for part in found.groups()]
    opens, closes = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if hours[1] > 59 or hours[3] > 59 or closes > 1440:
        raise ValueError(f"{shown(text)} is not within a day, which ends at 24:00.")
    if opens == closes:
        raise ValueError(f"{shown(text)} is no time at all.")
    if opens > closes:
        raise ValueError(
            f"{shown(text)} ends before it starts. Hours over midnight are two spans of two days."
        )
    return Span(opens, closes)


def _annual(text: str) -> tuple[int, int]:
    found = _ANNUAL.fullmatch(text)
    if found:
        try:
            day = date(2028, int(found[1]), int(found[2]))  # a leap year, so that 02-29 can be named
            return day.month, day.day
        except ValueError:
            pass
    raise ValueError(f"{shown(text)} is not a day of the year.")


def _country(table: Table) -> tuple[str | None, str | None]:
    country, subdivision = table.text("country").upper(), table.text("subdivision").upper()
    table.done()
    if not country:
        if subdivision:
            table.fault("country", "is missing.", 'Write holidays = { country = "DE", subdivision = "BE" }.')
        return None, None
    known = holidays.list_supported_countries(include_aliases=True)
    if country not in known:
        meant = nearest(country, [code.lower() for code in known]) or ""
        mend = f'Did you mean "{meant.upper()}"?' if meant else "Write a two-letter ISO 3166 code such as DE."
        table.fault("country", f"{shown(country)} is not a country with known holidays.", mend)
        return None, None
    parts = {part.upper(): part for part in known[country]}
    if subdivision and subdivision not in parts:
        some = ", ".join(list(known[country])[:8])
        mend = (
            f"Known parts of {country}: {some}{', …' if len(parts) > 8 else ''}." if parts else "Take it out."
        )
        table.fault("subdivision", f"{shown(subdivision)} is not a part of {country}.", mend)
        return country, None
    return country, parts.get(subdivision)
