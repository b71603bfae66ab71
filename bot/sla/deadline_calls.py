"""Who is called in the alert's thread: once at the deadline, and at each further warning.

An edit rings nobody in Slack, so whoever must act now is called by a message of its own. Each call is made
once, whatever restarts: its name holds the deadline that it is about.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.cards import ring as ring_card
from bot.outbox.show import back_at, forget_withdrawn, refusal, show, withdraw
from bot.present import account_by_id, contact_name, due
from bot.sla import escalation, thresholds
from bot.sla.alert_case import AlertCase
from bot.store import intents, reps
from bot.store.clocks import Alert
from bot.store.posts import get_post, posts_under
from bot.store.rows import bring

_NOT_AT_ONCE = timedelta(minutes=1)


def rang(case: AlertCase) -> bool:
    """Whether somebody was called when the promise was broken, for the deadline that it has now.

    What its place refused reached nobody, nor what was to stand under an alert that is not there.
    """
    post = get_post(case.session, case.workspace, _ring_key(case.alert))
    if post is None or (post.ts is None and lost(case)):
        return False
    return refusal(case.session, post) is None


def lost(case: AlertCase) -> bool:
    """Whether the alert's message is not there, refused or deleted: nobody can be called in its thread."""
    post = get_post(case.session, case.workspace, case.alert.post)
    return post is not None and post.state == "gone"


def unheard(case: AlertCase) -> bool:
    """Whether nobody can be said to be called yet: Slack has not taken the alert, or refused the call."""
    call = get_post(case.session, case.workspace, _ring_key(case.alert))
    if call is not None and call.ts is None and call.state == "gone":
        return True
    post = get_post(case.session, case.workspace, case.alert.post)
    if post is None or post.ts is not None or post.state == "gone":
        return lost(case)
    first = intents.by_key(case.session, f"post:{post.key}")
    return first is not None and first.attempts > 0


def heard(case: AlertCase) -> bool:
    """Whether the call at the deadline was made, and stands in Slack."""
    post = get_post(case.session, case.workspace, _ring_key(case.alert))
    return post is not None and post.ts is not None


def called(case: AlertCase) -> tuple[str, ...]:
    """Slack ids of whoever must act now: who holds it, else the leads."""
    holder = reps.callable_holder(case.session, case.workspace, case.row.claimed_by)
    return (holder,) if holder else case.office.leads


def back(case: AlertCase) -> datetime | None:
    """When the alert, or the call about it, is to be tried again where its place refused it."""
    alert = case.alert
    keys = [alert.post, *([_ring_key(alert)] if alert.state == "live" else [])]
    posts = [get_post(case.session, case.workspace, key) for key in keys]
    found = min(filter(None, (back_at(case.session, post) for post in posts)), default=None)
    return max(found, case.at.now + _NOT_AT_ONCE) if found is not None else None


def comes_alive(case: AlertCase) -> bool:
    """An alert that was over is to be said again; whether its message stands in Slack, where an edit rings
    nobody.
    """
    for key in (_ring_key(case.alert), case.alert.post):
        forget_withdrawn(case.session, case.workspace, key)
    post = get_post(case.session, case.workspace, case.alert.post)
    return post is not None and post.ts is not None


def arm(case: AlertCase) -> None:
    """A deadline that moved ahead calls once more when it comes, and its steps are told anew."""
    alert, due_at, now = case.alert, case.clock.due_at, case.at.now
    heard_of = alert.said_late or rang(case) or _stepped(case)
    ahead = due_at is not None and due_at > now
    bring(
        alert,
        rung_for=escalation.armed(alert.rung_for, due_at, now, called=heard_of),
        said_late=alert.said_late and not ahead,
    )


def _stepped(case: AlertCase) -> bool:
    """Whether a step of the escalation was told for the deadline that it was armed for."""
    if case.clock.due_at == case.alert.rung_for:
        return False
    known = thresholds.known(case.session, case.clock, case.alert.rung_for)
    return any(name.startswith("step ") for name in known)


def rings_now(case: AlertCase) -> bool:
    """Whether it is now that somebody must be called: late, not set aside, and nobody was called yet.

    What was late for long already when it was first posted calls nobody again: the post itself is news.
    """
    alert = case.alert
    late = alert.state == "live" and alert.level == "breached"
    return late and not alert.said_late and not rang(case)


def told(case: AlertCase) -> tuple[str, ...]:
    """Names of the leads who are told of a late reply, where no call reaches whoever holds it."""
    session, leads = case.session, case.office.leads
    if reps.callable_holder(session, case.workspace, case.row.claimed_by):
        return ()
    # Who could be called at the deadline may be away by now: then no lead was.
    called = thresholds.called(session, case.clock) or leads
    names = [reps.ever_linked(session, case.workspace, lead) for lead in leads if lead in called]
    return tuple(admin.name for admin in names if admin is not None)


def ring(case: AlertCase) -> None:
    """Say once in the thread, to whoever must act now, that the promise is broken."""
    _call(case, _ring_key(case.alert), called(case))


def recall(case: AlertCase) -> tuple[str, ...]:
    """Call whoever holds it about a promise that is due soon and was settled before, as a first post does;
    the Slack ids called.
    """
    holder = reps.callable_holder(case.session, case.workspace, case.row.claimed_by)
    if holder is None or not _call(case, _again_key(case.alert), (holder,)):
        return ()
    return (holder,)


def warn_again(case: AlertCase, warning: str) -> tuple[str, ...]:
    """Say once in the thread that a further warning of the same deadline is reached; the Slack ids called."""
    mentions = called(case)
    deadline = f"{case.clock.due_at:%Y%m%dT%H%M%S}"
    key = f"{_warn_prefix(case.alert)}{deadline}:{warning.removeprefix('warning ')}"
    return mentions if _call(case, key, mentions) else ()


def take_back(case: AlertCase) -> None:
    """What has ended calls nobody any more."""
    warned = (post.key for post in posts_under(case.session, case.workspace, _warn_prefix(case.alert)))
    for key in (_ring_key(case.alert), _again_key(case.alert), *warned):
        withdraw(case.session, case.workspace, key)


def _call(case: AlertCase, key: str, mentions: tuple[str, ...]) -> bool:
    session, office, row, now = case.session, case.office, case.row, case.at.now
    promised = due(office, case.clock, now)
    if promised is None:
        return False
    holder = reps.callable_holder(session, case.workspace, row.claimed_by)
    owner = reps.get_admin(session, case.workspace, row.claimed_by)
    account = account_by_id(session, office, row.account_id)
    content = ring_card.render(
        ring_card.RingCard(
            due=promised,
            now=now,
            zone=office.zone,
            whose=account.name if account else contact_name(row),
            mentions=mentions,
            theirs=holder is not None,
            claimed_by=owner.name if owner else None,
            holder_away=owner is not None and owner.absent,
        )
    )
    show(
        session,
        case.workspace,
        key=key,
        channel=case.channel,
        content=content,
        parent=case.alert.post,
        comes_back=True,
        at=case.at,
    )
    return True


def _ring_key(alert: Alert) -> str:
    return f"ring:{alert.conversation_id}:{alert.episode}:{alert.rung_for.isoformat()}"


def _again_key(alert: Alert) -> str:
    return f"ring:{alert.conversation_id}:{alert.episode}:again:{alert.rang_at.isoformat()}"


def _warn_prefix(alert: Alert) -> str:
    return f"ring:{alert.conversation_id}:{alert.episode}:warning:"
