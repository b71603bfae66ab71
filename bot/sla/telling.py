"""Who is called about a broken promise: once at the deadline, then step by step as its escalation says.

An edit rings nobody in Slack, so whoever must act now is called by a message of its own: at the deadline in
the alert's thread, later where each step says. Each call is made once, whatever restarts, because it is a row
(`bot/store/crossings.py`) written in the transaction that has it posted.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.cards import call as call_card
from bot.cards import ring as ring_card
from bot.cards.alert import AlertCard
from bot.clock import Moment
from bot.office import Office
from bot.outbox.show import back_at, forget_withdrawn, refusal, show, withdraw
from bot.present import account_by_id, contact_name, due
from bot.settings.model import Escalation, Stop
from bot.sla import alert_message, escalation, thresholds, together
from bot.sla.promises import Promises
from bot.store import accounts, crossings, intents, reps
from bot.store.calls import Called
from bot.store.clocks import Alert, SlaClock
from bot.store.conversations import Conversation, Part
from bot.store.posts import get_post, posts_under

_NOT_AT_ONCE = timedelta(minutes=1)


def rang(session: Session, office: Office, alert: Alert) -> bool:
    """Whether somebody was called when the promise was broken, for the deadline that it has now.

    What its place refused reached nobody, nor what was to stand under an alert that is not there.
    """
    post = get_post(session, office.workspace, _ring_key(alert))
    if post is None or (post.ts is None and lost(session, office, alert)):
        return False
    return refusal(session, post) is None


def lost(session: Session, office: Office, alert: Alert) -> bool:
    """Whether the alert's message is not there, refused or deleted: nobody can be called in its thread."""
    post = get_post(session, office.workspace, alert.post)
    return post is not None and post.state == "gone"


def unheard(session: Session, office: Office, alert: Alert) -> bool:
    """Whether nobody can be said to be called yet: Slack has not taken the alert, or refused the call."""
    call = get_post(session, office.workspace, _ring_key(alert))
    if call is not None and call.ts is None and call.state == "gone":
        return True
    post = get_post(session, office.workspace, alert.post)
    if post is None or post.ts is not None or post.state == "gone":
        return lost(session, office, alert)
    first = intents.by_key(session, f"post:{post.key}")
    return first is not None and first.attempts > 0


def heard(session: Session, office: Office, alert: Alert) -> bool:
    """Whether the call at the deadline was made, and stands in Slack."""
    post = get_post(session, office.workspace, _ring_key(alert))
    return post is not None and post.ts is not None


def called(session: Session, office: Office, row: Conversation) -> tuple[str, ...]:
    """Slack ids of whoever must act now: who holds it, else the leads."""
    holder = reps.callable_holder(session, office.workspace, row.claimed_by)
    return (holder,) if holder else office.leads


def back(session: Session, office: Office, alert: Alert, at: Moment) -> datetime | None:
    """When the alert, or the call about it, is to be tried again where its place refused it."""
    keys = [alert.post, *([_ring_key(alert)] if alert.state == "live" else [])]
    posts = [get_post(session, office.workspace, key) for key in keys]
    found = min(filter(None, (back_at(session, post) for post in posts)), default=None)
    return max(found, at.now + _NOT_AT_ONCE) if found is not None else None


def comes_alive(session: Session, office: Office, alert: Alert) -> bool:
    """An alert that was over is to be said again; whether its message stands in Slack, where an edit rings
    nobody.
    """
    for key in (_ring_key(alert), alert.post):
        forget_withdrawn(session, office.workspace, key)
    post = get_post(session, office.workspace, alert.post)
    return post is not None and post.ts is not None


def arm(session: Session, office: Office, alert: Alert, clock: SlaClock, now: datetime) -> None:
    """A deadline that moved ahead calls once more when it comes, and its steps are told anew."""
    heard_of = alert.said_late or rang(session, office, alert) or _stepped(session, alert, clock)
    alert.rung_for = escalation.armed(alert.rung_for, clock.due_at, now, called=heard_of)
    if clock.due_at is not None and clock.due_at > now:
        alert.said_late = False


def _stepped(session: Session, alert: Alert, clock: SlaClock) -> bool:
    """Whether a step of the escalation was told for the deadline that it was armed for."""
    if clock.due_at == alert.rung_for:
        return False
    return any(name.startswith("step ") for name in thresholds.known(session, clock, alert.rung_for))


def rings_now(session: Session, office: Office, alert: Alert) -> bool:
    """Whether it is now that somebody must be called: late, not set aside, and nobody was called yet.

    What was late for long already when it was first posted calls nobody again: the post itself is news.
    """
    late = alert.state == "live" and alert.level == "breached"
    return late and not alert.said_late and not rang(session, office, alert)


