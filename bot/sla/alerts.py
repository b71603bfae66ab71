"""Alerts: compute a conversation's clocks, keep them, and have Slack show the one message of each episode.

Called for every conversation that changed and for every clock whose next change has come. The same facts
and the same `now` always end in the same messages, so it does no harm to judge a conversation again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col

from bot import freshness
from bot.clock import Moment
from bot.office import Office
from bot.outbox.show import withdraw
from bot.present import ALERT_CLOCKS
from bot.sla import telling, thresholds
from bot.sla.alert_message import draw
from bot.sla.clock import ClockState, State
from bot.sla.place import place
from bot.sla.promises import Promises
from bot.store import clocks, conversations, crossings
from bot.store.clocks import UNCOVERED, Alert, SlaClock
from bot.store.conversations import Conversation, Part

Name = tuple[str, str]
"""A clock's kind and episode."""

_LEVELS = {State.WARNING: "warning", State.BREACHED: "breached"}
_REDRAW_LATE = tuple(timedelta(minutes=m) for m in (5, 15, 30, 60, 120, 240, 480))
_REDRAW_EARLY = tuple(timedelta(minutes=m) for m in (20, 10, 5))
"""How long before its deadline a card is drawn anew: at the last of these it says that it is about time."""


def judge_conversation(
    session: Session, office: Office, promises: Promises, conversation_id: str, at: Moment
) -> None:
    """Bring a conversation's clocks and alert messages up to `at`."""
    row = conversations.get(session, office.workspace, conversation_id)
    if row is None or (row.details_due is not None and row.details_tries == 0):
        # What is still being fetched (who it is, which account) decides the promise: wait for it.
        return
    parts = conversations.parts_of(session, office.workspace, conversation_id)
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
    states, kept = _keep_clocks(session, office, promises, row, parts, stored, told, at.now)
    for state in states:
        name = (state.name.value, state.episode)
        clock = kept.get(name)
        if clock is not None and clock.clock in ALERT_CLOCKS:
            alert, ran = alerts.get(name), name in before
            _judge_alert(session, office, promises, row, parts, state, clock, alert, at, ran=ran)
    for name, alert in alerts.items():
        clock = kept.get(name)
        if alert.state != "over" and clock is not None and clock.ending == UNCOVERED:
            _settle(session, office, row, parts, alert, clock, at)
        elif alert.state != "over" and clock is None:
            # Nobody was told of it.
            alert.state, alert.refresh_at = "over", None
            session.add(alert)


def _keep_clocks(
    session: Session,
    office: Office,
    promises: Promises,
    row: Conversation,
    parts: list[Part],
    stored: Mapping[Name, SlaClock],
    told: Collection[Name],
    now: datetime,
) -> tuple[tuple[ClockState, ...], dict[Name, SlaClock]]:
    """Write the clocks down; their states, and the clocks by their names.

    One that stopped under an older policy set keeps what was true then. One that no policy promises any more
    is forgotten, but stopped where it is among those whose alert was `told`.
    """
    matched = promises.matched(session, office.workspace, row, now)
    states = promises.states(matched, row, parts, now)
    kept = dict(stored)
    left = dict(stored)
    for state in states:
        if matched is None:
            break
        name = (state.name.value, state.episode)
        clock = left.pop(name, None)
        ended = clock is not None and clock.stopped_at is not None and not state.running
        if clock is not None and ended and clock.policy_version != office.version:
            continue
        clock = clock or SlaClock(
            workspace=office.workspace,
            conversation_id=row.id,
            clock=state.name.value,
            episode=state.episode,
            policy="",
            calendar="",
            policy_version="",
            target_seconds=0,
            started_at=state.started_at,
            state="",
        )
        clock.policy, clock.calendar = matched.policy.name, matched.policy.calendar
        clock.policy_version = office.version
        clock.target_seconds, clock.started_at = state.target_seconds, state.started_at
        clock.due_at, clock.state, clock.late_seconds = (
            state.due_at,
            state.state.value,
            state.late_by_seconds,
        )
        clock.stopped_at, clock.reason, clock.next_change_at = (
            state.stopped_at,
            state.reason,
            state.next_change_at,
        )
        clock.ending = state.ending.value if state.ending is not None else None
        session.add(clock)
        kept[name] = clock
    for name, gone in left.items():
        if gone.stopped_at is not None:
            continue
        if name in told:
            gone.state, gone.ending, gone.stopped_at = State.CANCELLED.value, UNCOVERED, now
            gone.reason, gone.next_change_at = f"{gone.reason}; it is promised no more", None
            session.add(gone)
        else:
            del kept[name]
            session.execute(
                delete(SlaClock).where(
                    col(SlaClock.workspace) == gone.workspace,
                    col(SlaClock.conversation_id) == gone.conversation_id,
                    col(SlaClock.clock) == gone.clock,
                    col(SlaClock.episode) == gone.episode,
                )
            )
    session.flush()
    return states, kept


