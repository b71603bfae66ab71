"""/watchbell audit: where Intercom and Watchbell differ on last week's promises."""

from __future__ import annotations

from bot.cards import comparisons as card
from bot.sla import comparing
from handlers.front import Act, Front
from handlers.routes import Answer, Routes


def register(routes: Routes) -> None:
    routes.words["audit"] = command
    routes.verbs["comparisons"] = turn
    routes.verbs["comparisons_back"] = turn


async def command(front: Front, act: Act) -> Answer:
    """`/watchbell audit`."""
    found = await front.store.read(comparing.card, front.office, front.at())
    await front.show(act, card.render(found))
    return None


async def turn(front: Front, act: Act) -> Answer:
    """Another page in the same window."""
    offset = card.offset(act.pressed.id)
    found = await front.store.read(comparing.card, front.office, front.at(), offset)
    await front.slack.update_view(str(act.view["id"]), card.render(found), hash=act.view.get("hash"))
    return None
