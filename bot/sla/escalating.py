"""Who is called after the deadline, step by step, as the escalation of its policy says.

Each call is made once, whatever restarts, because it is a row (`bot/store/crossings.py`) written in the
transaction that has it posted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.cards import call as call_card
from bot.cards.alert import AlertCard
from bot.outbox.show import show, withdraw
from bot.settings.model import Escalation, EscalationStep, Stop
from bot.sla import alert_message, deadline_calls, escalation, thresholds, together
from bot.sla.alert_case import AlertCase
from bot.sla.episodes import Pause
from bot.sla.promises import Promises
from bot.store import accounts, crossings, reps
from bot.store.calls import Called
from bot.store.clocks import Alert
from bot.store.posts import posts_under


def escalate(case: AlertCase, promises: Promises, pauses: Sequence[Pause]) -> datetime | None:
    """Make the calls that are due, if any are; the instant of the next, None when there is none.

    `pauses` are those in which the promise stood still.
    Calls are written down under the deadline that armed them: one that moved and is past all the same makes
    none of them again.
    """
    session, office, clock, now = case.session, case.office, case.clock, case.at.now
    armed = case.alert.rung_for
    chain = office.escalation_of(clock.policy)
    if chain is None or clock.due_at is None or clock.due_at > now:
        return None
    speaking = promises.speaking(office.config)
    planned = escalation.calls(chain, clock.due_at, promises.calendars[clock.calendar], speaking, pauses)
    due = escalation.due(planned, thresholds.known(session, clock, armed), now)
    silent_until = promises.silent_until(office.config, now)
    if due.calls and silent_until is not None:
        # It was due within the hours in which alerts may speak, while nobody looked.
        return silent_until
    for call in due.passed:
        thresholds.note(session, clock, call.name, call.at, now, crossings.PASSED_OVER, deadline=armed)
    stopped = _stopped(case, chain) if due.calls else None
    heard: set[str] = set()
    # Whoever is named by several steps of one instant hears of the last.
    for call in reversed(due.calls):
        reached: tuple[str, ...] = ()
        missed: tuple[str, ...] = ()
        if stopped is None:
            named, missed = _named(case, chain.steps[call.step])
            reached = _tell(case, chain, call, named, heard)
            heard.update(reached)
            if not reached and deadline_calls.lost(case):
                # The call is made when the alert is there again.
                continue
        outcome = stopped or crossings.without(crossings.TOLD if reached else crossings.NOBODY, missed)
        thresholds.note(session, clock, call.name, call.at, now, outcome, reached, deadline=armed)
    return due.next_at


def end(case: AlertCase) -> None:
    """The calls that were made say how it ended; those that are not in Slack yet are taken back."""
    made = posts_under(case.session, case.workspace, _prefix(case.alert))
    if not made:
        return
    card = alert_message.card_of(case)
    for post in made:
        taken_back = withdraw(case.session, case.workspace, post.key)
        if not taken_back and card is not None and post.state != "gone":
            content = call_card.render(_card(case, card, None))
            show(
                case.session, case.workspace, key=post.key, channel=post.channel, content=content, at=case.at
            )


def _stopped(case: AlertCase, chain: Escalation) -> str | None:
    if case.alert.state == "snoozed" and Stop.SNOOZE in chain.stopped_by:
        return crossings.SNOOZED
    holder = reps.callable_holder(case.session, case.workspace, case.row.claimed_by)
    if holder is not None and Stop.CLAIM in chain.stopped_by:
        return crossings.CLAIMED
    return None


def _named(case: AlertCase, step: EscalationStep) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The Slack ids that a step's words stand for now, each once, and which of these words stand for somebody
    whom no call reaches, and why ("owner away"). Where these are all that it names, the leads are told.
    """
    named: dict[str, None] = {}
    missed = []
    for word in dict.fromkeys(step.tell):
        match word:
            case "leads":
                named |= dict.fromkeys(case.office.leads)
            case "assignee" | "owner":
                seat = case.row.claimed_by if word == "assignee" else _owner(case)
                found = reps.callable_holder(case.session, case.workspace, seat)
                if found is not None:
                    named[found] = None
                elif seat is not None:
                    missed.append(f"{word} {_why_not(case, seat)}")
            case _:
                target = case.office.targets.get(word)
                named |= {target: None} if target else {}
    if missed and not named:
        named = dict.fromkeys(case.office.leads)
    return tuple(named), tuple(missed)


def _owner(case: AlertCase) -> str | None:
    """The Intercom seat of the account's owner."""
    account = accounts.get_account(case.session, case.workspace, case.row.account_id)
    return account.owner_admin_id if account is not None else None


def _why_not(case: AlertCase, seat: str) -> str:
    """Why no call reaches whoever has a seat in Intercom."""
    admin = reps.get_admin(case.session, case.workspace, seat)
    if admin is None or not admin.absent:
        return crossings.UNLINKED
    return crossings.GONE if admin.gone_at is not None else crossings.AWAY


def _tell(
    case: AlertCase, chain: Escalation, call: escalation.Call, named: Sequence[str], heard: Collection[str]
) -> tuple[str, ...]:
    """Make a call to those `named`, but not to whoever `heard` of it just now; the Slack ids of all it
    reaches, them as well.
    """
    session, office, row, alert, clock = case.session, case.office, case.row, case.alert, case.clock
    card = alert_message.card_of(case)
    if card is None:
        return ()
    step = chain.steps[call.step]
    # A group that is to be called in the thread of an alert that is not there hears nothing.
    gone = deadline_calls.lost(case)
    reached = tuple(each for each in named if not (gone and each.startswith("S")))
    says = call_card.Step(chain.name, call.step + 1, len(chain.steps), call.turn + 1, step.times)
    turn = f"{call.step + 1}.{call.turn + 1}:{alert.rung_for:%Y%m%dT%H%M%S}"
    for target in (each for each in reached if each not in heard):
        # A user group can be called only where its members look: in the alert's own thread.
        group = target if target.startswith("S") else None
        key = f"{_prefix(alert)}{turn}:{target}"
        channel = case.channel if group else target
        made = Called(
            workspace=case.workspace,
            own=key,
            conversation_id=row.id,
            clock=clock.clock,
            episode=clock.episode,
            escalation=chain.name,
            target=target,
            channel=channel,
            called_at=case.at.now,
            post=key,
        )
        if together.joins(session, office, made, case.at):
            continue
        show(
            session,
            case.workspace,
            key=key,
            channel=channel,
            content=call_card.render(_card(case, card, says, group)),
            parent=alert.post if group else None,
            at=case.at,
        )
    return reached


def _card(
    case: AlertCase, card: AlertCard, step: call_card.Step | None, group: str | None = None
) -> call_card.CallCard:
    return call_card.CallCard(card, step, group, alert_message.where(case.office, case.session, case.alert))


def _prefix(alert: Alert) -> str:
    return f"call:{alert.conversation_id}:{alert.episode}:"
