"""A claim obliges: without an answer its holder is reminded once, and then it goes back to the team.

What is waited for stands in `bot/store/holds.py`; looking at it twice, or late, changes nothing. The wait is
counted in working time and only while a customer waits, and it ends with the first answer by anybody.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.cards import hold as hold_card
from bot.cards.hold import HoldCard, HoldState
from bot.clock import Moment
from bot.desk import writes
from bot.desk.rep import Rep, note_down
from bot.office import Office, WorkingTime
from bot.outbox import kinds
from bot.outbox.show import show
from bot.present import line, running_clock, waits_since
from bot.store import clocks, conversations, holds, intents, rechecks, reps
from bot.store.apart import each_apart
from bot.store.conversations import Conversation
from bot.store.holds import Hold
from bot.store.parts import parts_of
from bot.store.posts import get_post

BY_ITSELF = "watchbell"
"""Who acts, in the audit log, when it is the clock."""

_AT_ONCE = 50
_SETTLING = (kinds.INTERCOM_REPLY, kinds.INTERCOM_SNOOZE, kinds.INTERCOM_CLOSE)
_AGAIN = timedelta(minutes=1)
"""A reminder that stands in Slack follows what happens at least this often (business time)."""


def begin(session: Session, office: Office, row: Conversation, admin_id: str, at: Moment) -> None:
    """A claim was made. Working time is never longer than plain time, so that much later is early enough."""
    claims = office.config.claims
    if claims.expire:
        look_at = at.now + timedelta(seconds=claims.remind_after)
        holds.begin(session, office.workspace, row.id, admin_id, now=at.now, look_at=look_at)


def any_due(session: Session, office: Office, at: Moment) -> bool:
    return bool(holds.due(session, office.workspace, at.now, limit=1))


def look(session: Session, office: Office, at: Moment) -> int:
    """Remind of what has waited, give back what has waited for too long; the number of claims looked at."""
    wanted = holds.due(session, office.workspace, at.now, limit=_AT_ONCE)
    due = {hold.conversation_id: hold for hold in wanted}
    for hold in wanted:
        # One that cannot be judged comes up again, and keeps no other from its turn.
        hold.look_at = at.now + _AGAIN
    session.flush()
    each_apart(session, list(due), lambda each: _look(session, office, due[each], at), "claim")
    return len(due)


def _look(session: Session, office: Office, hold: Hold, at: Moment) -> None:
    row = conversations.get(session, office.workspace, hold.conversation_id)
    if row is None or not office.config.claims.expire:
        session.delete(hold)
        return
    settled = _settled(session, row, hold)
    if settled is not None:
        _tell(session, office, hold, row, settled, at)
        session.delete(hold)
        return
    session.add(hold)
    if _is_under_way(session, row, hold):
        hold.look_at = at.now + _AGAIN
        return
    claims, hours = office.config.claims, _hours(session, office, row)
    if row.state == "snoozed":
        hold.counts_from = max(row.snoozed_until or at.now, at.now)
    elif hold.counts_from > at.now:
        hold.counts_from = _woken_at(session, row, at.now)
    since = _since(session, office, row, hold)
    if since is None or since > at.now:
        # Working time is never longer than plain time: nothing can be due earlier, though a snooze may end
        # at any moment.
        quiet = timedelta(seconds=claims.remind_after) if hold.reminded_at is None else _AGAIN
        hold.look_at = at.now + quiet
        return
    if hold.reminded_at is None:
        if hours.business_between(since, at.now) < claims.remind_after:
            hold.look_at = hours.add_business(since, claims.remind_after)
            return
        hold.reminded_at = at.now
        back_at = hours.add_business(at.now, claims.free_after - claims.remind_after)
        waited = hours.business_between(since, at.now)
        _tell(session, office, hold, row, HoldState.WAITING, at, waited=waited, back_at=back_at)
    else:
        back_at = hours.add_business(max(since, hold.reminded_at), claims.free_after - claims.remind_after)
    if back_at <= at.now:
        _give_back(session, office, hold, row, at)
    else:
        hold.look_at = min(back_at, at.now + _AGAIN)


def _settled(session: Session, row: Conversation, hold: Hold) -> HoldState | None:
    """How the wait ended, None while it goes on."""
    if row.claimed_by != hold.admin_id:
        return HoldState.NOT_YOURS
    if row.state == "closed":
        return HoldState.CLOSED
    # Intercom tells whole seconds.
    since = hold.since.replace(microsecond=0)
    for part in parts_of(session, row.workspace, row.id):
        if part.public_reply and not part.automatic and part.created_at >= since:
            return HoldState.ANSWERED
    return None


def _is_under_way(session: Session, row: Conversation, hold: Hold) -> bool:
    """Whether an answer, a snooze or a close is on its way, or whoever holds it was asked whether theirs
    arrived. What was never settled before this claim is not its answer."""
    ours = intents.about(session, row.workspace, row.id, kinds=_SETTLING)
    return any(
        each.state in intents.OPEN or (each.state == "unconfirmed" and each.decided_at >= hold.since)
        for each in ours
    )


def _since(session: Session, office: Office, row: Conversation, hold: Hold) -> datetime | None:
    """From when the customer has waited for the holder, who asks again waits on; None while nobody waits."""
    known = clocks.clocks_of(session, row.workspace, row.id)
    waits = waits_since(row, running_clock(session, office, row.id))
    if waits is None or (known and all(each.stopped_at is not None for each in known)):
        return None
    return max(hold.counts_from, waits)


def _woken_at(session: Session, row: Conversation, now: datetime) -> datetime:
    """When a snooze ended before its time; now, where no known part tells."""
    asleep, ended = False, now
    for part in parts_of(session, row.workspace, row.id):
        if part.kind == "snoozed":
            asleep, ended = True, now
        elif asleep and (part.customer_message or part.reopens or part.wakes):
            asleep, ended = False, part.created_at
    return ended


def _hours(session: Session, office: Office, row: Conversation) -> WorkingTime:
    """The hours of the promise that runs; without one the first calendar of watchbell.toml."""
    running = running_clock(session, office, row.id)
    name = running.calendar if running is not None else office.config.calendars[0].name
    return office.hours[name]


def _give_back(session: Session, office: Office, hold: Hold, row: Conversation, at: Moment) -> None:
    holder = reps.get_admin(session, office.workspace, hold.admin_id)
    rep = Rep(BY_ITSELF, hold.admin_id, holder.name if holder is not None else "", "clock")
    session.delete(hold)
    if not conversations.move_claim(
        session, office.workspace, row.id, held_by=hold.admin_id, to=None, now=at.now
    ):
        return
    writes.assign(session, office, rep, row.id, None, at)
    rechecks.ask_about(session, row, now=at.machine)
    note_down(
        session, office, rep, "free_claim", "done", at, conversation_id=row.id, detail=f"of {hold.admin_id}"
    )
    _tell(session, office, hold, row, HoldState.GIVEN_BACK, at)


def _tell(
    session: Session,
    office: Office,
    hold: Hold,
    row: Conversation,
    state: HoldState,
    at: Moment,
    *,
    waited: int = 0,
    back_at: datetime | None = None,
) -> None:
    """One direct message to the holder, edited as things go on; what was never reminded of ends silently."""
    person = reps.slack_user_of(session, office.workspace, hold.admin_id)
    key = f"hold:{row.id}:{hold.admin_id}:{hold.reminded_at:%Y%m%dT%H%M%S}" if hold.reminded_at else None
    if person is None or key is None:
        return
    if state is not HoldState.WAITING and get_post(session, office.workspace, key) is None:
        return
    card = HoldCard(
        state=state,
        line=line(session, office, row, at.now),
        now=at.now,
        zone=office.zone,
        waited=waited,
        back_at=back_at,
    )
    show(session, office.workspace, key=key, channel=person, content=hold_card.render(card), at=at)
