"""/inbox: what is mine, and what the team should take next."""

from __future__ import annotations

from bot.cards import inbox as inbox_card
from bot.desk.inbox import inbox
from bot.store import reps
from handlers.front import Act, Front
from handlers.routes import Answer, Routes


def register(routes: Routes) -> None:
    routes.commands["/inbox"] = command


async def command(front: Front, act: Act) -> Answer:
    admin = await front.store.read(reps.linked_admin, front.office.workspace, act.user_id)
    card = await front.store.read(inbox, front.office, admin.id if admin else None, front.at())
    return inbox_card.render(card)
