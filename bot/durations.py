"""Lengths of time as people write and read them.

The parser belongs to watchbell.toml ("30m", "1h30m", "4h", "1d", "2 working days"); the rest words lengths
for cards, alerts and the command line, two units at most. How long a call may take that carries files stands
here too, for both doors.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
LONGEST_DAYS = 366
FORMS = "Write 30m, 4h, 1d or 2 working days."
PLAIN_FORMS = "Write 45s, 30m, 4h or 1d."

SLOWEST = 100_000
"""Bytes a second of the slowest line that files go over."""
LONGEST = 6
"""So many times its ordinary limit a call with files may take at most."""

_UNITS = {"d": DAY, "h": HOUR, "m": MINUTE, "s": 1}
_PARTS = re.compile(
    r"(?:(\d{1,9})\s*d)?\s*(?:(\d{1,9})\s*h)?\s*(?:(\d{1,9})\s*m)?\s*(?:(\d{1,9})\s*s)?", re.ASCII
)
_WORKING_DAYS = re.compile(r"(\d{1,9})\s+working\s+days?", re.ASCII)


def transfer(limit: float, size: int) -> float:
    """Seconds that a call may take which carries `size` bytes, where without them `limit` is the most."""
    return min(limit + size / SLOWEST, LONGEST * limit)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time out of the settings: either seconds, or a number of working days.

    In a promise the seconds are working time, so one day ("1d") is 24 hours of it, as Intercom counts;
    "2 working days" end at the same local time on the second day with opening hours after the start.
    """

    seconds: int = 0
    working_days: int = 0

    def __str__(self) -> str:
        if self.working_days:
            return plural(self.working_days, "working day")
        return human(self.seconds, days=False)


def parse(text: str) -> Duration:
    """Read a duration. For anything else raises ValueError with a sentence that quotes the text."""
    folded = " ".join(text.lower().split())
    if found := _WORKING_DAYS.fullmatch(folded):
        result = Duration(working_days=int(found[1]))
    elif folded and (found := _PARTS.fullmatch(folded)):
        amounts = zip(found.groups(default="0"), _UNITS.values(), strict=True)
        result = Duration(seconds=sum(int(amount) * unit for amount, unit in amounts))
    else:
        raise ValueError(f'"{text}" is not a duration.')
    if not (result.seconds or result.working_days):
        raise ValueError(f'"{text}" is no time at all.')
    if result.seconds > LONGEST_DAYS * DAY or result.working_days > LONGEST_DAYS:
        raise ValueError(f'"{text}" is longer than a year.')
    return result


def plain_seconds(text: str) -> int:
    """Read a duration of plain time (no working days), in seconds. Raises ValueError like `parse`."""
    duration = parse(text)
    if duration.working_days:
        raise ValueError(f'"{text}" is working time, and this setting is plain time.')
    return duration.seconds


def human(seconds: float, *, days: bool = True) -> str:
    """A length in two units at most, rounded down: "2 h 10 min", "14 min", "3 days", "40 s".

    The sign is dropped: "late" or "left" is the caller's word. `days=False` keeps to hours, which is how
    working time is told ("30 h" of working time is not a day and six hours to anybody).
    """
    left = abs(int(seconds))
    if left < MINUTE:
        return f"{left} s"
    if days and left >= DAY:
        hours = left % DAY // HOUR
        return plural(left // DAY, "day") + (f" {hours} h" if hours else "")
    if left >= HOUR:
        minutes = left % HOUR // MINUTE
        return f"{left // HOUR} h" + (f" {minutes} min" if minutes else "")
    return f"{left // MINUTE} min"


def ago(seconds: float) -> str:
    """How long ago: "just now" within a minute, then "14 min ago"."""
    return "just now" if seconds < MINUTE else f"{human(seconds)} ago"


def plural(count: int, one: str, many: str | None = None) -> str:
    """A number with its noun: "1 conversation", "2 conversations", plural(3, "reply", "replies")."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
