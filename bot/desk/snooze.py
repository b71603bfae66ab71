"""Put an alert aside for a while, wake it, or say that it was no promise; put a conversation away."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.cards.snooze import Promise, SnoozeCard, Snoozed
from bot.cards.values import Clock
from bot.cards.writing import Conflict
from bot.clock import Moment
from bot.desk import writes
from bot.desk.answer import snooze_choices
from bot.desk.claim import must_know
from bot.desk.rep import Rep, note_down
from bot.desk.standing import changed, seen
from bot.errors import UserError
from bot.office import Office
from bot.present import ALERT_CLOCKS, REPLY_CLOCKS, line
from bot.settings.model import ClockName, PauseState
from bot.store import clocks, dismissals, rechecks
from bot.store.clocks import SlaClock
from bot.store.conversations import Conversation
from bot.store.parts import NO_ANSWER_NEEDED, Part, parts_of

ASIDE = timedelta(minutes=30)


def set_aside(session: Session, office: Office, rep: Rep, asked: str, at: Moment) -> bool:
    """Quiet an alert for half an hour. The promise to the customer runs on.

    `asked` is a conversation, and behind a colon the promise where it is not a reply: what else is owed there
    goes on ringing. False when that alert is not live any more.
    """
    return _set_alert(session, office, rep, asked, at, until=at.now + ASIDE, action="set_aside")


def wake(session: Session, office: Office, rep: Rep, asked: str, at: Moment) -> bool:
    """End that quiet at once, `asked` likewise. False when there is nothing to wake."""
    return _set_alert(session, office, rep, asked, at, until=None, action="wake")


def no_promise(session: Session, office: Office, rep: Rep, conversation_id: str, at: Moment) -> bool:
    """A rep says that what the customer wrote needs no answer: the clock stops, and nobody waits.

    False when no clock ran. It is said of what is known: what the customer wrote and nobody here has heard of
    yet has its own clock.
    """
    row = must_know(session, office, conversation_id)
    alerts = clocks.alerts_of(session, office.workspace, row.id)
    if not any(alert.state != "over" for alert in alerts):
        return False
    session.add(
        Part(
            workspace=office.workspace,
            conversation_id=row.id,
            id=f"wb-{at.machine:%Y%m%d%H%M%S%f}",
            kind=NO_ANSWER_NEEDED,
            raw_kind=NO_ANSWER_NEEDED,
            author_type="admin",
            author_id=rep.admin_id,
            author_name=rep.name,
            created_at=at.now,
            waiting_since=_newest(session, row, at.now),
        )
    )
    session.flush()
    until = dismissals.settled_until(session, office.workspace, [row.id]).get(row.id)
    if until is not None and row.waiting_since is not None and row.waiting_since <= until:
        row.waiting_since = None
        session.add(row)
    _done(session, office, rep, row, "no_promise", at)
    return True


def _newest(session: Session, row: Conversation, now: datetime) -> datetime:
    """When the customer wrote what is the newest that is known of them."""
    parts = parts_of(session, row.workspace, row.id)
    wrote = [part.created_at for part in parts if part.customer_message and part.created_at <= now]
    return max(wrote, default=min(row.waiting_since or row.created_at, now))


def card(
    session: Session,
    office: Office,
    conversation_id: str,
    at: Moment,
    *,
    conflict: Conflict | None = None,
    over: int = 0,
) -> SnoozeCard:
    """The window that asks until when to put it away. Raises UserError when the conversation is closed."""
    row = _not_closed(session, office, conversation_id)
    owed = [each for each in clocks.clocks_of(session, office.workspace, row.id) if each.stopped_at is None]
    clock = next((each for each in owed if each.clock in REPLY_CLOCKS), None)
    return SnoozeCard(
        line=line(session, office, row, at.now, clock=clock),
        now=at.now,
        zone=office.zone,
        choices=snooze_choices(at.now, office.zone),
        seen=seen(session, row),
        conflict=conflict,
        over=over,
        promise=_promise(office, clock) if clock is not None else Promise.RUNS,
        others=_others(office, owed, at.now),
    )


def _others(office: Office, owed: list[SlaClock], now: datetime) -> tuple[tuple[Clock, Promise], ...]:
    """What becomes of the promises beside the reply's that a snooze makes any difference to."""
    found = (
        (ALERT_CLOCKS[each.clock], _promise(office, each))
        for each in owed
        # As with a reply's: no snooze moves a deadline that has passed.
        if each.clock not in REPLY_CLOCKS and (each.due_at is None or each.due_at > now)
    )
    return tuple((clock, promise) for clock, promise in found if promise is not Promise.RUNS)


def _promise(office: Office, clock: SlaClock) -> Promise:
    """What the policy of a promise that runs does with a snooze."""
    policy = next((each for each in office.config.policies if each.name == clock.policy), None)
    if policy is None or PauseState.SNOOZED not in policy.pauses(ClockName(clock.clock)):
        return Promise.RUNS
    return Promise.PAUSED if policy.credit_pauses else Promise.QUIET


def put_away(
    session: Session, office: Office, rep: Rep, chosen: Snoozed, at: Moment
) -> Conversation | SnoozeCard:
    """Snooze the conversation itself, in Intercom; or hand back the window with what it did not show, or
    without the time that is over.

    Raises UserError, with nothing done, when the conversation is closed.
    """
    row = _not_closed(session, office, chosen.conversation_id)
    conflict = changed(session, office, row, rep, chosen.seen, at)
    if conflict is not None:
        note_down(session, office, rep, "snooze", "asked_again", at, conversation_id=row.id)
        return card(session, office, row.id, at, conflict=conflict, over=chosen.over)
    if chosen.until <= at.now:
        # The window stood open longer than its first choice.
        return card(session, office, row.id, at, over=chosen.over + 1)
    writes.snooze(session, office, rep, row.id, writes.Then(chosen.until, chosen.seen.last_part), at)
    _done(session, office, rep, row, "snooze", at)
    return row


def _not_closed(session: Session, office: Office, conversation_id: str) -> Conversation:
    # A snooze ends: what is over would come back as open to whoever was done with it.
    row = must_know(session, office, conversation_id)
    if row.state == "closed":
        raise UserError("Nothing was done: it is closed.")
    return row


def _set_alert(
    session: Session,
    office: Office,
    rep: Rep,
    asked: str,
    at: Moment,
    *,
    until: datetime | None,
    action: str,
) -> bool:
    conversation_id, _, named = asked.partition(":")
    row = must_know(session, office, conversation_id)
    wanted = "live" if until is not None else "snoozed"
    found = False
    for alert in clocks.alerts_of(session, office.workspace, row.id):
        meant = ALERT_CLOCKS[alert.clock] == named if named else alert.clock in REPLY_CLOCKS
        if meant and alert.state == wanted:
            alert.state = "snoozed" if until is not None else "live"
            alert.snoozed_until, alert.snoozed_by = until, rep.name if until is not None else None
            session.add(alert)
            found = True
    if found:
        _done(session, office, rep, row, action, at)
    return found


def _done(session: Session, office: Office, rep: Rep, row: Conversation, action: str, at: Moment) -> None:
    rechecks.ask_about(session, row, now=at.machine)
    note_down(session, office, rep, action, "done", at, conversation_id=row.id)
