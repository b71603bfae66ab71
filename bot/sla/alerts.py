"""Alerts: compute a conversation's clocks, keep them, and have Slack show the one message of each episode.

Called for every conversation that changed and for every clock whose next change has come. The same facts
and the same `now` always end in the same messages, so it does no harm to judge a conversation again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from bot import freshness
from bot.clock import Moment
from bot.office import Office
from bot.outbox.show import withdraw
from bot.present import ALERT_CLOCKS, REPLY_CLOCKS
from bot.sla import deadline_calls, escalating, kept_clocks, thresholds
from bot.sla.alert_case import AlertCase
from bot.sla.alert_message import draw
from bot.sla.clock import ClockState, State
from bot.sla.kept_clocks import Name
from bot.sla.place import place
from bot.sla.promises import Promises
from bot.store import clocks, conversations, crossings
from bot.store.clocks import UNCOVERED, Alert, SlaClock
from bot.store.parts import parts_of
from bot.store.rows import bring

_LEVELS = {State.WARNING: "warning", State.BREACHED: "breached"}
_REDRAW_LATE = tuple(timedelta(minutes=m) for m in (5, 15, 30, 60, 120, 240, 480))
_REDRAW_EARLY = tuple(timedelta(minutes=m) for m in (20, 10, 5))
"""How long before its deadline a card is drawn anew: at the last of these it says that it is about time."""


class Said(StrEnum):
    """Whether the message is said now: it stands there, it is new, or it is an old one that comes back."""

    BEFORE = "before"
    NEW = "new"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Calling:
    """Who must be called now: whether the deadline calls, or which further `warning` does.

    `wanted`: it is time for the deadline's call, though alerts may be silent now. `silent_until`: when they
    speak again.
    """

    wanted: bool
    warning: str | None
    silent_until: datetime | None

    @property
    def deadline(self) -> bool:
        return self.wanted and self.silent_until is None

    @property
    def put_off(self) -> bool:
        """Whether a further warning waits until alerts speak."""
        return self.warning is not None and self.silent_until is not None


def judge_conversation(
    session: Session, office: Office, promises: Promises, conversation_id: str, at: Moment
) -> None:
    """Bring a conversation's clocks and alert messages up to `at`."""
    row = conversations.get(session, office.workspace, conversation_id)
    if row is None or (row.details_due is not None and row.details_tries == 0):
        # What is still being fetched (who it is, which account) decides the promise: wait for it.
        return
    parts = parts_of(session, office.workspace, conversation_id)
    stored = {
        (clock.clock, clock.episode): clock
        for clock in clocks.clocks_of(session, office.workspace, conversation_id)
    }
    before = {name for name, clock in stored.items() if clock.stopped_at is None}
    alerts = {
        (alert.clock, alert.episode): alert
        for alert in clocks.alerts_of(session, office.workspace, conversation_id)
    }
    told = {name for name, alert in alerts.items() if alert.state in ("live", "snoozed")}
    states, kept = kept_clocks.keep(session, office, promises, row, parts, stored, told, at.now)
    joined = _joined(states, alerts)
    for state in states:
        name = _name(state)
        clock = kept.get(name)
        if clock is None or clock.clock not in ALERT_CLOCKS:
            continue
        speaker = joined.get(name)
        alert = _alert_of(state, clock, alerts.get(name), at.now) if speaker is None else None
        if alert is not None:
            _judge(AlertCase(session, office, row, parts, alert, clock, at), promises, state)
        elif name in before and name not in alerts and not state.running:
            # It was kept before anything had to be said, or the other promise of the same reply spoke.
            calendar = promises.calendars[clock.calendar]
            outcome = crossings.JOINED if speaker in alerts else crossings.ANSWERED
            thresholds.note_crossed(session, state, clock, calendar, at.now, outcome)
    for name, alert in alerts.items():
        clock = kept.get(name)
        if alert.state != "over" and clock is not None and clock.ending == UNCOVERED:
            _settle(AlertCase(session, office, row, parts, alert, clock, at))
        elif alert.state != "over" and clock is None:
            # Nobody was told of it.
            alert.state, alert.refresh_at = "over", None
            session.add(alert)