def _judge_alert(
    session: Session,
    office: Office,
    promises: Promises,
    row: Conversation,
    parts: list[Part],
    state: ClockState,
    clock: SlaClock,
    alert: Alert | None,
    at: Moment,
    *,
    ran: bool,
) -> None:
    """Bring one clock's alert up to `at`. `ran`: the clock was known to run before."""
    level = _LEVELS.get(state.state) if state.running else None
    if alert is None and not state.running and ran:
        _note(session, promises, state, clock, at, crossings.ANSWERED)
    if alert is None:
        if level is None or clock.due_at is None:
            return
        alert = Alert(
            workspace=office.workspace,
            conversation_id=row.id,
            clock=clock.clock,
            episode=clock.episode,
            level=level,
            state="quiet",
            rung_for=clock.due_at,
            rang_at=at.now,
        )
    elif alert.state == "over":
        if level is None:
            return
        # It goes on: opened again, or covered again.
        alert.state, alert.rang_at = "quiet", at.now
    if not state.running:
        last = crossings.TOLD if telling.heard(session, office, alert) else None
        _note(session, promises, state, clock, at, crossings.ANSWERED, last=last)
        _settle(session, office, row, parts, alert, clock, at)
        return
    alert.level = level or alert.level
    if level is None:
        # Paused, or the deadline moved away: the message stays and tells the new state of things.
        alert.level = "warning"
    if alert.state == "snoozed" and (alert.snoozed_until is None or alert.snoozed_until <= at.now):
        alert.state, alert.snoozed_until = "live", None
    speaking = promises.speaking(office.config)
    opens_at = speaking.next_open(at.now) if speaking is not None and not speaking.is_open(at.now) else None
    first, again = alert.state == "quiet", False
    if first and clock.due_at is None:
        # Paused before anything was said of it.
        alert.refresh_at = None
        session.add(alert)
        return
    if first:
        if opens_at is not None:
            alert.refresh_at = opens_at
            session.add(alert)
            _note(session, promises, state, clock, at, crossings.QUIET)
            return
        alert.state, alert.rang_at = "live", at.now
        again = telling.comes_alive(session, office, alert)
        old = clock.due_at is not None and clock.due_at + freshness.lately(office) < at.now
        alert.said_late = old and not again
        place(session, office, alert, promises.facts(session, office.workspace, row, at.now), at)
    session.add(alert)
    session.flush()
    telling.arm(session, office, alert, clock, at.now)
    waits = telling.rings_now(session, office, alert)
    rings = waits and opens_at is None
    called = rings or telling.rang(session, office, alert)
    draw(
        session,
        office,
        row,
        parts,
        alert,
        clock,
        at,
        told=telling.told(session, office, row, clock) if called else (),
        comes_back=opens_at is None,
    )
    called_now: tuple[str, ...] = ()
    warning = None
    if not first and alert.state == "live" and alert.level == "warning":
        calendar = promises.calendars[clock.calendar]
        warning = thresholds.further(session, state, clock, calendar, at.now)
    put_off = warning is not None and opens_at is not None
    if rings and not telling.lost(session, office, alert):
        telling.ring(session, office, row, alert, clock, at)
    elif again and alert.level == "warning":
        called_now = telling.recall(session, office, row, alert, clock, at)
    elif warning is not None and not put_off and not telling.lost(session, office, alert):
        called_now = telling.warn_again(session, office, row, alert, clock, warning, at)
    calls = rings or (called and alert.rung_for == clock.due_at)
    shown = crossings.SNOOZED if alert.state == "snoozed" else crossings.SHOWN
    if waits and not rings:
        shown = crossings.QUIET
    # What nobody could be told of, or may be before alerts speak, is written down when somebody is, or when
    # it is over.
    if not put_off and not (calls and telling.unheard(session, office, alert)):
        _note(
            session,
            promises,
            state,
            clock,
            at,
            shown,
            last=crossings.TOLD if calls or called_now or (first and not again) else None,
            told=telling.called(session, office, row) if calls else called_now,
        )
    next_call = telling.escalate(session, office, promises, row, parts, alert, clock, at)
    back = telling.back(session, office, alert, at)
    looked_at = (
        _next_redraw(alert, clock, at.now),
        next_call,
        max(back, opens_at) if back is not None and opens_at is not None else back,
        opens_at if waits or put_off else None,
    )
    alert.refresh_at = min(filter(None, looked_at), default=None)
    session.add(alert)


def _settle(
    session: Session,
    office: Office,
    row: Conversation,
    parts: list[Part],
    alert: Alert,
    clock: SlaClock,
    at: Moment,
) -> None:
    """The clock stopped: the message says how, unless Slack never had one."""
    unsaid = alert.state == "quiet"
    alert.state, alert.refresh_at, alert.snoozed_until = "over", None, None
    session.add(alert)
    session.flush()
    telling.end(session, office, row, parts, alert, clock, at)
    if unsaid or (alert.burst is None and withdraw(session, office.workspace, alert.own_post)):
        return
    draw(session, office, row, parts, alert, clock, at)


def _note(
    session: Session,
    promises: Promises,
    state: ClockState,
    clock: SlaClock,
    at: Moment,
    outcome: str,
    *,
    last: str | None = None,
    told: tuple[str, ...] = (),
) -> None:
    """Write down what was crossed since the last look; the newest of it may have an outcome of its own.

    After a stop of the bot several thresholds lie behind: the one message tells of the nearest.
    """
    passed = thresholds.crossed(state, promises.calendars[clock.calendar], at.now)
    if not passed:
        return
    known = thresholds.known(session, clock)
    new = [each for each in passed if each[0] not in known]
    for name, crossed_at in new:
        newest = name == new[-1][0]
        said = (last or outcome) if newest else (crossings.PASSED_OVER if last else outcome)
        thresholds.note(session, clock, name, crossed_at, at.now, said, told if newest else ())


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
