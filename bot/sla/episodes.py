"""From events to episodes: when each promise began, when it stood still, and what ended it.

No calendar and no target here, only what happened and what a policy lets count. An *episode* is one run of
one clock: a conversation has one first response, and one next response for each time the customer waited.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from bot.settings.model import ClockName, PauseState, Policy
from bot.sla.history import ConversationHistory, Event, EventKind, StartedBy

REPLIES = (ClockName.FIRST_RESPONSE, ClockName.NEXT_RESPONSE)


class Ending(StrEnum):
    """What stopped a clock."""

    ANSWERED = "answered"
    RESOLVED = "resolved"
    CLOSED = "closed"
    """Closed without an answer: nothing is owed as long as it is closed, and nothing was achieved."""
    NOT_NEEDED = "not_needed"
    MERGED = "merged"
    CUSTOMER_WROTE = "customer_wrote"
    """A promised update gave way to the (shorter) promise of an answer."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which a clock stood still. `end` is None while nobody knows when it ends; with a snooze
    that has a time it may lie in the future."""

    start: datetime
    end: datetime | None = None
    closed: bool = False
    """The conversation was closed and reopened: never counted, whatever the policy does with other pauses."""


@dataclass(slots=True)
class Episode:
    """One run of one clock, being built while events are read."""

    clock: ClockName
    started_at: datetime
    key: str
    """Names the episode for good, also when a merge moves its start."""
    pauses: list[Pause] = field(default_factory=list)
    stopped_at: datetime | None = None
    ending: Ending | None = None

    def stop(self, at: datetime, ending: Ending) -> None:
        self.end_pause(at)
        self.stopped_at, self.ending = at, ending

    def begin_pause(self, at: datetime, until: datetime | None) -> None:
        touching = bool(self.pauses) and self.pauses[-1].end == at and not self.pauses[-1].closed
        self.pauses.append(Pause(self.pauses.pop().start if touching else at, until))

    def end_pause(self, at: datetime) -> None:
        if self.pauses and (self.pauses[-1].end is None or self.pauses[-1].end > at):
            begun = self.pauses.pop().start
            if begun < at:
                self.pauses.append(Pause(begun, at))

    def resume(self, at: datetime) -> None:
        """Take up again after a close: the time in between counts as a pause."""
        if self.stopped_at is not None:
            if self.stopped_at < at:
                self.pauses.append(Pause(self.stopped_at, at, closed=True))
            self.stopped_at = self.ending = None


def episodes(history: ConversationHistory, policy: Policy, now: datetime) -> list[Episode]:
    """All episodes up to `now`, in the order in which they began. Events after `now` are not known yet.

    Which clocks have a target is not looked at, except that without a promised first response the next
    response covers the first message too: a promise given must not have a hole.
    """
    track = _Track(history, policy)
    known = (event for event in history.events if event.at <= now)
    for event in sorted(known, key=lambda event: event.at):
        track.take(event)
    track.pass_time(now)
    return track.found


class _Track:
    """The state of a conversation while its events are read in order."""

    def __init__(self, history: ConversationHistory, policy: Policy) -> None:
        self.policy = policy
        self.found: list[Episode] = []
        self.running: dict[ClockName, Episode] = {}
        self.resumable: dict[ClockName, Episode] = {}
        self.closed = self.merged = False
        self.waiting_on_customer = self.snoozed = False
        self.snoozed_until: datetime | None = None
        by_customer = history.started_by is StartedBy.CUSTOMER
        self.wrote = [history.created_at] if by_customer else []
        self.opened = history.started_by is not StartedBy.AUTOMATION
        self.answered = history.started_by is StartedBy.TEAMMATE
        self.covers_first = policy.first_response is None or policy.next_response_from_start
        if self.opened:
            self._start_resolution(history.created_at)
        if by_customer:
            self._start(ClockName.FIRST_RESPONSE, history.created_at)
            if policy.first_response is None:
                self._start(ClockName.NEXT_RESPONSE, history.created_at)

    def take(self, event: Event) -> None:
        if self.merged:
            return
        self.pass_time(event.at)
        match event.kind:
            case EventKind.CUSTOMER_MESSAGE:
                self._customer_wrote(event.at)
            case EventKind.TEAMMATE_REPLY:
                self._answer(event.at)
            case EventKind.NOTE if self.policy.note_counts:
                self._answer(event.at)
            case EventKind.BOT_REPLY if self.policy.bot_counts:
                self._answer(event.at)
            case EventKind.FIN_REPLY if self.policy.fin_counts:
                self._answer(event.at)
            case EventKind.SNOOZED if event.until is None or event.until > event.at:
                self._reopen(event.at)
                self.snoozed, self.snoozed_until = True, event.until
                self._settle_pauses(event.at)
            case EventKind.UNSNOOZED:
                self._unsnooze(event.at)
            case EventKind.WAITING_ON_CUSTOMER:
                self._reopen(event.at)
                self.waiting_on_customer = True
                self._settle_pauses(event.at)
            case EventKind.CLOSED:
                self._close(event.at)
            case EventKind.OPENED:
                self._reopen(event.at)
                self.waiting_on_customer = False
                self._unsnooze(event.at)
            case EventKind.MERGED_AWAY:
                self.merged = True
                self._stop(tuple(self.running), event.at, Ending.MERGED)
            case EventKind.MERGED_IN:
                self._take_over(event)
            case EventKind.NO_ANSWER_NEEDED:
                self._need_no_answer(event)
            case _:
                pass

    def pass_time(self, at: datetime) -> None:
        """A snooze ends by itself."""
        if self.snoozed_until is not None and self.snoozed_until <= at:
            self._unsnooze(self.snoozed_until)

    def _customer_wrote(self, at: datetime) -> None:
        self.wrote.append(at)
        self._give_up_closed()
        self._reopen(at)
        self.waiting_on_customer = False
        self._unsnooze(at)
        self._stop((ClockName.PERIODIC_UPDATE,), at, Ending.CUSTOMER_WROTE)
        if not self.opened:
            self.opened = True
            self._start_resolution(at)
        for clock in self._owed():
            self._start(clock, at)

    def _owed(self) -> Iterable[ClockName]:
        """The clocks that an unanswered message starts now."""
        if not self.answered:
            yield ClockName.FIRST_RESPONSE
        if self.answered or self.covers_first:
            yield ClockName.NEXT_RESPONSE

    def _settle_replies(self, at: datetime, ending: Ending) -> None:
        self.answered = True
        self._stop(REPLIES, at, ending)
        for clock in REPLIES:
            self.resumable.pop(clock, None)

    def _answer(self, at: datetime) -> None:
        self._settle_replies(at, Ending.ANSWERED)
        self._stop((ClockName.PERIODIC_UPDATE,), at, Ending.ANSWERED)
        if not self.closed:
            self._start(ClockName.PERIODIC_UPDATE, at)

    def _need_no_answer(self, event: Event) -> None:
        """End what waited; a message that whoever said so could not know of is owed its own answer."""
        known_to = event.waiting_since
        unread = next((each for each in self.wrote if known_to is not None and each > known_to), None)
        if unread is None:
            self._settle_replies(event.at, Ending.NOT_NEEDED)
        elif any(clock in self.running and self.running[clock].started_at < unread for clock in REPLIES):
            self._settle_replies(event.at, Ending.NOT_NEEDED)
            for clock in self._owed():
                self._start(clock, unread, known_at=event.at)

    def _close(self, at: datetime) -> None:
        """End what a close ends. A second close, or a reply clock that already stopped, changes nothing."""
        if self.closed:
            return
        self.closed = True
        self.snoozed = self.waiting_on_customer = False
        self.snoozed_until = None
        self.resumable = {
            clock: found for clock, found in self.running.items() if clock in REPLIES or self._resumes(clock)
        }
        if self.policy.close_counts and any(clock in self.running for clock in REPLIES):
            self._settle_replies(at, Ending.ANSWERED)
        else:
            self._stop(REPLIES, at, Ending.CLOSED)
        self._stop((ClockName.PERIODIC_UPDATE,), at, Ending.CLOSED)
        self._stop((ClockName.RESOLUTION, ClockName.TOTAL_RESOLUTION), at, Ending.RESOLVED)

    def _reopen(self, at: datetime) -> None:
        if not self.closed:
            return
        self.closed = False
        for clock, episode in self.resumable.items():
            episode.resume(at)
            self.running[clock] = episode
        self.resumable = {}

    def _give_up_closed(self) -> None:
        """What a close cancelled stays cancelled where a new wait begins; the team's own opening takes it up
        again, which may mend a slip of the hand.

        A policy without a next reply promises a first one once more.
        """
        for clock in REPLIES:
            if clock in self.resumable and not self._resumes(clock):
                del self.resumable[clock]
                if clock is ClockName.FIRST_RESPONSE and self.policy.next_response is not None:
                    self.answered = True

    def _resumes(self, clock: ClockName) -> bool:
        """Whether it goes on after a close, whoever opens the conversation again."""
        return clock is ClockName.TOTAL_RESOLUTION or PauseState.CLOSED in self.policy.pauses(clock)

    def _unsnooze(self, at: datetime) -> None:
        self.snoozed, self.snoozed_until = False, None
        self._settle_pauses(at)

    def _take_over(self, event: Event) -> None:
        """The oldest wait of a merged conversation goes on here."""
        since = event.waiting_since
        if since is None:
            return
        self._give_up_closed()
        self._reopen(event.at)
        self.waiting_on_customer = False
        self._settle_pauses(event.at)
        for clock in self._owed():
            episode = self.running.get(clock)
            if episode is None:
                self._start(clock, since, known_at=event.at)
            elif since < episode.started_at:
                episode.started_at = since

    def _start_resolution(self, at: datetime) -> None:
        self._start(ClockName.RESOLUTION, at)
        self._start(ClockName.TOTAL_RESOLUTION, at)

    def _start(self, clock: ClockName, at: datetime, known_at: datetime | None = None) -> None:
        if clock in self.running:
            return
        episode = Episode(clock, at, key=f"{clock}@{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
        self.running[clock] = episode
        self.found.append(episode)
        self._settle_pause(episode, known_at or at)

    def _stop(self, clocks: Iterable[ClockName], at: datetime, ending: Ending) -> None:
        for clock in clocks:
            episode = self.running.pop(clock, None)
            if episode is not None:
                episode.stop(at, ending)

    def _settle_pauses(self, at: datetime) -> None:
        for episode in self.running.values():
            self._settle_pause(episode, at)

    def _settle_pause(self, episode: Episode, at: datetime) -> None:
        """Bring an episode's present pause in line with the conversation's state from `at` on."""
        states = self.policy.pauses(episode.clock)
        waiting = self.waiting_on_customer and PauseState.WAITING_ON_CUSTOMER in states
        snoozed = self.snoozed and PauseState.SNOOZED in states
        episode.end_pause(at)
        if waiting or snoozed:
            episode.begin_pause(at, None if waiting else self.snoozed_until)
