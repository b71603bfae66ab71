"""Alerts: compute a conversation's clocks, keep them, and have Slack show the one message of each episode.

Called for every conversation that changed and for every clock whose next change has come. The same facts
and the same `now` always end in the same messages, so it does no harm to judge a conversation again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col

from bot.cards import alert as alert_card
from bot.cards import ring as ring_card
from bot.clock import Moment
from bot.office import Office
from bot.outbox.show import show, withdraw
from bot.present import (
    ALERT_CLOCKS,
    account_by_id,
    contact_name,
    due,
    permalink,
    url,
    waiting_words,
)
from bot.sla.clock import ClockState, State
from bot.sla.episodes import Ending
from bot.sla.promises import Promises
from bot.store import clocks, conversations, reps, threads
from bot.store.clocks import Alert, SlaClock
from bot.store.conversations import Conversation, Part
from bot.store.posts import get_post

_LEVELS = {State.WARNING: "warning", State.BREACHED: "breached"}
_ENDINGS = {
    Ending.ANSWERED: alert_card.AlertState.ANSWERED,
    Ending.NOT_NEEDED: alert_card.AlertState.DISMISSED,
    Ending.RESOLVED: alert_card.AlertState.RESOLVED,
    Ending.CUSTOMER_WROTE: alert_card.AlertState.OVERTAKEN,
}
_REDRAW_LATE = tuple(timedelta(minutes=m) for m in (5, 15, 30, 60, 120, 240, 480))
_LAST_CALL = timedelta(minutes=5)


def judge_conversation(
    session: Session, office: Office, promises: Promises, conversation_id: str, at: Moment
) -> None:
    """Bring a conversation's clocks and alert messages up to `at`."""
    row = conversations.get(session, office.workspace, conversation_id)
    if row is None or (row.details_due is not None and row.details_tries == 0):
        # What is still being fetched (who it is, which account) decides the promise: wait for it.
        return
    parts = conversations.parts_of(session, office.workspace, conversation_id)
    states = _keep_clocks(session, office, promises, row, parts, at.now)
    kept = {
        (clock.clock, clock.episode): clock
        for clock in clocks.clocks_of(session, office.workspace, conversation_id)
    }
    for state in states:
        clock = kept.get((state.name.value, state.episode))
        if clock is not None and clock.clock in ALERT_CLOCKS:
            _judge_alert(session, office, row, parts, state, clock, at)
    for alert in clocks.alerts_of(session, office.workspace, conversation_id):
        if (alert.clock, alert.episode) not in kept and alert.state != "over":
            _retire(session, office, alert)


def _keep_clocks(
    session: Session,
    office: Office,
    promises: Promises,
    row: Conversation,
    parts: list[Part],
    now: datetime,
) -> tuple[ClockState, ...]:
    """Write the clocks down. One that stopped under an older policy set keeps what was true then."""
    matched = promises.matched(session, office.workspace, row, now)
    states = promises.states(matched, row, parts, now)
    stored = {
        (clock.clock, clock.episode): clock for clock in clocks.clocks_of(session, office.workspace, row.id)
    }
    for state in states:
        if matched is None:
            break
        clock = stored.pop((state.name.value, state.episode), None)
        if clock is not None and clock.stopped_at is not None and clock.policy_version != office.version:
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
        session.add(clock)
    for gone in stored.values():
        if gone.stopped_at is None:
            session.execute(
                delete(SlaClock).where(
                    col(SlaClock.workspace) == gone.workspace,
                    col(SlaClock.conversation_id) == gone.conversation_id,
                    col(SlaClock.clock) == gone.clock,
                    col(SlaClock.episode) == gone.episode,
                )
            )
    session.flush()
    return states


def _judge_alert(
    session: Session,
    office: Office,
    row: Conversation,
    parts: list[Part],
    state: ClockState,
    clock: SlaClock,
    at: Moment,
) -> None:
    alert = session.get(Alert, (office.workspace, row.id, clock.clock, clock.episode))
    level = _LEVELS.get(state.state) if state.running else None
    if alert is None:
        if level is None or clock.due_at is None:
            return
        alert = Alert(
            workspace=office.workspace,
            conversation_id=row.id,
            clock=clock.clock,
            episode=clock.episode,
            level=level,
            state="live",
            rung_for=clock.due_at,
            rang_at=at.now,
        )
    elif alert.state == "over":
        return
    key = post_key(alert)
    if not state.running:
        alert.state, alert.refresh_at, alert.snoozed_until = "over", None, None
        session.add(alert)
        # What has ended calls nobody any more.
        withdraw(session, office.workspace, _ring_key(alert))
        if withdraw(session, office.workspace, key):
            return
    else:
        alert.level = level or alert.level
        if level is None:
            # Paused, or the deadline moved away: the message stays and tells the new state of things.
            alert.level = "warning"
        if alert.state == "snoozed" and (alert.snoozed_until is None or alert.snoozed_until <= at.now):
            alert.state, alert.snoozed_until = "live", None
        alert.refresh_at = _next_redraw(alert, clock, at.now)
        session.add(alert)
    session.flush()
    rings = _rings(session, office, alert, clock)
    draw(session, office, row, parts, alert, clock, at, ending=state.ending, rings=rings)
    if rings:
        _ring(session, office, row, alert, clock, at)


