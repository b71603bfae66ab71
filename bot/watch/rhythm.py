"""Whether something that people hear of all the time has gone quiet: a channel, a sequence.

What is usual is learned from the same stretch of earlier weeks, so that nights, weekends and quiet hours need
no calendar: from Friday 18:00 to Monday 08:30 is compared with the same local hours of the weeks before.
Where little is known nothing is said.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(weeks=1)

Span = tuple[datetime, datetime]
"""From one aware instant to a later one."""

Count = Callable[[datetime, datetime], int]
"""How often it spoke after the first instant and not after the second."""


@dataclass(frozen=True, slots=True)
class Rules:
    """When quiet is too quiet: at least `weeks_known` of the latest `weeks` before must be known, had
    `expected` on average in the same stretch, and none of them nothing (a holiday that no calendar has makes
    quiet ordinary).

    Whatever comes at random with 12 expected fails to come in e^-12 of the cases, six in a million. A gap is
    judged at every message, so with a thousand messages a week that is one false alarm in three years; half
    of it would give two a week. Nothing shorter than `shortest` is looked at.
    """

    expected: float = 12.0
    weeks_known: int = 3
    weeks: int = 8
    shortest: timedelta = timedelta(minutes=10)


REACH = (Rules().weeks + 1) * WEEK
"""So far back what is usual is learned from: a silence may last for a week of its own."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Quiet since `since` (aware); `usual` came on average in the same hours of each of `weeks` before.

    `whole`: none of these hours was excused, and no week was left out.
    """

    since: datetime
    usual: float
    weeks: int
    whole: bool = True


def silent(
    first: datetime,
    last: datetime,
    now: datetime,
    count: Count,
    zone: ZoneInfo,
    rules: Rules | None = None,
    *,
    excused: Iterable[Span] = (),
) -> Silence | None:
    """The silence that lasts at `now`, or None where there is none or none can be told.

    `first` and `last`: since when it is known, and when it spoke last. A week before is the same local time
    in `zone`, on either side of a clock change. Hours that are `excused` (a holiday, a pause) count nowhere:
    they are no silence, what came in them in earlier weeks is not missed, and an earlier week with such hours
    in that stretch says nothing of what is usual. All instants are aware.
    """
    rules = rules or Rules()
    excused = list(excused)
    spans = list(without(last, now, excused))
    if sum((until - after for after, until in spans), timedelta()) < rules.shortest:
        return None
    usual: list[int] = []
    whole = spans == [(last, now)]
    # Within one zone Python counts by the clock on the wall, which may have been put back.
    length = now.astimezone(zone) - last.astimezone(zone)
    for back in range(max(math.ceil(length / WEEK), 1), rules.weeks + 1):
        earlier = [(_before(after, back, zone), _before(until, back, zone)) for after, until in spans]
        if earlier[0][0] < first:
            break
        if any(begin < until and end > after for begin, end in excused for after, until in earlier):
            whole = False
            continue
        spoke = sum(count(after, until) for after, until in earlier)
        if spoke == 0:
            return None
        usual.append(spoke)
    if len(usual) < rules.weeks_known or sum(usual) < rules.expected * len(usual):
        return None
    return Silence(last, sum(usual) / len(usual), len(usual), whole)


def shared(kinds: Iterable[Iterable[Span]]) -> list[Span]:
    """What lies in a span of every kind, earliest first; the spans of one kind do not overlap."""
    several = iter(kinds)
    found = sorted(next(several, ()))
    for spans in several:
        both = ((max(a, b), min(until_a, until_b)) for a, until_a in found for b, until_b in spans)
        found = sorted((begin, end) for begin, end in both if begin < end)
    return found


def _before(at: datetime, weeks: int, zone: ZoneInfo) -> datetime:
    return (at.astimezone(zone) - weeks * WEEK).astimezone(UTC)


def without(after: datetime, until: datetime, excused: Iterable[Span]) -> Iterator[Span]:
    """What is left between two instants, earliest first."""
    for begin, end in sorted(excused):
        if begin >= until:
            break
        if begin > after:
            yield after, begin
        after = max(after, end)
    if after < until:
        yield after, until
