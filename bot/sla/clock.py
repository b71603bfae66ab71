"""The clocks of a conversation: what was promised, since when, due when, and how it stands now.

Pure: history, policy, calendar and `now` in, one `ClockState` for each episode out. The same history and
`now` always give the same states, so a policy or calendar edit is a recomputation from the original start.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.durations import MINUTE, Duration, human
from bot.office import WorkingTime
from bot.settings.model import ClockName, Policy
from bot.sla.calendar import Calendar
from bot.sla.episodes import Ending, Episode, Pause, episodes
from bot.sla.history import ConversationHistory
from bot.sla.policy import Matched


class State(StrEnum):
    """How a promise stands."""

    PENDING = "pending"
    WARNING = "warning"
    BREACHED = "breached"
    """Late: still running, or answered after it was due (then `stopped_at` is set)."""
    ACHIEVED = "achieved"
    CANCELLED = "cancelled"


LABELS = {
    ClockName.FIRST_RESPONSE: "first reply",
    ClockName.NEXT_RESPONSE: "next reply",
    ClockName.RESOLUTION: "resolution",
    ClockName.TOTAL_RESOLUTION: "total resolution",
    ClockName.PERIODIC_UPDATE: "update",
}
_SINCE = {
    ClockName.RESOLUTION: "open since",
    ClockName.TOTAL_RESOLUTION: "open since",
    ClockName.PERIODIC_UPDATE: "last update",
}
_ENDINGS = {
    Ending.ANSWERED: "answered",
    Ending.RESOLVED: "closed",
    Ending.CLOSED: "closed without an answer",
    Ending.NOT_NEEDED: "marked as needing no answer",
    Ending.MERGED: "merged into another conversation",
    Ending.CUSTOMER_WROTE: "the customer wrote",
}
_NEVER_MISSED = (Ending.MERGED, Ending.NOT_NEEDED)


@dataclass(frozen=True, slots=True)
class ClockState:
    """One episode of one clock as of `as_of`. Instants are aware UTC, lengths are working seconds.

    `due_at` and the warnings after a pause whose end nobody knows are None or left out until it ends.
    A reply within the second in which it is due is in time.
    """

    name: ClockName
    episode: str
    """Names this episode of the conversation for good: "next_response@2026-11-21T13:02:00Z"."""
    state: State
    started_at: datetime
    effective_start: datetime
    """The first working instant: a message of Saturday starts its clock on Monday."""
    target: Duration
    target_seconds: int
    due_at: datetime | None
    warn_at: tuple[datetime, ...]
    """Earliest first."""
    pauses: tuple[Pause, ...]
    given_back: tuple[Pause, ...]
    """Those of them in which it stood still."""
    paused_since: datetime | None
    elapsed_seconds: int
    late_by_seconds: int
    late_from: datetime | None
    """From when on it gets later, of one that is late and runs; None while it stands still, nobody knows how
    long."""
    stopped_at: datetime | None
    ending: Ending | None
    next_change_at: datetime | None
    """When the state changes if nothing happens: the next warning or the deadline. None: it will not."""
    policy: str
    rule: str
    hours: str
    zone: str
    as_of: datetime

    @property
    def running(self) -> bool:
        return self.stopped_at is None

    @property
    def warnings_passed(self) -> int:
        """How many warnings lie behind; an alert's level is this, or the breach."""
        end = self.stopped_at or self.as_of
        return sum(at <= end for at in self.warn_at)

    @property
    def left_seconds(self) -> int:
        """Working time left, negative when late."""
        return self.target_seconds - self.elapsed_seconds

    @property
    def label(self) -> str:
        """The promise in two words: "first reply"."""
        return LABELS[self.name]

    @property
    def reason(self) -> str:
        """One line that says why it is due when it is due, in the calendar's local time."""
        return f"{self.target} {self.label}, {self.policy}, {self.hours}: {', '.join(self._story())}"

    def _story(self) -> Iterable[str]:
        yield f"{_SINCE.get(self.name, 'waiting since')} {self._local(self.started_at)}"
        if self.effective_start != self.started_at and self.effective_start <= self.as_of:
            yield f"clock started {self._local(self.effective_start)}"
        elif self.effective_start > self.as_of and self.running:
            yield f"clock starts {self._local(self.effective_start)}"
        if self.paused_since is not None:
            yield f"paused since {self._local(self.paused_since)}"
        elif self.pauses:
            spans = (
                f"{self._local(pause.start)} to {self._local(pause.end)}"
                for pause in self.pauses
                if pause.end
            )
            yield f"paused {' and '.join(spans)}"
        if self.ending is not None and self.stopped_at is not None:
            yield f"{_ENDINGS[self.ending]} {self._local(self.stopped_at)}"
        if self.state is State.BREACHED:
            just_due = self.running and self.late_by_seconds < MINUTE
            yield "due now" if just_due else f"{human(self.late_by_seconds, days=False)} late"

    def _local(self, at: datetime) -> str:
        """Weekday and time; with the date when that weekday could be another week's."""
        local = at.astimezone(ZoneInfo(self.zone))
        day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[local.weekday()]
        if abs(at - self.as_of) < timedelta(days=6):
            return f"{day} {local:%H:%M}"
        return f"{day} {local:%Y-%m-%d %H:%M}"


