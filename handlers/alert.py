"""The rest of an alert's buttons: set aside, wake, why, timeline, assign, snooze, not a promise."""

from __future__ import annotations

from bot.cards import assign as assign_card
from bot.cards import claim as claim_card
from bot.cards import notices
from bot.cards import snooze as snooze_card
from bot.cards import timeline as timeline_card
from bot.cards import why as why_card
from bot.cards.claim import ClaimCard, ClaimOutcome
from bot.cards.message import Message, View
from bot.cards.notices import Stale
from bot.desk import claim, colleagues, snooze, talk
from bot.desk.answer import snooze_choices
from bot.errors import UserError
from bot.present import line
from bot.sla.why import why as story
from handlers.front import Act, Front
from handlers.routes import Answer, Routes


def register(routes: Routes) -> None:
    routes.verbs["snooze30"] = set_aside
    routes.verbs["wake"] = wake
    routes.verbs["dismiss"] = no_promise
    routes.verbs["why"] = why
    routes.verbs["timeline"] = timeline
    routes.verbs["assign"] = assign
    routes.verbs["snooze"] = put_away
    routes.views["assign"] = assigned
    routes.views["snooze"] = snoozed


async def set_aside(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    done = await front.store.write(snooze.set_aside, front.office, rep, act.pressed.id, front.at())
    return None if done else await _stale(front, act.pressed.id)


async def wake(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    done = await front.store.write(snooze.wake, front.office, rep, act.pressed.id, front.at())
    return None if done else await _stale(front, act.pressed.id)


async def no_promise(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    done = await front.store.write(snooze.no_promise, front.office, rep, act.pressed.id, front.at())
    return None if done else await _stale(front, act.pressed.id)


async def why(front: Front, act: Act) -> Answer:
    card = await front.store.read(story, front.office, act.pressed.id, front.at().now)
    await _open(front, act, why_card.render(card))
    return None


async def timeline(front: Front, act: Act) -> Answer:
    card = await front.store.read(talk.timeline, front.office, act.pressed.id, front.at().now)
    await _open(front, act, timeline_card.render(card))
    return None


async def assign(front: Front, act: Act) -> Answer:
    await front.rep(act)
    card = await front.store.read(colleagues.card, front.office, act.pressed.id, front.at().now)
    await _open(front, act, assign_card.render(card))
    return None


async def assigned(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    chosen = assign_card.read(act.view)
    at = front.at()
    result = await front.store.write(
        claim.hand_over, front.office, rep, chosen.conversation_id, chosen.colleague_id, at
    )
    if result.outcome == "claimed":
        return {"response_action": "clear"}
    shown = await front.store.read(line, front.office, result.conversation, at.now)
    outcome = ClaimOutcome.SETTLED if result.outcome == "closed" else ClaimOutcome.TAKEN
    return claim_card.render(ClaimCard(outcome, shown, at.now, front.office.zone, result.holder))


async def put_away(front: Front, act: Act) -> Answer:
    await front.rep(act)
    at = front.at()
    row = await front.store.read(claim.must_know, front.office, act.pressed.id)
    shown = await front.store.read(line, front.office, row, at.now)
    choices = snooze_choices(at.now, front.office.zone)
    card = snooze_card.SnoozeCard(shown, at.now, front.office.zone, choices)
    await _open(front, act, snooze_card.render(card))
    return None


async def snoozed(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    chosen = snooze_card.read(act.view)
    await front.store.write(
        snooze.put_away, front.office, rep, chosen.conversation_id, chosen.until, front.at()
    )
    return {"response_action": "clear"}


async def _open(front: Front, act: Act, view: View) -> None:
    if act.trigger_id is None:
        raise UserError("Slack sent no way to open a window. Press the button again.")
    show = front.slack.push_view if act.view.get("type") == "modal" else front.slack.open_view
    await show(act.trigger_id, view)


async def _stale(front: Front, conversation_id: str) -> Message:
    at = front.at()
    row = await front.store.read(claim.must_know, front.office, conversation_id)
    shown = await front.store.read(line, front.office, row, at.now)
    return notices.stale(Stale(line=shown, now=at.now, zone=front.office.zone))
