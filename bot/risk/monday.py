"""The Monday summary: once a week in place of the lead's hand-made list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot import freshness
from bot.cards import monday as monday_card
from bot.cards.monday import MondayCard, ReplyTime
from bot.cards.values import ConversationLine, NotKnown, Silent
from bot.clock import Moment
from bot.office import Office
from bot.outbox.show import show
from bot.present import ALERT_CLOCKS, REPLY_CLOCKS, line
from bot.risk import atrisk
from bot.store import clocks, conversations, reps, risk, slots
from bot.store.clocks import SlaClock
from bot.store.conversations import Conversation
from bot.store.waiting import is_free

JOB = "monday"
WEEK = timedelta(days=7)
_RESOLUTIONS = ("resolution", "total_resolution")
_UPDATES = ("periodic_update",)


def period(office: Office, now: datetime) -> str | None:
    """The local date of the Monday whose summary is due at `now`; None on other days and before its time."""
    local = now.astimezone(ZoneInfo(office.zone))
    settings = office.config.monday
    if local.weekday() != settings.weekday or local.time() < settings.at:
        return None
    return local.date().isoformat()


def is_due(session: Session, office: Office, now: datetime, *, started: datetime) -> bool:
    """Whether a summary is due that nobody has posted yet. `started`: since when this bot runs.

    What was not read yet, or still waits to be judged, is waited for, for a while: right after a start
    "nothing is due" would mean that nobody has looked.
    """
    day = period(office, now)
    if day is None or slots.slot_taken(session, office.workspace, JOB, day):
        return False
    local = now.astimezone(ZoneInfo(office.zone))
    at = datetime.combine(local.date(), office.config.monday.at, local.tzinfo)
    return not freshness.should_wait(session, office, at, started, now)


def post(
    session: Session, office: Office, judged: Sequence[atrisk.Judged], told: MondayCard, at: Moment
) -> int:
    """Take the slot, freeze every score, and have the summary posted. 1 when this call did it.

    `judged` and `told` are from just before: going through all accounts would hold up every writer.
    """
    day = period(office, at.now)
    if day is None or not slots.take_slot(session, office.workspace, JOB, day, now=at.now):
        return 0
    for each in judged:
        session.add(
            risk.RiskSnapshot(
                workspace=office.workspace,
                account_id=each.account.id,
                period=day,
                total=each.score.total,
                level=each.score.level,
                points=[
                    {"signal": one.signal, "points": one.points, "reason": one.reason}
                    for one in each.score.points
                ],
                unknown=[missing.what for missing in each.score.unknown],
                taken_at=at.now,
            )
        )
    show(
        session,
        office.workspace,
        key=f"monday:{day}",
        channel=office.channels.monday,
        content=monday_card.render(told),
        at=at,
    )
    return 1


def card(
    session: Session,
    office: Office,
    judged: list[atrisk.Judged],
    silent: tuple[Silent, ...],
    now: datetime,
    not_known: tuple[NotKnown, ...] = (),
) -> MondayCard:
    """What the summary says at `now`."""
    workspace = office.workspace
    local = now.astimezone(ZoneInfo(office.zone))
    due_by = datetime.combine(local.date(), office.config.monday.due_by, local.tzinfo)
    opened = conversations.open_conversations(session, workspace)
    rows = {row.id: row for row in opened}
    owed = _owed(session, office, rows, now)
    late = [clock for clock in owed if _deadline(clock) <= now]
    soon = [clock for clock in owed if now < _deadline(clock) <= due_by]
    waiting = [row for row in opened if row.waiting_since is not None]
    away = reps.away_admins(session, workspace)
    first: list[ConversationLine] = [
        line(session, office, rows[clock.conversation_id], now, clock=clock) for clock in [*late, *soon]
    ]
    at_risk = atrisk.listed(session, office, judged)
    return MondayCard(
        day=local.date(),
        now=now,
        zone=office.zone,
        open_conversations=len(opened),
        late=sum(clock.clock in REPLY_CLOCKS for clock in late),
        late_resolutions=sum(clock.clock in _RESOLUTIONS for clock in late),
        late_updates=sum(clock.clock in _UPDATES for clock in late),
        due_soon=len(soon),
        due_by=due_by,
        unclaimed=sum(is_free(row, away) for row in waiting),
        waiting_on_customers=len(opened) - len(waiting),
        next_due_at=min((_deadline(clock) for clock in owed), default=None),
        reply_time=_reply_time(session, office, now),
        due=tuple(first),
        at_risk=at_risk,
        limit=office.config.monday.limit,
        better=atrisk.better(judged),
        not_known=(*not_known, *atrisk.not_known(judged)),
        silent=silent,
        judged=len(judged),
        last_read=freshness.last_read(session, office, now),
    )


def _owed(session: Session, office: Office, rows: dict[str, Conversation], now: datetime) -> list[SlaClock]:
    """What is promised in each conversation, soonest due first: of several a late reply, else the nearest.

    `rows` are the open ones. Those that are snoozed while a promise of theirs runs on are put there too.
    """
    found: dict[str, SlaClock] = {}
    for clock in clocks.running(session, office.workspace):
        if clock.clock not in ALERT_CLOCKS:
            continue
        nearest = found.setdefault(clock.conversation_id, clock)
        if clock.clock in REPLY_CLOCKS and nearest.clock not in REPLY_CLOCKS and _deadline(clock) <= now:
            found[clock.conversation_id] = clock
    others = [each for each in found if each not in rows]
    rows.update((row.id, row) for row in conversations.snoozed_among(session, office.workspace, others))
    return sorted((clock for each, clock in found.items() if each in rows), key=_deadline)


def _deadline(clock: SlaClock) -> datetime:
    return clock.due_at or clock.started_at


def _reply_time(session: Session, office: Office, now: datetime) -> ReplyTime:
    """Median working time to the first reply, last week and the week before (Monday to Monday, local)."""
    local = now.astimezone(ZoneInfo(office.zone))
    monday = datetime.combine(
        local.date() - timedelta(days=local.weekday()), datetime.min.time(), local.tzinfo
    )
    return ReplyTime(
        last_week=_median(session, office, monday - WEEK, monday),
        week_before=_median(session, office, monday - 2 * WEEK, monday - WEEK),
    )


def _median(session: Session, office: Office, start: datetime, end: datetime) -> int | None:
    taken = [
        office.hours[clock.calendar].business_between(clock.started_at, clock.stopped_at)
        for clock in clocks.answered_between(session, office.workspace, "first_response", start, end)
        if clock.stopped_at is not None
    ]
    return round(median(taken)) if taken else None