def clocks(
    history: ConversationHistory, matched: Matched | None, calendar: Calendar, now: datetime
) -> tuple[ClockState, ...]:
    """Every episode of every promised clock up to `now`, in the order in which they began.

    `calendar` is the one that the policy names. Without a policy there are none. Raises NeverOpen when the
    calendar cannot reach a promise, which settings refuse beforehand.
    """
    if matched is None:
        return ()
    policy = matched.policy
    states = []
    for episode in episodes(history, policy, now):
        target = policy.target(episode.clock)
        if target is not None:
            states.append(_state(episode, target, matched, calendar, now))
    return tuple(states)


def next_change(states: Iterable[ClockState]) -> datetime | None:
    """The next instant at which any of the clocks changes by itself: what to store as the next deadline."""
    return min((state.next_change_at for state in states if state.next_change_at is not None), default=None)


def _state(
    episode: Episode, target: Duration, matched: Matched, calendar: Calendar, now: datetime
) -> ClockState:
    policy, start, stopped = matched.policy, episode.started_at, episode.stopped_at
    pauses = uncounted(episode, policy)
    seconds = calendar.target_seconds(target, start)
    elapsed = counted(calendar, start, stopped or now, pauses)
    due = _moment(calendar, start, pauses, seconds)
    warnings = _warnings(calendar, start, pauses, seconds, policy)
    paused = _present_pause(episode, now)
    changes = [*warnings, due]
    if paused is not None and not policy.credit_pauses:
        due = due if due is not None and due <= paused.start else None
        warnings = tuple(at for at in warnings if at <= paused.start)
        changes = [paused.end]
    elif paused is not None and due is not None and due <= now:
        # It goes on to get later.
        changes = [paused.end]
    standing = paused if policy.credit_pauses else None
    coming = [at for at in changes if at is not None and at > now]
    state = _standing(episode, due, warnings, now)
    return ClockState(
        name=episode.clock,
        episode=episode.key,
        state=state,
        started_at=start,
        effective_start=_moment(calendar, start, pauses, 0) or calendar.next_open(start),
        target=target,
        target_seconds=seconds,
        due_at=due,
        warn_at=warnings,
        pauses=tuple(episode.pauses),
        given_back=tuple(pauses),
        paused_since=paused.start if paused else None,
        elapsed_seconds=elapsed,
        late_by_seconds=max(0, elapsed - seconds),
        late_from=None if stopped or state is not State.BREACHED else standing.end if standing else now,
        stopped_at=stopped,
        ending=episode.ending,
        next_change_at=min(coming, default=None) if stopped is None else None,
        policy=policy.title,
        rule=matched.rule,
        hours=calendar.title,
        zone=calendar.config.zone,
        as_of=now,
    )


def _standing(episode: Episode, due: datetime | None, warnings: tuple[datetime, ...], now: datetime) -> State:
    if episode.stopped_at is None:
        if due is not None and now >= due:
            return State.BREACHED
        return State.WARNING if any(at <= now for at in warnings) else State.PENDING
    late = due is not None and episode.stopped_at > due
    if late and episode.ending not in _NEVER_MISSED:
        return State.BREACHED
    return State.ACHIEVED if episode.ending in (Ending.ANSWERED, Ending.RESOLVED) else State.CANCELLED


def _warnings(
    calendar: Calendar, start: datetime, pauses: Sequence[Pause], seconds: int, policy: Policy
) -> tuple[datetime, ...]:
    """The instants at which the leads of the policy are left, at times when somebody works."""
    leads = sorted((lead.seconds for lead in policy.warn if 0 < lead.seconds < seconds), reverse=True)
    moments = (_moment(calendar, start, pauses, seconds - lead, at_close=False) for lead in leads)
    return tuple(moment for moment in moments if moment is not None)


def _moment(
    calendar: Calendar,
    start: datetime,
    pauses: Sequence[Pause],
    seconds: int,
    *,
    at_close: bool | None = None,
) -> datetime | None:
    """The instant at which the clock has run for `seconds`; None behind a pause without a known end."""
    left = seconds
    for pause in pauses:
        reached = calendar.add_business(start, left, at_close=at_close)
        if reached <= pause.start:
            return reached
        if pause.end is None:
            return None
        left -= calendar.business_between(start, pause.start)
        start = max(start, pause.end)
    return calendar.add_business(start, left, at_close=at_close)


def uncounted(episode: Episode, policy: Policy) -> list[Pause]:
    """Its pauses that the policy gives back."""
    return [pause for pause in episode.pauses if policy.credit_pauses or pause.closed]


def counted(calendar: WorkingTime, start: datetime, end: datetime, pauses: Sequence[Pause]) -> int:
    """Working seconds from `start` to `end` outside the pauses."""
    return calendar.business_between(start, end) - sum(
        calendar.business_between(max(pause.start, start), min(pause.end or end, end)) for pause in pauses
    )


def _present_pause(episode: Episode, now: datetime) -> Pause | None:
    if episode.stopped_at is not None or not episode.pauses:
        return None
    last = episode.pauses[-1]
    return last if last.end is None or last.end > now else None
