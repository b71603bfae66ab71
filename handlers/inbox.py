"""/inbox: what is mine, and what the team should take next."""

from __future__ import annotations

from bot.cards import inbox as inbox_card
from bot.desk.inbox import inbox_of
from handlers.front import Act, Front
from handlers.routes import Answer, Routes


def register(routes: Routes) -> None:
    routes.commands["/inbox"] = command


async def command(front: Front, act: Act) -> Answer:
    return inbox_card.render(await front.store.read(inbox_of, front.office, act.user_id, front.at()))
