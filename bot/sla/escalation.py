"""When somebody is told that a promise stays broken: the calls of an escalation, and which of them is due.

Pure: a deadline, the steps and the calendars in, instants out. A call is a step and its turn (the first,
then its repetitions). After a stop of the bot several may be due at once: then those of the last instant are
made, one of each step, and those before are passed over, because telling an hour's worth of calls in one
second helps nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.settings.model import Escalation
from bot.sla.calendar import Calendar
from bot.sla.episodes import Pause


@dataclass(frozen=True, slots=True, order=True)
class Call:
    """One telling. `step` and `turn` count from 0; `at` is an aware UTC instant."""

    at: datetime
    step: int
    turn: int

    @property
    def name(self) -> str:
        """What the call is known by in the tables: "step 2.1" is the second step told for the first time."""
        return f"step {self.step + 1}.{self.turn + 1}"


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done now: the calls to make, those passed over for them, and when to look again."""

    calls: tuple[Call, ...]
    passed: tuple[Call, ...]
    next_at: datetime | None


def calls(
    escalation: Escalation,
    due_at: datetime,
    calendar: Calendar,
    speaking: Calendar | None = None,
    pauses: Sequence[Pause] = (),
) -> tuple[Call, ...]:
    """Every call of an escalation of a promise that was due at `due_at`, in order of time.

    `calendar` is the policy's. Outside the hours of `speaking` nothing is said: a call that falls there waits
    for their next opening. While the promise stands still, in `pauses` (in order), no call comes nearer;
    those behind a pause whose end nobody knows are left out.
    """
    found = []
    for number, step in enumerate(escalation.steps):
        for turn in range(step.times):
            after = step.after + turn * step.every
            at = _ripe(due_at, after, calendar if step.in_hours else None, pauses)
            if at is not None:
                found.append(Call(speaking.next_open(at) if speaking is not None else at, number, turn))
    return tuple(sorted(found))


def _ripe(
    due_at: datetime, after: int, calendar: Calendar | None, pauses: Sequence[Pause]
) -> datetime | None:
    """The instant at which a promise is late for `after` seconds, of a calendar's working time or plain."""
    start, left = due_at, after
    for pause in pauses:
        if pause.end is not None and pause.end <= start:
            continue
        if _later(start, left, calendar) <= pause.start:
            break
        if pause.end is None:
            return None
        begun = max(start, pause.start)
        left -= (
            int((begun - start).total_seconds())
            if calendar is None
            else calendar.business_between(start, begun)
        )
        start = pause.end
    return _later(start, left, calendar)


def _later(start: datetime, seconds: int, calendar: Calendar | None) -> datetime:
    return start + timedelta(seconds=seconds) if calendar is None else calendar.add_business(start, seconds)


def due(planned: Iterable[Call], done: Collection[str], now: datetime) -> Due:
    """What of the planned calls is to be done at `now`; `done` holds the names of those that were."""
    left = [call for call in planned if call.name not in done]
    ripe = [call for call in left if call.at <= now]
    coming = [call.at for call in left if call.at > now]
    # Steps come together where they say so, and where hours of alerts begin: each tells other people.
    made = {call.step: call for call in ripe if call.at == ripe[-1].at}
    return Due(
        calls=tuple(made.values()),
        passed=tuple(call for call in ripe if call not in made.values()),
        next_at=min(coming, default=None),
    )


def armed(for_deadline: datetime, due: datetime | None, now: datetime, *, called: bool) -> datetime:
    """The deadline for which somebody is to be called, or was (`called`, for `for_deadline`).

    It goes along with a promise that moves. Once somebody was called only a deadline that lies ahead arms it
    again: one that moved and is past all the same is known to be late.
    """
    return for_deadline if due is None or (called and due <= now) else due
