"""Not the same problem, or the same as another: a window each, and a question with Yes and No."""

from __future__ import annotations

from bot.cards import kit
from bot.cards import sorting as card
from bot.desk import sorting
from handlers.front import Act, Front
from handlers.routes import Answer, Offered, Routes


def register(routes: Routes) -> None:
    routes.verbs["split"] = ask_which
    routes.verbs["join"] = ask_other
    routes.verbs["same_issue"] = same
    routes.verbs["other_issue"] = another
    routes.options[card.OTHER] = search_others
    routes.views["split"] = split
    routes.views["join"] = join


async def ask_which(front: Front, act: Act) -> Answer:
    await front.rep(act)
    found = await front.store.read(sorting.split_card, front.office, act.pressed.id, front.at())
    await front.show(act, card.render_split(found))
    return None


async def ask_other(front: Front, act: Act) -> Answer:
    await front.rep(act)
    found = await front.store.read(sorting.join_card, front.office, act.pressed.id)
    await front.show(act, card.render_join(found))
    return None


async def search_others(front: Front, act: Act, query: str) -> Offered:
    """Other problems for what was typed so far, where they are too many to stand in the window."""
    await front.rep(act)
    found = await front.store.read(sorting.join_card, front.office, card.conversation(act.view))
    return kit.fitting(card.offered(found), query)


async def same(front: Front, act: Act) -> Answer:
    """Yes to the question on an issue's card; the card itself tells what came of it."""
    rep = await front.rep(act)
    await front.store.write(sorting.answer, front.office, rep, act.pressed.id, front.at(), same=True)
    return None


async def another(front: Front, act: Act) -> Answer:
    """No to it: it is not asked again."""
    rep = await front.rep(act)
    await front.store.write(sorting.answer, front.office, rep, act.pressed.id, front.at(), same=False)
    return None


async def split(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    await front.store.write(sorting.split, front.office, rep, card.read(act.view), front.at())
    return {"response_action": "clear"}


async def join(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    await front.store.write(sorting.join, front.office, rep, card.read(act.view), front.at())
    return {"response_action": "clear"}
