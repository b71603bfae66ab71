"""A spreading issue: claim all of it, and say what of it is not the same."""

from __future__ import annotations

from bot.cards import spreading as card
from bot.desk import spreading as desk
from bot.errors import UserError
from handlers.claim import told_many
from handlers.front import Act, Front
from handlers.routes import Answer, Routes


def register(routes: Routes) -> None:
    routes.verbs["claim_spread"] = claim
    routes.verbs["not_spreading"] = ask_which
    routes.views["not_spreading"] = not_the_same


async def claim(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    number = number_of(act.pressed.id)
    results = await front.store.write(desk.claim_spread, front.office, rep, number, front.at())
    return await told_many(front, "this problem", results)


async def ask_which(front: Front, act: Act) -> Answer:
    await front.rep(act)
    found = await front.store.read(desk.card, front.office, number_of(act.pressed.id))
    await front.show(act, card.render_not_the_same(found))
    return None


async def not_the_same(front: Front, act: Act) -> Answer:
    """The message itself tells what came of it."""
    rep = await front.rep(act)
    wanted = card.read_not_the_same(act.view)
    missing = card.missing(wanted)
    if missing is not None:
        return {"response_action": "errors", "errors": missing}
    await front.store.write(desk.not_the_same, front.office, rep, wanted, front.at())
    return {"response_action": "clear"}


def number_of(pressed: str) -> int:
    """The spreading issue that a button carries. Raises UserError for a button that carries none."""
    if not pressed.isdecimal() or len(pressed) > 9:
        raise UserError(desk.GONE)
    return int(pressed)
