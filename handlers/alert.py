"""The rest of an alert's buttons: set aside, wake, why, timeline, snooze, not a promise."""

from __future__ import annotations

from bot.cards import notices, words
from bot.cards import snooze as snooze_card
from bot.cards import why as why_card
from bot.cards.message import Message
from bot.cards.notices import Stale
from bot.cards.snooze import SnoozeCard
from bot.desk import claim, snooze
from bot.present import contact_name, line
from bot.sla.why import why as story
from handlers.answer import PATIENCE, fresh
from handlers.front import Act, Front
from handlers.routes import Answer, Routes


def register(routes: Routes) -> None:
    routes.verbs["snooze30"] = set_aside
    routes.verbs["wake"] = wake
    routes.verbs["dismiss"] = no_promise
    routes.verbs["why"] = why
    routes.verbs["snooze"] = put_away
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
    await front.show(act, why_card.render(card))
    return None


async def put_away(front: Front, act: Act) -> Answer:
    await front.rep(act)
    card = await front.store.read(snooze.card, front.office, act.pressed.id, front.at())
    await front.show(act, snooze_card.render(card))
    return None


async def snoozed(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    chosen = snooze_card.read(act.view)
    await fresh(front, [chosen.conversation_id], PATIENCE)
    at = front.at()
    row = await front.store.write(snooze.put_away, front.office, rep, chosen, at)
    if isinstance(row, SnoozeCard):
        return {"response_action": "update", "view": snooze_card.render(row)}
    until = words.when_plain(chosen.until, at.now, front.office.zone)
    return notices.info(f"{contact_name(row)} is being snoozed in Intercom until {until}.")


async def _stale(front: Front, asked: str) -> Message:
    """What became of it; behind a colon `asked` may name the promise that a button was about."""
    at, conversation_id = front.at(), asked.partition(":")[0]
    row = await front.store.read(claim.must_know, front.office, conversation_id)
    shown = await front.store.read(line, front.office, row, at.now)
    return notices.stale(Stale(line=shown, now=at.now, zone=front.office.zone))
