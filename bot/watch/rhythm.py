"""Whether something that people hear of all the time has gone quiet: a channel, a sequence.

What is usual is learned from the same stretch of earlier weeks, so that nights, weekends and quiet hours need
no calendar: from Friday 18:00 to Monday 08:30 is compared with the same hours of the weeks before. Where
little is known nothing is said.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

WEEK = timedelta(weeks=1)

Count = Callable[[datetime, datetime], int]
"""How often it spoke after the first instant and not after the second."""


@dataclass(frozen=True, slots=True)
class Rules:
    """When quiet is too quiet: at least `weeks_known` of the latest `weeks` before must be known, had
    `expected` on average in the same stretch, and none of them nothing (a holiday makes quiet ordinary).

    Whatever comes at random with 12 expected fails to come in e^-12 of the cases, six in a million. A gap is
    judged at every message, so with a thousand messages a week that is one false alarm in three years; half
    of it would give two a week. Nothing shorter than `shortest` is looked at.
    """

    expected: float = 12.0
    weeks_known: int = 3
    weeks: int = 8
    shortest: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Silence:
    """Quiet since `since` (aware); `usual` came on average in the same hours of each of `weeks` before."""

    since: datetime
    usual: float
    weeks: int


def silent(
    first: datetime, last: datetime, now: datetime, count: Count, rules: Rules | None = None
) -> Silence | None:
    """The silence that lasts at `now`, or None where there is none or none can be told.

    `first` and `last`: since when it is known, and when it spoke last. All instants are aware.
    """
    rules = rules or Rules()
    if now - last < rules.shortest:
        return None
    usual: list[int] = []
    for back in range(math.ceil((now - last) / WEEK), rules.weeks + 1):
        start = last - back * WEEK
        if start < first:
            break
        spoke = count(start, now - back * WEEK)
        if spoke == 0:
            return None
        usual.append(spoke)
    if len(usual) < rules.weeks_known or sum(usual) < rules.expected * len(usual):
        return None
    return Silence(last, sum(usual) / len(usual), len(usual))
