"""The thresholds of a promise, written down as they are crossed: with or without anybody being told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.sla.calendar import Calendar
from bot.sla.clock import ClockState
from bot.store import crossings
from bot.store.clocks import SlaClock

DEADLINE = "deadline"


def crossed(state: ClockState, calendar: Calendar, now: datetime) -> list[tuple[str, datetime]]:
    """Warnings and deadline that this clock has passed by `now` or by its stop, by name, oldest first."""
    if state.due_at is None:
        return []
    end = min(now, state.stopped_at) if state.stopped_at is not None else now
    found = [
        (f"warning {calendar.business_between(warned, state.due_at)}", warned)
        for warned in state.warn_at
        if warned <= end
    ]
    # An answer in the second of the deadline is in time.
    late = state.due_at <= end if state.running else state.due_at < end
    return [*found, (DEADLINE, state.due_at)] if late else found


def known(session: Session, clock: SlaClock, deadline: datetime | None = None) -> set[str]:
    """The names of those of a deadline, or of the clock's present one, that are written down."""
    return crossings.thresholds_of(
        session, clock.workspace, clock.conversation_id, clock.clock, clock.episode, _named(clock, deadline)
    )


def further(
    session: Session, state: ClockState, clock: SlaClock, calendar: Calendar, now: datetime
) -> str | None:
    """The threshold that is reached beyond those of the same deadline that are written down; None where there
    is none, or none is written down yet: the first of them is told by the alert itself.
    """
    written = known(session, clock)
    passed = crossed(state, calendar, now)
    return passed[-1][0] if written and passed and passed[-1][0] not in written else None


def called(session: Session, clock: SlaClock) -> tuple[str, ...]:
    """The Slack ids of whom the clock's present deadline called, as far as that is written down."""
    return crossings.told_of(
        session,
        clock.workspace,
        clock.conversation_id,
        clock.clock,
        clock.episode,
        _named(clock, None),
        DEADLINE,
    )


def note(
    session: Session,
    clock: SlaClock,
    threshold: str,
    crossed_at: datetime,
    now: datetime,
    outcome: str,
    told: Sequence[str] = (),
    deadline: datetime | None = None,
) -> bool:
    """Write one down, once; True when this call did. `told` are Slack ids.

    It is one of `deadline`, or of the clock's present one.
    """
    return crossings.note(
        session,
        workspace=clock.workspace,
        conversation_id=clock.conversation_id,
        clock=clock.clock,
        episode=clock.episode,
        deadline=_named(clock, deadline),
        threshold=threshold,
        crossed_at=crossed_at,
        noted_at=now,
        outcome=outcome,
        told=" ".join(told),
    )


def note_crossed(
    session: Session,
    state: ClockState,
    clock: SlaClock,
    calendar: Calendar,
    now: datetime,
    outcome: str,
    *,
    last: str | None = None,
    told: tuple[str, ...] = (),
) -> None:
    """Write down what was crossed since the last look; the newest of it may have an outcome of its own, and
    with it the Slack ids `told`.

    After a stop of the bot several thresholds lie behind: the one message tells of the nearest.
    """
    passed = crossed(state, calendar, now)
    written = known(session, clock) if passed else set()
    new = [each for each in passed if each[0] not in written]
    for name, crossed_at in new:
        newest = name == new[-1][0]
        said = (last or outcome) if newest else (crossings.PASSED_OVER if last else outcome)
        note(session, clock, name, crossed_at, now, said, told if newest else ())


def _named(clock: SlaClock, deadline: datetime | None) -> str:
    found = deadline or clock.due_at
    return found.isoformat() if found is not None else ""