def told(session: Session, office: Office, row: Conversation, clock: SlaClock) -> tuple[str, ...]:
    """Names of the leads who are told of a late reply, where no call reaches whoever holds it."""
    if reps.callable_holder(session, office.workspace, row.claimed_by):
        return ()
    # Who could be called at the deadline may be away by now: then no lead was.
    called = thresholds.called(session, clock) or office.leads
    names = [reps.ever_linked(session, office.workspace, lead) for lead in office.leads if lead in called]
    return tuple(admin.name for admin in names if admin is not None)


def ring(
    session: Session, office: Office, row: Conversation, alert: Alert, clock: SlaClock, at: Moment
) -> None:
    """Say once in the thread, to whoever must act now, that the promise is broken."""
    _call(session, office, row, alert, clock, at, _ring_key(alert), called(session, office, row))


def recall(
    session: Session, office: Office, row: Conversation, alert: Alert, clock: SlaClock, at: Moment
) -> tuple[str, ...]:
    """Call whoever holds it about a promise that is due soon and was settled before, as a first post does;
    the Slack ids called.
    """
    holder = reps.callable_holder(session, office.workspace, row.claimed_by)
    if holder is None or not _call(session, office, row, alert, clock, at, _again_key(alert), (holder,)):
        return ()
    return (holder,)


def warn_again(
    session: Session,
    office: Office,
    row: Conversation,
    alert: Alert,
    clock: SlaClock,
    warning: str,
    at: Moment,
) -> tuple[str, ...]:
    """Say once in the thread that a further warning of the same deadline is reached; the Slack ids called."""
    mentions = called(session, office, row)
    key = f"{_warn_prefix(alert)}{clock.due_at:%Y%m%dT%H%M%S}:{warning.removeprefix('warning ')}"
    return mentions if _call(session, office, row, alert, clock, at, key, mentions) else ()


def _call(
    session: Session,
    office: Office,
    row: Conversation,
    alert: Alert,
    clock: SlaClock,
    at: Moment,
    key: str,
    mentions: tuple[str, ...],
) -> bool:
    promised = due(office, clock, at.now)
    if promised is None:
        return False
    holder = reps.callable_holder(session, office.workspace, row.claimed_by)
    owner = reps.get_admin(session, office.workspace, row.claimed_by)
    account = account_by_id(session, office, row.account_id)
    content = ring_card.render(
        ring_card.RingCard(
            due=promised,
            now=at.now,
            zone=office.zone,
            whose=account.name if account else contact_name(row),
            mentions=mentions,
            theirs=holder is not None,
            claimed_by=owner.name if owner else None,
            holder_away=owner is not None and owner.away,
        )
    )
    show(
        session,
        office.workspace,
        key=key,
        channel=alert.channel or office.channels.alerts,
        content=content,
        parent=alert.post,
        comes_back=True,
        at=at,
    )
    return True


def escalate(
    session: Session,
    office: Office,
    promises: Promises,
    row: Conversation,
    parts: list[Part],
    alert: Alert,
    clock: SlaClock,
    at: Moment,
) -> datetime | None:
    """Make the calls that are due, if any are; the instant of the next, None when there is none.

    Calls are written down under the deadline that armed them: one that moved and is past all the same makes
    none of them again.
    """
    chain = office.escalation_of(clock.policy)
    if chain is None or clock.due_at is None or clock.due_at > at.now:
        return None
    speaking = promises.speaking(office.config)
    planned = escalation.calls(chain, clock.due_at, promises.calendars[clock.calendar], speaking)
    now = escalation.due(planned, thresholds.known(session, clock, alert.rung_for), at.now)
    if now.calls and speaking is not None and not speaking.is_open(at.now):
        # It was due within the hours in which alerts may speak, while nobody looked.
        return speaking.next_open(at.now)
    for call in now.passed:
        thresholds.note(
            session, clock, call.name, call.at, at.now, crossings.PASSED_OVER, deadline=alert.rung_for
        )
    stopped = _stopped(session, office, chain, row, alert) if now.calls else None
    heard: set[str] = set()
    # Whoever is named by several steps of one instant hears of the last.
    for call in reversed(now.calls):
        reached: tuple[str, ...] = ()
        if stopped is None:
            reached = _tell(session, office, chain, row, parts, alert, clock, call, heard, at)
            heard.update(reached)
            if not reached and lost(session, office, alert):
                # The call is made when the alert is there again.
                continue
        outcome = stopped or (crossings.TOLD if reached else crossings.NOBODY)
        thresholds.note(session, clock, call.name, call.at, at.now, outcome, reached, deadline=alert.rung_for)
    return now.next_at


