"""/watchbell replies: the team's saved replies. In the answer window: search for one and put it in."""

from __future__ import annotations

import asyncio
import contextlib

from bot.cards import replies as card
from bot.desk import saved
from bot.intercom.macros import Macro
from handlers.front import Act, Front
from handlers.routes import Answer, Offered, Routes

_PATIENCE = 1.2
"""Seconds for Intercom's macros while somebody waits; Slack waits three in all."""


def register(routes: Routes) -> None:
    routes.words["replies"] = show
    routes.verbs["reply_new"] = new
    routes.verbs["reply_edit"] = edit
    routes.verbs["reply_delete"] = delete
    routes.views["reply"] = save
    routes.options["saved"] = search


async def macros_of(front: Front) -> list[Macro]:
    """Intercom's macros as far as they are known by now; the rest is read meanwhile."""
    reading = asyncio.ensure_future(front.macros.known(front.at().machine))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            return list(await asyncio.shield(reading))
    return []


async def show(front: Front, act: Act) -> Answer:
    """`/watchbell replies`: what is there, with Edit and Delete, and New."""
    await front.rep(act)
    macros = len(await macros_of(front))
    await front.show(act, card.render(await front.store.read(saved.card, front.office, macros)))
    return None


async def new(front: Front, act: Act) -> Answer:
    await front.rep(act)
    await front.show(act, card.form())
    return None


async def edit(front: Front, act: Act) -> Answer:
    await front.rep(act)
    line = await front.store.read(saved.line, front.office, act.pressed.id)
    await front.show(act, card.form(line))
    return None


async def delete(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    await front.store.write(saved.delete, front.office, rep, act.pressed.id, front.at())
    await _redraw(front, str(act.view["id"]))
    return None


async def save(front: Front, act: Act) -> Answer:
    """The form closes, and the list below it shows what was saved."""
    rep = await front.rep(act)
    written = card.read(act.view)
    missing = card.missing(written) or saved.unknown(written)
    if missing is not None:
        return {"response_action": "errors", "errors": missing}
    await front.store.write(saved.save, front.office, rep, written, front.at())
    below = act.view.get("previous_view_id")
    if below:
        front.spawn(_redraw(front, str(below)))
    return {}


async def search(front: Front, act: Act, query: str) -> Offered:
    """What the search field offers for what was typed so far."""
    rep = await front.rep(act)
    macros = await macros_of(front)
    found = await front.store.read(saved.search, front.office, rep.admin_id, macros, query)
    return [(each.title, each.id) for each in found]


async def _redraw(front: Front, view_id: str) -> None:
    macros = len(await macros_of(front))
    await front.slack.update_view(
        view_id, card.render(await front.store.read(saved.card, front.office, macros))
    )