def _joined(states: Sequence[ClockState], alerts: Mapping[Name, Alert]) -> dict[Name, Name]:
    """Promises that need no alert of their own, and the one that speaks for each: both are of one reply, from
    the same message on. What is due first speaks; one that is paused speaks for none that runs on.
    """
    replies = [state for state in states if state.name.value in REPLY_CLOCKS]
    found: dict[Name, Name] = {}
    for state in replies:
        ran = state.started_at, state.stopped_at
        same = [each for each in replies if (each.started_at, each.stopped_at) == ran]
        speaker = min(
            same,
            key=lambda each: (
                each.paused_since is not None,
                _name(each) not in alerts,
                each.due_at is None,
                each.due_at or each.started_at,
            ),
        )
        if speaker is not state and _name(state) not in alerts:
            found[_name(state)] = _name(speaker)
    return found


def _name(state: ClockState) -> Name:
    return state.name.value, state.episode


def _alert_of(state: ClockState, clock: SlaClock, known: Alert | None, now: datetime) -> Alert | None:
    """The alert about a promise that is near or broken, or was; None where there is nothing to say."""
    level = _level(state)
    if known is None:
        if level is None or clock.due_at is None:
            return None
        return Alert(
            workspace=clock.workspace,
            conversation_id=clock.conversation_id,
            clock=clock.clock,
            episode=clock.episode,
            level=level,
            state="quiet",
            rung_for=clock.due_at,
            rang_at=now,
        )
    if known.state == "over":
        if level is None:
            return None
        # It goes on: opened again, or covered again.
        known.state, known.rang_at = "quiet", now
    return known


def _level(state: ClockState) -> str | None:
    return _LEVELS.get(state.state) if state.running else None


def _judge(case: AlertCase, promises: Promises, state: ClockState) -> None:
    """Bring one clock's alert up to now."""
    session, alert, now = case.session, case.alert, case.at.now
    if not state.running:
        last = crossings.TOLD if deadline_calls.heard(case) else None
        _note(case, promises, state, crossings.ANSWERED, last=last)
        _settle(case)
        return
    # Paused, or the deadline moved away: the message stays and tells the new state of things.
    bring(alert, level=_level(state) or "warning")
    if alert.state == "snoozed" and (alert.snoozed_until is None or alert.snoozed_until <= now):
        alert.state, alert.snoozed_until = "live", None
    silent_until = promises.silent_until(case.office.config, now)
    said: Said | None = Said.BEFORE
    if alert.state == "quiet":
        said = _begin(case, promises, state, silent_until)
    session.add(alert)
    if said is None:
        return
    session.flush()
    deadline_calls.arm(case)
    call = Calling(deadline_calls.rings_now(case), _warning(case, promises, state, said), silent_until)
    called = call.deadline or deadline_calls.rang(case)
    draw(case, told=deadline_calls.told(case) if called else (), comes_back=silent_until is None)
    reached = _call(case, call, said)
    for_this = call.deadline or (called and alert.rung_for == case.clock.due_at)
    # What nobody could be told of, or may be before alerts speak, is written down when somebody is, or when
    # it is over.
    if not call.put_off and not (for_this and deadline_calls.unheard(case)):
        heard = for_this or reached or said is Said.NEW
        _note(
            case,
            promises,
            state,
            _untold(alert, call),
            last=crossings.TOLD if heard else None,
            told=deadline_calls.called(case) if for_this else reached,
        )
    next_call = escalating.escalate(case, promises, state.given_back)
    bring(alert, refresh_at=_next_look(case, call, next_call))
    session.add(alert)


