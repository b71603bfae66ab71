"""/watchbell audit log: who did what, for leads, a page at a time."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.cards import audit_log as card
from bot.cards.audit_log import Wanted
from bot.desk import audit_log as desk
from bot.desk import find
from handlers.front import Act, Front
from handlers.routes import Answer, Routes

_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


def register(routes: Routes) -> None:
    routes.words["audit log"] = command
    routes.verbs["audit_older"] = turn
    routes.verbs["audit_newer"] = turn


async def command(front: Front, act: Act) -> Answer:
    """`/watchbell audit log [@person] [conversation]`."""
    person = _PERSON.search(act.words)
    rest = _PERSON.sub("", act.words).strip()
    conversation = find.number(rest) if rest else ""
    wanted = Wanted(person[1] if person is not None else "", conversation)
    page = await front.store.read(desk.page, front.office, act.user_id, wanted, front.at())
    await front.show(act, card.render(page))
    return None


async def turn(front: Front, act: Act) -> Answer:
    """Older or newer: the same window, another page."""
    wanted, number = card.read(act.view), int(act.pressed.id)
    older = act.pressed.verb == "audit_older"
    wanted = replace(wanted, before=number) if older else replace(wanted, after=number)
    page = await front.store.read(desk.page, front.office, act.user_id, wanted, front.at())
    await front.slack.update_view(str(act.view["id"]), card.render(page), hash=act.view.get("hash"))
    return None
