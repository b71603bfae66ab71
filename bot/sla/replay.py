"""What a set of policies would have promised, warned of and missed over a stretch of the past. Pure.

Nobody should be held to a promise before somebody has looked at what it would have asked of last month. The
same states that ring alerts are computed from the same history under the other policies; here they are only
counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from zoneinfo import ZoneInfo

from bot.settings.model import ClockName
from bot.sla.clock import ClockState, State


@dataclass(frozen=True, slots=True)
class Case:
    """One promise of the past: which, whose, since when, and what would have become of it.

    `late_seconds` are working seconds, 0 for a promise that was kept. `warned`: a warning would have come
    before the answer did.
    """

    conversation_id: str
    clock: ClockName
    policy: str
    account: str | None
    team: str | None
    started_at: datetime
    warned: bool
    late_seconds: int
    decided: bool

    @property
    def missed(self) -> bool:
        return self.late_seconds > 0


def case_of(
    state: ClockState, conversation_id: str, *, account: str | None = None, team: str | None = None
) -> Case | None:
    """The case of one clock's state; None for a promise that was cancelled, which nobody was held to."""
    if state.state is State.CANCELLED:
        return None
    breached = state.state is State.BREACHED
    return Case(
        conversation_id=conversation_id,
        clock=state.name,
        policy=state.policy,
        account=account,
        team=team,
        started_at=state.started_at,
        warned=state.warnings_passed > 0,
        late_seconds=max(state.late_by_seconds, 1) if breached else 0,
        decided=breached or not state.running,
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """Of several promises: how many were made, warned of and missed, and how late the missed ones were."""

    promises: int = 0
    warned: int = 0
    missed: int = 0
    median_late: int = 0
    """Working seconds, 0 when none was missed."""

    @property
    def kept_share(self) -> float:
        """Share of promises that were kept, 1.0 when there was none."""
        return 1 - self.missed / self.promises if self.promises else 1.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that a replay counts. Weekdays from Monday = 0, hours in the zone that was asked for."""

    total: Tally
    by_clock: tuple[tuple[ClockName, Tally], ...]
    by_policy: tuple[tuple[str, Tally], ...]
    by_account: tuple[tuple[str, Tally], ...]
    by_team: tuple[tuple[str, Tally], ...]
    missed_by_hour: tuple[tuple[int, ...], ...]
    """Seven rows of 24: how many of the promises that began in that hour were missed."""
    promises_by_hour: tuple[tuple[int, ...], ...]
    """The same for all promises that began in that hour: no promise is something else than none missed."""
    missed: frozenset[str]
    """The conversations with a missed promise."""


def outcome(cases: Iterable[Case], zone: ZoneInfo) -> Outcome:
    """Count the cases. Groups are ordered by what was missed, then by size, then by name."""
    all_cases = [case for case in cases if case.decided]
    hours, everything = [[0] * 24 for _ in range(7)], [[0] * 24 for _ in range(7)]
    for case in all_cases:
        began = case.started_at.astimezone(zone)
        everything[began.weekday()][began.hour] += 1
        if case.missed:
            hours[began.weekday()][began.hour] += 1
    clocks = Counter(case.clock for case in all_cases)
    return Outcome(
        total=tally(all_cases),
        by_clock=tuple(
            (name, tally([case for case in all_cases if case.clock is name]))
            for name in ClockName
            if clocks[name]
        ),
        by_policy=_groups(all_cases, [case.policy for case in all_cases]),
        by_account=_groups(all_cases, [case.account for case in all_cases]),
        by_team=_groups(all_cases, [case.team for case in all_cases]),
        missed_by_hour=tuple(tuple(row) for row in hours),
        promises_by_hour=tuple(tuple(row) for row in everything),
        missed=frozenset(case.conversation_id for case in all_cases if case.missed),
    )


def tally(cases: Sequence[Case]) -> Tally:
    """Count several cases."""
    late = [case.late_seconds for case in cases if case.missed]
    return Tally(
        promises=len(cases),
        warned=sum(case.warned for case in cases),
        missed=len(late),
        median_late=round(median(late)) if late else 0,
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """What other policies change: conversations that would be missed and were not, and the reverse."""

    newly_missed: tuple[str, ...]
    no_longer: tuple[str, ...]


def difference(present: Outcome, other: Outcome) -> Difference:
    """Compare two outcomes of the same past."""
    return Difference(
        newly_missed=tuple(sorted(other.missed - present.missed)),
        no_longer=tuple(sorted(present.missed - other.missed)),
    )


def _groups(cases: Sequence[Case], names: Sequence[str | None]) -> tuple[tuple[str, Tally], ...]:
    grouped: dict[str, list[Case]] = {}
    for case, name in zip(cases, names, strict=True):
        if name is not None:
            grouped.setdefault(name, []).append(case)
    counted = [(name, tally(group)) for name, group in grouped.items()]
    return tuple(sorted(counted, key=lambda each: (-each[1].missed, -each[1].promises, each[0])))
