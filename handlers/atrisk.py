"""/atrisk: the accounts that may leave, and why each stands there."""

from __future__ import annotations

from bot.cards import atrisk as atrisk_card
from bot.cards import why_risk
from bot.risk import atrisk
from handlers.front import Act, Front
from handlers.routes import Answer, Routes


def register(routes: Routes) -> None:
    routes.commands["/atrisk"] = command
    routes.verbs["why_risk"] = why


async def command(front: Front, act: Act) -> Answer:
    card = await front.store.read(atrisk.card, front.office, front.at().now)
    return atrisk_card.render(card)


async def why(front: Front, act: Act) -> Answer:
    card = await front.store.read(atrisk.why, front.office, act.pressed.id, front.at())
    await front.show(act, why_risk.render(card))
    return None