def end(
    session: Session,
    office: Office,
    row: Conversation,
    parts: list[Part],
    alert: Alert,
    clock: SlaClock,
    at: Moment,
) -> None:
    """What has ended calls nobody any more, and the calls that were made say how it ended."""
    warned = (post.key for post in posts_under(session, office.workspace, _warn_prefix(alert)))
    for key in (_ring_key(alert), _again_key(alert), *warned):
        withdraw(session, office.workspace, key)
    made = posts_under(session, office.workspace, _call_prefix(alert))
    if not made:
        return
    card = alert_message.card_of(session, office, row, parts, alert, clock, at)
    for post in made:
        if not withdraw(session, office.workspace, post.key) and card is not None and post.state != "gone":
            content = call_card.render(_card(session, office, alert, card, None))
            show(session, office.workspace, key=post.key, channel=post.channel, content=content, at=at)


def _stopped(
    session: Session, office: Office, chain: Escalation, row: Conversation, alert: Alert
) -> str | None:
    if alert.state == "snoozed" and Stop.SNOOZE in chain.stopped_by:
        return crossings.SNOOZED
    holder = reps.callable_holder(session, office.workspace, row.claimed_by)
    if holder is not None and Stop.CLAIM in chain.stopped_by:
        return crossings.CLAIMED
    return None


def _tell(
    session: Session,
    office: Office,
    chain: Escalation,
    row: Conversation,
    parts: list[Part],
    alert: Alert,
    clock: SlaClock,
    call: escalation.Call,
    heard: Collection[str],
    at: Moment,
) -> tuple[str, ...]:
    """Make a call, but to those who `heard` of it just now; the Slack ids of all it reaches, them as well."""
    card = alert_message.card_of(session, office, row, parts, alert, clock, at)
    if card is None:
        return ()
    step = chain.steps[call.step]
    named = dict.fromkeys(each for name in step.tell for each in _ids(session, office, row, name))
    if not named and "assignee" in step.tell and row.claimed_by is not None:
        # Away, or not known in Slack.
        named = dict.fromkeys(office.leads)
    # A group that is to be called in the thread of an alert that is not there hears nothing.
    gone = lost(session, office, alert)
    reached = tuple(each for each in named if not (gone and each.startswith("S")))
    says = call_card.Step(chain.name, call.step + 1, len(chain.steps), call.turn + 1, step.times)
    turn = f"{call.step + 1}.{call.turn + 1}:{alert.rung_for:%Y%m%dT%H%M%S}"
    for target in (each for each in reached if each not in heard):
        # A user group can be called only where its members look: in the alert's own thread.
        group = target if target.startswith("S") else None
        key = f"{_call_prefix(alert)}{turn}:{target}"
        channel = (alert.channel or office.channels.alerts) if group else target
        made = Called(
            workspace=office.workspace,
            own=key,
            conversation_id=row.id,
            clock=clock.clock,
            episode=clock.episode,
            escalation=chain.name,
            target=target,
            channel=channel,
            called_at=at.now,
            post=key,
        )
        if together.joins(session, office, made, at):
            continue
        show(
            session,
            office.workspace,
            key=key,
            channel=channel,
            content=call_card.render(_card(session, office, alert, card, says, group)),
            parent=alert.post if group else None,
            at=at,
        )
    return reached


def _card(
    session: Session,
    office: Office,
    alert: Alert,
    card: AlertCard,
    step: call_card.Step | None,
    group: str | None = None,
) -> call_card.CallCard:
    return call_card.CallCard(card, step, group, alert_message.where(office, session, alert))


def _ids(session: Session, office: Office, row: Conversation, name: str) -> tuple[str, ...]:
    """The Slack ids that a step's word stands for now; none where nobody holds that part, or no call
    reaches whoever holds the conversation.
    """
    workspace = office.workspace
    match name:
        case "leads":
            return office.leads
        case "assignee":
            found = reps.callable_holder(session, workspace, row.claimed_by)
        case "owner":
            account = accounts.get_account(session, workspace, row.account_id)
            found = reps.slack_user_of(session, workspace, account.owner_admin_id if account else None)
        case _:
            found = office.targets.get(name)
    return (found,) if found else ()


def _ring_key(alert: Alert) -> str:
    return f"ring:{alert.conversation_id}:{alert.episode}:{alert.rung_for.isoformat()}"


def _again_key(alert: Alert) -> str:
    return f"ring:{alert.conversation_id}:{alert.episode}:again:{alert.rang_at.isoformat()}"


def _warn_prefix(alert: Alert) -> str:
    return f"ring:{alert.conversation_id}:{alert.episode}:warning:"


def _call_prefix(alert: Alert) -> str:
    return f"call:{alert.conversation_id}:{alert.episode}:"
