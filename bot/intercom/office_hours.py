"""Intercom's office hours: weekly schedules and their exceptions (REST API from version 2.16 on).

Schedules count in minutes from Monday 00:00 of their own zone, exceptions in minutes of their day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.intercom.values import ReadError, as_count, as_dict, as_id, as_line, as_objects

VERSION = "2.16"
_DAY = 24 * 60
_WEEK = 7 * _DAY

Spans = tuple[tuple[int, int], ...]
"""Opening and closing minute of a day, 0 to 1440."""


@dataclass(frozen=True, slots=True)
class HoursException:
    """One date with hours of its own; no spans mean closed. `annual`: the same day every year."""

    on: date
    spans: Spans
    annual: bool
    name: str | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule by weekday, Monday first. `always` is round the clock. `zone` is an IANA name."""

    id: str
    name: str
    zone: str
    always: bool
    weekly: tuple[Spans, ...]
    exceptions: tuple[HoursException, ...] = ()


def read_schedule(raw: object) -> Schedule:
    """One `office_hours_schedule`. Raises ReadError when it has no id."""
    row = as_dict(raw)
    schedule_id = as_id(row.get("id"))
    if schedule_id is None:
        raise ReadError("an office hours schedule without an id")
    return Schedule(
        id=schedule_id,
        name=as_line(row.get("name")) or "office hours",
        zone=as_line(row.get("time_zone_name")) or "UTC",
        always=row.get("twenty_four_seven") is True,
        weekly=_weekly(list(as_objects(row, "time_intervals"))),
    )


def read_exception(raw: object) -> HoursException | None:
    """One `office_hours_exception`; None for a date that is none."""
    row = as_dict(raw)
    try:
        on = date.fromisoformat(str(row.get("exception_date")))
    except ValueError:
        return None
    spans = (
        _spans(list(as_objects(row, "time_intervals"))) if row.get("exception_type") == "custom_hours" else ()
    )
    return HoursException(on, spans, row.get("recurring_annually") is True, as_line(row.get("name")))


def _weekly(rows: list[dict[str, Any]]) -> tuple[Spans, ...]:
    """A span over midnight, or from one week into the next, is cut at each midnight."""
    days: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for begin, end in _spans(rows, most=_WEEK):
        while begin < end:
            day = begin // _DAY
            until = min(end, (day + 1) * _DAY)
            days[day].append((begin - day * _DAY, until - day * _DAY))
            begin = until
    return tuple(_joined(spans) for spans in days)


def _spans(rows: list[dict[str, Any]], most: int = _DAY) -> Spans:
    found = []
    for row in rows:
        begin, end = as_count(row.get("start_minute")), as_count(row.get("end_minute"))
        if begin is not None and end is not None and 0 <= begin < end <= most:
            found.append((begin, end))
    return _joined(found)


def _joined(spans: list[tuple[int, int]]) -> Spans:
    """In order, those that touch or overlap made one: our own file refuses overlaps."""
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return tuple(joined)
