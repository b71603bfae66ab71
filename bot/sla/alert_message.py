"""What Slack shows of an alert: its own message, or its line in a burst's, drawn anew as things change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot import freshness
from bot.cards import alert as alert_card
from bot.cards import burst as burst_card
from bot.cards.alert import AlertCard, AlertState
from bot.cards.values import Due, LastRead
from bot.clock import Moment
from bot.office import Office
from bot.outbox.show import show
from bot.present import ALERT_CLOCKS, account_by_id, contact_name, due, permalink, url, waiting_words
from bot.sla.alert_case import AlertCase
from bot.sla.episodes import Ending
from bot.store import accounts, clocks, conversations, pulse, reps, threads
from bot.store.accounts import Account
from bot.store.clocks import UNCOVERED, Alert, SlaClock
from bot.store.conversations import Conversation
from bot.store.held import hold
from bot.store.parts import Part, parts_of
from bot.store.posts import get_post
from bot.store.reps import Admin

_BURSTS = "watchbell_bursts"
"""Where a session keeps the bursts that are to be drawn."""

_ENDINGS = {
    Ending.ANSWERED.value: AlertState.ANSWERED,
    Ending.NOT_NEEDED.value: AlertState.DISMISSED,
    Ending.RESOLVED.value: AlertState.RESOLVED,
    Ending.CUSTOMER_WROTE.value: AlertState.OVERTAKEN,
    Ending.MERGED.value: AlertState.MERGED,
    UNCOVERED: AlertState.UNCOVERED,
}


def draw(case: AlertCase, *, told: tuple[str, ...] = (), comes_back: bool = True) -> None:
    """Have Slack show the alert as it stands. `told` are the names of those who were called about it.

    `comes_back`: what its channel refused may be posted now, as long as the alert is not over.
    """
    session, office, alert = case.session, case.office, case.alert
    if alert.burst is not None:
        if get_post(session, case.workspace, alert.burst) is None:
            # What is told in its thread stands behind it in its lane.
            _draw_burst(session, office, alert.burst, case.channel, case.at)
        # Once for all that is judged in this transaction.
        session.info.setdefault(_BURSTS, {})[alert.burst] = case.channel
        return
    card = card_of(case, told=told)
    if card is not None:
        _note_old(session, office, card)
        show(
            session,
            case.workspace,
            key=alert.own_post,
            channel=case.channel,
            content=alert_card.render(card),
            comes_back=comes_back and alert.state != "over",
            at=case.at,
        )


def draw_bursts(session: Session, office: Office, at: Moment) -> None:
    """Draw each burst of which something changed. Whoever judges calls it at the end."""
    for burst, channel in session.info.pop(_BURSTS, {}).items():
        _draw_burst(session, office, burst, channel, at)


def _draw_burst(session: Session, office: Office, burst: str, channel: str, at: Moment) -> None:
    """Have Slack show a burst: every alert in it as it stands."""
    alerts = clocks.of_burst(session, office.workspace, burst)
    cards = cards_of(session, office, alerts, at)
    if cards:
        content = burst_card.render(burst_card.BurstCard(tuple(cards), at.now, office.zone))
        live = any(each.state != "over" for each in alerts)
        show(session, office.workspace, key=burst, channel=channel, content=content, comes_back=live, at=at)


def cards_of(session: Session, office: Office, alerts: Sequence[Alert], at: Moment) -> list[AlertCard]:
    """Alerts as a message shows them that tells of several, in their order."""
    workspace = office.workspace
    rows = conversations.get_many(session, workspace, [each.conversation_id for each in alerts])
    promised = {
        (each.conversation_id, each.clock, each.episode): each
        for each in clocks.of_many(session, workspace, list(rows))
    }
    companies = accounts.get_many(
        session, workspace, {row.account_id for row in rows.values() if row.account_id}
    )
    hold(session, Account, companies.values())
    hold(session, Admin, reps.all_admins(session, workspace))
    cards = []
    for alert in alerts:
        row = rows.get(alert.conversation_id)
        clock = promised.get((alert.conversation_id, alert.clock, alert.episode))
        if row is not None and clock is not None:
            card = card_of(AlertCase(session, office, row, None, alert, clock, at), alone=False)
            if card is not None:
                _note_old(session, office, card)
                cards.append(card)
    return cards


def card_of(case: AlertCase, *, told: tuple[str, ...] = (), alone: bool = True) -> AlertCard | None:
    """The alert as cards show it; None when its promise is not told.

    `alone`: it has a message of its own, which tells more than a line in a burst's.
    """
    session, office, row, parts = case.session, case.office, case.row, case.parts
    alert, clock, at, workspace = case.alert, case.clock, case.at, case.workspace
    over = alert.state == "over"
    paused = clock.due_at is None and not over
    undated = paused or (clock.due_at is None and clock.ending == UNCOVERED)
    promised = Due(ALERT_CLOCKS[clock.clock], at.now, 0) if undated else due(office, clock, at.now)
    if promised is None:
        return None
    owner = reps.get_admin(session, workspace, row.claimed_by)
    if parts is None:
        parts = parts_of(session, workspace, row.id) if over else []
    ended_by, ended_at = _ended(parts, clock) if over else (None, None)
    others, thread_url = _same_issue(session, office, row) if alone else (0, None)
    post = get_post(session, workspace, alert.own_post) if alone else None
    first = alone and (post is None or post.ts is None)
    return AlertCard(
        id=row.id,
        state=AlertState.PAUSED if paused else _card_state(alert, clock),
        due=promised,
        now=at.now,
        zone=office.zone,
        contact=contact_name(row),
        channel=row.channel,
        words=waiting_words(parts),
        account=account_by_id(session, office, row.account_id),
        waiting_since=clock.started_at,
        claimed_by=owner.name if owner else None,
        holder_away=owner is not None and owner.absent,
        told=told,
        mention=reps.callable_holder(session, workspace, row.claimed_by) if first else None,
        snoozed_until=alert.snoozed_until,
        snoozed_by=alert.snoozed_by,
        paused_by_snooze=row.state == "snoozed",
        ended_by=ended_by,
        ended_at=ended_at or clock.stopped_at,
        same_issue=others,
        thread_url=thread_url,
        url=url(office, row.id),
        last_read=_last_read(session, office, at.now),
    )


def _last_read(session: Session, office: Office, now: datetime) -> LastRead | None:
    """How old the facts are, where they are; not while Intercom is read for the first time: those are new."""
    read = freshness.last_read(session, office, now)
    return read if read is not None and read.at is not None else None


def _note_old(session: Session, office: Office, card: AlertCard) -> None:
    """Whoever reads Intercom again has these drawn anew (`bot/watch/readings.py`)."""
    if card.live and card.last_read is not None:
        pulse.set_mark(session, office.workspace, pulse.SAID_OLD, "alerts")


def where(office: Office, session: Session, alert: Alert) -> str | None:
    """Where the alert stands in Slack, once it stands there."""
    return permalink(office, get_post(session, office.workspace, alert.post))


def _card_state(alert: Alert, clock: SlaClock) -> AlertState:
    if alert.state == "snoozed":
        return AlertState.SNOOZED
    if alert.state == "over":
        return _ENDINGS.get(clock.ending or "", AlertState.CLOSED)
    return AlertState(alert.level)


def _ended(parts: list[Part], clock: SlaClock) -> tuple[str | None, datetime | None]:
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
    anchor = get_post(session, office.workspace, threads.anchor_key(row.account_id, issue.episode))
    return issue.others_open(row.id), permalink(office, anchor)
