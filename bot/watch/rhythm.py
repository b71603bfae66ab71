"""Whether something that people hear of all the time has gone quiet: a channel, a sequence.

What is usual is learned from the same stretch of earlier weeks, so that nights, weekends and quiet hours need
no calendar: from Friday 18:00 to Monday 08:30 is compared with the same hours of the weeks before. Where
little is known nothing is said.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Rules:
    """When quiet is too quiet: at least `weeks_known` of the latest `weeks` before must be known, had
    `expected` on average in the same stretch, and none of them nothing (a holiday makes quiet ordinary).

    Whatever comes at random with 12 expected fails to come in e^-12 of the cases, six in a million. A gap is
    judged at every message, so with a thousand messages a week that is one false alarm in three years; half
    of it would give two a week.
    """

    expected: float = 12.0
    weeks_known: int = 3
    weeks: int = 8


@dataclass(frozen=True, slots=True)
class Silence:
    """Quiet since `since` (aware); `usual` came on average in the same hours of each of `weeks` before."""

    since: datetime
    usual: float
    weeks: int


def silent(spoke: Sequence[datetime], now: datetime, rules: Rules | None = None) -> Silence | None:
    """The silence that lasts at `now`, or None where there is none or none can be told.

    `spoke`: when it spoke, aware instants in any order; what is after `now` is ignored.
    """
    rules = rules or Rules()
    instants = sorted(instant for instant in spoke if instant <= now)
    if not instants:
        return None
    first, last = instants[0], instants[-1]
    windows = []
    for back in range(max(1, math.ceil((now - last) / WEEK)), rules.weeks + 1):
        start = last - back * WEEK
        if start < first:
            break
        windows.append(bisect_right(instants, now - back * WEEK) - bisect_right(instants, start))
    if len(windows) < rules.weeks_known or 0 in windows:
        return None
    usual = sum(windows) / len(windows)
    return Silence(last, usual, len(windows)) if usual >= rules.expected else None
