"""The risk score: a points card whose total is exactly the sum of the points it shows.

0 means that nothing was seen, not that all is well: what could not be known stands beside it, and a low total
without usage data has the level "not known". At most 100 points are given; the largest signals get theirs
first and what is left of the last one says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Literal

from bot.risk.facts import AccountFacts
from bot.risk.signals import DEFAULTS, Limits, Unknown, signals, unknowns, usage_known

Level = Literal["low", "medium", "high", "not known"]

MOST = 100
MEDIUM_FROM = 30
HIGH_FROM = 60


@dataclass(frozen=True, slots=True)
class Points:
    """Points given to one signal. `of` is what it is worth by itself; less was given when the total met
    100."""

    signal: str
    points: int
    reason: str
    of: int
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """`total` is the sum of `points`, 0 to 100; both are ordered by weight. `unknown` is what is not
    known."""

    total: int
    level: Level
    points: tuple[Points, ...]
    unknown: tuple[Unknown, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One signal that gives other points than before. 0 stands for "did not count"."""

    signal: str
    before: int
    after: int
    reason: str


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed since an earlier score: `total` is signed, `changes` come largest first and add up to
    it."""

    total: int
    before: int
    after: int
    changes: tuple[Change, ...]


def score(facts: AccountFacts, now: datetime, *, zone: tzinfo = UTC, limits: Limits = DEFAULTS) -> Score:
    """One account's score at `now` (aware). `zone` is the team's, for dates in reasons."""
    left = MOST
    points: list[Points] = []
    for signal in signals(facts, now, zone=zone, limits=limits):
        given = min(signal.points, left)
        left -= given
        reason = (
            signal.reason
            if given == signal.points
            else f"{signal.reason}; {given} of {signal.points}, the score ends at {MOST}"
        )
        points.append(Points(signal.name, given, reason, signal.points, signal.quotes))
    total = sum(one.points for one in points)
    return Score(
        total, _level(total, usage_known(facts, now)), tuple(points), unknowns(facts, now, zone=zone)
    )


def top_reasons(given: Score, n: int = 3) -> tuple[str, ...]:
    """The reasons of the `n` weightiest signals, without saying one fact twice.

    A combination rule repeats the facts of its parts, so it is told only after the parts.
    """
    single = [one for one in given.points if not _combines(one.signal)]
    combined = [one for one in given.points if _combines(one.signal)]
    return tuple(one.reason for one in [*single, *combined][: max(0, n)])


def compare(given: Score, previous: Score | None) -> Delta | None:
    """What changed since `previous`; None without one."""
    if previous is None:
        return None
    before = {one.signal: one for one in previous.points}
    after = {one.signal: one for one in given.points}
    changes = [
        Change(
            signal,
            before[signal].points if signal in before else 0,
            after[signal].points if signal in after else 0,
            (after.get(signal) or before[signal]).reason,
        )
        for signal in sorted(before.keys() | after.keys())
    ]
    changed = [change for change in changes if change.before != change.after]
    changed.sort(key=lambda change: (-abs(change.after - change.before), change.signal))
    return Delta(given.total - previous.total, previous.total, given.total, tuple(changed))


def eased(delta: Delta, on: date) -> str:
    """What lost most since that day: what counted then and does not now, else what counts less.

    A combination rule, which repeats the facts of its parts, is told only where none of them lost anything.
    """
    lost = [change for change in delta.changes if change.after < change.before]
    single = [change for change in lost if not _combines(change.signal)]
    most = max(single or lost, key=lambda change: change.before - change.after)
    how = "less than" if most.after else "no longer as"
    return f"{how} on {on:%-d %b}: {most.reason}"


def _combines(signal: str) -> bool:
    return "," in signal or signal in _COMBINED


_COMBINED = frozenset({"trial ends unused", "quiet after trouble"})


def _level(total: int, usage: bool) -> Level:
    if total >= HIGH_FROM:
        return "high"
    if total >= MEDIUM_FROM:
        return "medium"
    return "low" if usage else "not known"