def _begin(
    case: AlertCase, promises: Promises, state: ClockState, silent_until: datetime | None
) -> Said | None:
    """Say an alert of which nothing was said yet; None where nothing may or can be said now."""
    alert, clock, now = case.alert, case.clock, case.at.now
    if clock.due_at is None:
        # Paused before anything was said of it.
        alert.refresh_at = None
        return None
    if silent_until is not None:
        alert.refresh_at = silent_until
        _note(case, promises, state, crossings.QUIET)
        return None
    alert.state, alert.rang_at = "live", now
    again = deadline_calls.comes_alive(case)
    alert.said_late = clock.due_at + freshness.lately(case.office) < now and not again
    facts = promises.facts(case.session, case.workspace, case.row, now)
    place(case.session, case.office, alert, facts, case.at)
    return Said.AGAIN if again else Said.NEW


def _warning(case: AlertCase, promises: Promises, state: ClockState, said: Said) -> str | None:
    """A further warning that is reached, of an alert that stands there."""
    alert, clock = case.alert, case.clock
    if said is not Said.BEFORE or alert.state != "live" or alert.level != "warning":
        return None
    return thresholds.further(case.session, state, clock, promises.calendars[clock.calendar], case.at.now)


def _call(case: AlertCase, call: Calling, said: Said) -> tuple[str, ...]:
    """Call whoever must be called; the Slack ids called before the deadline."""
    if call.deadline:
        if not deadline_calls.lost(case):
            deadline_calls.ring(case)
        return ()
    if said is Said.AGAIN and case.alert.level == "warning":
        return deadline_calls.recall(case)
    if call.warning is not None and not call.put_off and not deadline_calls.lost(case):
        return deadline_calls.warn_again(case, call.warning)
    return ()


def _untold(alert: Alert, call: Calling) -> str:
    """What became of a threshold at which nobody was called."""
    if call.wanted and not call.deadline:
        return crossings.QUIET
    return crossings.SNOOZED if alert.state == "snoozed" else crossings.SHOWN


def _next_look(case: AlertCase, call: Calling, next_call: datetime | None) -> datetime | None:
    """When the alert is to be judged again, if nothing changes before."""
    silent_until, back = call.silent_until, deadline_calls.back(case)
    looks = (
        _next_redraw(case.alert, case.clock, case.at.now),
        next_call,
        max(back, silent_until) if back is not None and silent_until is not None else back,
        silent_until if call.wanted or call.put_off else None,
    )
    return min(filter(None, looks), default=None)


def _settle(case: AlertCase) -> None:
    """The clock stopped: the message says how, unless Slack never had one."""
    session, alert = case.session, case.alert
    unsaid = alert.state == "quiet"
    alert.state, alert.refresh_at, alert.snoozed_until = "over", None, None
    session.add(alert)
    session.flush()
    deadline_calls.take_back(case)
    escalating.end(case)
    if unsaid or (alert.burst is None and withdraw(session, case.workspace, alert.own_post)):
        return
    draw(case)


def _note(
    case: AlertCase,
    promises: Promises,
    state: ClockState,
    outcome: str,
    *,
    last: str | None = None,
    told: tuple[str, ...] = (),
) -> None:
    calendar = promises.calendars[case.clock.calendar]
    thresholds.note_crossed(
        case.session, state, case.clock, calendar, case.at.now, outcome, last=last, told=told
    )


def _next_redraw(alert: Alert, clock: SlaClock, now: datetime) -> datetime | None:
    """When the card's "14 min" has grown so old that it misleads, or the snooze ends."""
    if alert.state == "snoozed":
        return alert.snoozed_until
    if clock.due_at is None:
        return None
    if now < clock.due_at:
        return next((clock.due_at - left for left in _REDRAW_EARLY if clock.due_at - left > now), None)
    for age in _REDRAW_LATE:
        if clock.due_at + age > now:
            return clock.due_at + age
    return now + timedelta(days=1)