def draw(
    session: Session,
    office: Office,
    row: Conversation,
    parts: list[Part],
    alert: Alert,
    clock: SlaClock,
    at: Moment,
    *,
    ending: Ending | None = None,
    rings: bool = False,
) -> None:
    """Have Slack show the alert as it stands. `rings` says that the leads are being called about it."""
    promised = due(office, clock, at.now)
    if promised is None:
        return
    workspace = office.workspace
    owner = reps.get_admin(session, workspace, row.claimed_by)
    ended_by, ended_at = _ended(session, office, parts, clock) if alert.state == "over" else (None, None)
    others, thread_url = _same_issue(session, office, row)
    post = get_post(session, workspace, post_key(alert))
    first = post is None or post.ts is None
    card = alert_card.AlertCard(
        id=row.id,
        state=_card_state(alert, ending),
        due=promised,
        now=at.now,
        zone=office.zone,
        contact=contact_name(row),
        channel=row.channel,
        words=waiting_words(parts),
        account=account_by_id(session, office, row.account_id),
        waiting_since=clock.started_at,
        claimed_by=owner.name if owner else None,
        holder_away=owner is not None and owner.away,
        told=_told(session, office, row) if rings or _rang(session, office, alert) else (),
        mention=reps.slack_user_of(session, workspace, row.claimed_by) if first else None,
        snoozed_until=alert.snoozed_until,
        snoozed_by=alert.snoozed_by,
        ended_by=ended_by,
        ended_at=ended_at or clock.stopped_at,
        same_issue=others,
        thread_url=thread_url,
        url=url(office, row.id),
    )
    show(
        session,
        workspace,
        key=post_key(alert),
        channel=office.channels.alerts,
        content=alert_card.render(card),
        at=at,
    )


def post_key(alert: Alert) -> str:
    """The name under which an alert's message is posted and edited."""
    return f"alert:{alert.conversation_id}:{alert.episode}"


def _card_state(alert: Alert, ending: Ending | None) -> alert_card.AlertState:
    if alert.state == "snoozed":
        return alert_card.AlertState.SNOOZED
    if alert.state == "over":
        return _ENDINGS.get(ending, alert_card.AlertState.CLOSED) if ending else alert_card.AlertState.CLOSED
    return alert_card.AlertState(alert.level)


def _ended(
    session: Session, office: Office, parts: list[Part], clock: SlaClock
) -> tuple[str | None, datetime | None]:
    """Who stopped the clock, by the part at that instant."""
    for part in parts:
        if (
            clock.stopped_at is not None
            and part.created_at == clock.stopped_at
            and part.author_type == "admin"
        ):
            return part.author_name, part.created_at
    return None, clock.stopped_at


def _same_issue(session: Session, office: Office, row: Conversation) -> tuple[int, str | None]:
    if row.account_id is None:
        return 0, None
    issue = threads.issue_of_conversation(session, office.workspace, row.account_id, row.id)
    if issue is None:
        return 0, None
    anchor = get_post(session, office.workspace, f"account:{row.account_id}:{issue.episode}")
    return len(issue.conversation_ids) - 1, permalink(office, anchor)


def _told(session: Session, office: Office, row: Conversation) -> tuple[str, ...]:
    """Names of the leads who are told of a late reply that nobody holds."""
    if row.claimed_by is not None:
        return ()
    names = [reps.linked_admin(session, office.workspace, lead) for lead in office.leads]
    return tuple(admin.name for admin in names if admin is not None)


def _rings(session: Session, office: Office, alert: Alert, clock: SlaClock) -> bool:
    """Whether it is now that somebody must be called: late, not set aside, and nobody was called yet.

    What was late already when it was first posted calls nobody again: the post itself is news.
    """
    late = alert.state == "live" and alert.level == "breached"
    seen_in_time = clock.due_at is not None and alert.rang_at <= clock.due_at
    return late and seen_in_time and not _rang(session, office, alert)


def _rang(session: Session, office: Office, alert: Alert) -> bool:
    return get_post(session, office.workspace, _ring_key(alert)) is not None


def _ring_key(alert: Alert) -> str:
    return f"ring:{alert.conversation_id}:{alert.episode}:{alert.rung_for.isoformat()}"


def _ring(
    session: Session, office: Office, row: Conversation, alert: Alert, clock: SlaClock, at: Moment
) -> None:
    """An edit rings nobody: when a promise is broken, say so once in the thread to whoever must act now."""
    promised = due(office, clock, at.now)
    if promised is None:
        return
    holder = reps.slack_user_of(session, office.workspace, row.claimed_by)
    account = account_by_id(session, office, row.account_id)
    content = ring_card.render(
        ring_card.RingCard(
            due=promised,
            now=at.now,
            zone=office.zone,
            whose=account.name if account else contact_name(row),
            mentions=(holder,) if holder else office.leads,
            claimed=row.claimed_by is not None,
        )
    )
    show(
        session,
        office.workspace,
        key=_ring_key(alert),
        channel=office.channels.alerts,
        content=content,
        parent=post_key(alert),
        at=at,
    )


def _retire(session: Session, office: Office, alert: Alert) -> None:
    """The promise itself is gone (another policy matches now): the message stays as it was, unarmed."""
    alert.state, alert.refresh_at = "over", None
    session.add(alert)
    withdraw(session, office.workspace, post_key(alert))


def _next_redraw(alert: Alert, clock: SlaClock, now: datetime) -> datetime | None:
    """When the card's "14 min" has grown so old that it misleads, or the snooze ends."""
    if alert.state == "snoozed":
        return alert.snoozed_until
    if clock.due_at is None:
        return None
    if now < clock.due_at:
        last_call = clock.due_at - _LAST_CALL
        return last_call if last_call > now else None
    for age in _REDRAW_LATE:
        if clock.due_at + age > now:
            return clock.due_at + age
    return now + timedelta(days=1)
