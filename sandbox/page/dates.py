"""Dates as Slack shows them: `<!date^…>` tokens, day dividers, message times. Always in the reader's zone."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo

_TOKEN = re.compile(r"\{(\w+)\}")


def clock_time(at: datetime) -> str:
    return at.strftime("%H:%M")


def ordinal(day: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    suffix = "th" if 11 <= day % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{suffix}"


def date(at: datetime) -> str:
    return f"{at:%B} {ordinal(at.day)}, {at.year}"


def date_long(at: datetime) -> str:
    return f"{at:%A}, {date(at)}"


def date_short(at: datetime) -> str:
    return f"{at:%b} {at.day}, {at.year}"


def full(at: datetime) -> str:
    """What a message's time shows on hover."""
    return f"{at:%A}, {at.day} {at:%B %Y} at {at:%H:%M:%S}"


def near_day(at: datetime, now: datetime) -> str | None:
    """`today`, `yesterday` or `tomorrow` as seen from `now` in the same zone, else None."""
    return {0: "today", -1: "yesterday", 1: "tomorrow"}.get((at.date() - now.date()).days)


def day_divider(at: datetime, now: datetime) -> str:
    near = near_day(at, now)
    if near in ("today", "yesterday"):
        return near.capitalize()
    return f"{at:%A}, {at.day} {at:%B}" + ("" if at.year == now.year else f" {at.year}")


def ago(at: datetime, now: datetime) -> str:
    seconds = int((now - at).total_seconds())
    size, unit = next(
        (
            (size, unit)
            for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute"))
            if abs(seconds) >= size
        ),
        (1, "second"),
    )
    count = abs(seconds) // size
    words = f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{words} ago" if seconds >= 0 else f"in {words}"


def formatted(layout: str, at: datetime, now: datetime) -> str:
    """Slack's date layout (`Posted {date_short} at {time}`) filled in; unknown tokens stay as they are.

    The list of tokens is that of Slack's reference "Formatting text for app surfaces". Times are shown on the
    24-hour clock, as Slack does for readers who prefer it.
    """
    near = near_day(at, now)
    values = {
        "date_num": f"{at:%Y-%m-%d}",
        "date_slash": f"{at:%m/%d/%Y}",
        "date": date(at),
        "date_short": date_short(at),
        "date_long": date_long(at),
        "date_pretty": near or date(at),
        "date_short_pretty": near or date_short(at),
        "date_long_pretty": near or date_long(at),
        "day_divider_pretty": near or f"{at:%A}, {at:%B} {ordinal(at.day)}",
        "time": clock_time(at),
        "time_secs": f"{at:%H:%M:%S}",
        "ago": ago(at, now),
    }
    return _TOKEN.sub(lambda found: values.get(found[1], found[0]), layout)


def from_timestamp(seconds: float, zone: tzinfo) -> datetime:
    """Unix seconds as an aware time in `zone`; OverflowError, OSError or ValueError beyond the calendar."""
    return datetime.fromtimestamp(seconds, zone)
