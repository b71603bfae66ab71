"""Whether something that normally speaks has gone quiet: a sequence, a webhook, a sweep, the bot's own ticks.

What is usual is learned from the same stretch of earlier weeks, so that nights, weekends and one-a-week
things need no calendar: from Friday 18:00 to Monday 08:30 is compared with the same hours of the weeks
before. A thing with a promise (`every`) is measured against the promise. Where nothing can be said, that is
said: a missing history is never taken for health.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from bot.durations import human

Sureness = Literal["sure", "likely", "not known"]

WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Count:
    """How often something spoke in the period that starts at `start` (aware UTC)."""

    start: datetime
    n: int


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How something normally speaks: single instants, or counts per `period`, or the promise `every`.

    `instants` and `counts` may come in any order and include the latest. `kind` is the word a card shows,
    such as "sequence", "webhook", "sweep" or "tick". `due` says how much was waiting to be sent, where that
    is known.
    """

    name: str
    kind: str
    instants: tuple[datetime, ...] = ()
    counts: tuple[Count, ...] = ()
    period: timedelta = timedelta(days=1)
    every: timedelta | None = None
    due: int | None = None


@dataclass(frozen=True, slots=True)
class Quiet:
    """When quiet is too quiet.

    Something with a promise is silent after `missed` intervals. Something learned is silent when the same
    stretch of earlier weeks had at least `expected` (likely) or `expected_sure` (sure) on average. Nothing in
    more than `quiet_weeks` of those weeks makes quiet ordinary; one such week (a holiday) only makes it less
    sure. At least `weeks_sure` earlier weeks must be known to be sure; `weeks` are compared at most. Quiet
    shorter than `shortest` is never told.
    """

    missed: float = 3.0
    expected: float = 3.0
    expected_sure: float = 6.0
    weeks_sure: int = 3
    weeks: int = 8
    quiet_weeks: float = 0.25
    shortest: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Silence:
    """Something quiet that should not be (`sure`, `likely`), or of which nothing is known (`not known`).

    `since` is when it last spoke, None when it never did as far as is known. `usual` reads "38 a day".
    `sentence` is for a card.
    """

    name: str
    kind: str
    since: datetime | None
    usual: str
    sureness: Sureness
    sentence: str


def silent(
    expected: Rhythm, last_seen: datetime | None, now: datetime, rules: Quiet | None = None
) -> Silence | None:
    """What is silent, or None when it speaks as usual.

    `last_seen` is when it last spoke; the newest instant or counted period of `expected` stands in for it or
    corrects it. All instants are aware. History after `now` is ignored.
    """
    rules = rules or Quiet()
    instants = tuple(sorted(instant for instant in expected.instants if instant <= now))
    counts = tuple(sorted((c for c in expected.counts if c.start <= now), key=lambda c: (c.start, c.n)))
    seen = [*instants[-1:], *(() if last_seen is None or last_seen > now else (last_seen,))]
    if not seen:
        seen = [min(c.start + expected.period, now) for c in counts if c.n > 0][-1:]
    last = max(seen) if seen else None

    if expected.every is not None:
        return _against_promise(expected, expected.every, last, now, rules)
    if last is None:
        return _not_known(expected, None, "it has not been seen yet")
    quiet = now - last
    if quiet < rules.shortest:
        return None
    total = len(instants) or sum(c.n for c in counts)
    first = instants[0] if instants else counts[0].start if counts else last
    if total < 2 or last - first < rules.shortest:
        return _not_known(expected, last, "too little history to tell what is usual")

    between = _between(instants, counts, expected.period)
    windows = _windows(between, first, last, now, rules)
    usual = _rate(total, max(last - first, expected.period if counts else timedelta(hours=1)))
    if windows:
        mean, known = sum(windows) / len(windows), len(windows)
        ordinary = sum(count == 0 for count in windows) > len(windows) * rules.quiet_weeks
    else:
        mean, known = total / max((last - first) / quiet, 1e-9), 0
        ordinary = _longest_gap(instants, counts, expected.period) >= quiet
    if mean < rules.expected or ordinary:
        return None
    sure = mean >= rules.expected_sure and known >= rules.weeks_sure and 0 not in windows
    compared = (
        f"{_number(mean)} in the same hours of the {_weeks(known)} before" if known else f"usual {usual}"
    )
    return Silence(
        expected.name,
        expected.kind,
        last,
        usual,
        "sure" if sure else "likely",
        f"{_named(expected)} has been silent for {_human(quiet)} ({compared}, now 0){_due(expected)}.",
    )


def _against_promise(
    expected: Rhythm, every: timedelta, last: datetime | None, now: datetime, rules: Quiet
) -> Silence | None:
    usual = f"every {_human(every)}"
    if last is None:
        return _not_known(expected, None, f"it has not been seen yet; it should run {usual}")
    if now - last <= every * rules.missed:
        return None
    ran = f"last ran {_human(now - last)} ago; it should run {usual}"
    sentence = f"{_named(expected)} {ran}{_due(expected)}."
    return Silence(expected.name, expected.kind, last, usual, "sure", sentence)


def _between(
    instants: tuple[datetime, ...], counts: tuple[Count, ...], period: timedelta
) -> Callable[[datetime, datetime], float]:
    """How often it spoke between two instants; counts are spread evenly over their period."""

    def between(start: datetime, end: datetime) -> float:
        if instants:
            return sum(start < instant <= end for instant in instants)
        total = 0.0
        for count in counts:
            overlap = min(end, count.start + period) - max(start, count.start)
            total += count.n * max(0.0, overlap / period)
        return total

    return between


def _windows(
    between: Callable[[datetime, datetime], float],
    first: datetime,
    last: datetime,
    now: datetime,
    rules: Quiet,
) -> list[float]:
    """How often it spoke in the same stretch of each earlier week that is wholly in its history."""
    found = []
    for back in range(math.ceil((now - last) / WEEK) or 1, rules.weeks + 1):
        start, end = last - back * WEEK, now - back * WEEK
        if start < first:
            break
        if end <= last:
            found.append(between(start, end))
    return found


def _longest_gap(instants: tuple[datetime, ...], counts: tuple[Count, ...], period: timedelta) -> timedelta:
    spoke = list(instants) or [count.start for count in counts if count.n]
    gaps = [after - before for before, after in pairwise(spoke)]
    return max(gaps, default=timedelta()) if instants else max(gaps, default=period)


def _rate(total: int, span: timedelta) -> str:
    a_day = total / (span / timedelta(days=1))
    if a_day >= 48:
        return f"{_number(a_day / 24)} an hour"
    if a_day >= 1:
        return f"{_number(a_day)} a day"
    return f"{_number(a_day * 7)} a week"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 9.5 or abs(value - round(value)) < 0.05 else f"{value:.1f}"


def _weeks(count: int) -> str:
    return "week" if count == 1 else f"{count} weeks"


def _human(length: timedelta) -> str:
    return human(length.total_seconds())


def _named(expected: Rhythm) -> str:
    return f"{expected.kind[:1].upper()}{expected.kind[1:]} “{expected.name}”"


def _due(expected: Rhythm) -> str:
    if expected.due is None:
        return ""
    return f"; {expected.due} {'was' if expected.due == 1 else 'were'} due"


def _not_known(expected: Rhythm, since: datetime | None, because: str) -> Silence:
    sentence = f"{_named(expected)}: not known, {because}."
    return Silence(expected.name, expected.kind, since, "not known", "not known", sentence)
