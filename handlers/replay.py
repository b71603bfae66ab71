"""/watchbell replay: a lead tries other promises on the past, and shows the team what came of it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from bot.cards import replay as card
from bot.intake import history
from bot.settings.model import Policy
from bot.sla import trying
from bot.slack.errors import SlackError
from handlers.front import Act, Front
from handlers.routes import Answer, Routes

log = structlog.get_logger("watchbell.handlers")

_LOOK = 1.0
"""Seconds between two looks at how far it has come."""

_STALLED = 60
"""Looks without any progress after which what is stored must do: Intercom cannot be asked now."""


def register(routes: Routes) -> None:
    routes.words["replay"] = command
    routes.views["replay"] = submitted
    routes.verbs["replay_post"] = show_team


async def command(front: Front, act: Act) -> Answer:
    """`/watchbell replay`."""
    trying.only_leads(front.office, act.user_id)
    await front.show(act, card.form(trying.policies_now(front.office)))
    return None


async def submitted(front: Front, act: Act) -> Answer:
    """Faults at their fields, else the window tells how far the counting is."""
    trying.only_leads(front.office, act.user_id)
    asked = card.read(act.view)
    policies, faults = trying.policies_asked(front.office, asked)
    if faults:
        return {"response_action": "errors", "errors": faults}
    front.spawn(_replay(front, str(act.view["id"]), asked, policies))
    return {"response_action": "update", "view": card.running(0.0)}


async def show_team(front: Front, act: Act) -> Answer:
    """Post the result where alerts stand."""
    trying.only_leads(front.office, act.user_id)
    view = act.view
    content = card.shared(view, act.user_id)
    await front.store.write(trying.post, front.office, act.user_id, str(view["id"]), content, front.at())
    await front.slack.update_view(str(view["id"]), card.posted(view), hash=view.get("hash"))
    return None


async def _replay(front: Front, view_id: str, asked: card.Asked, policies: tuple[Policy, ...]) -> None:
    share, office, now = trying.Share(), front.office, front.at().now
    reach = timedelta(days=asked.days)
    if await front.store.write(history.want, office.workspace, now - reach):
        await _fetched(front, view_id)
    counting = asyncio.create_task(front.store.read(trying.attempt, office, policies, reach, now, share.seen))
    while not (await asyncio.wait([counting], timeout=_LOOK))[0]:
        await front.slack.update_view(view_id, card.running(share.done))
    tried = await counting
    drawn = await asyncio.to_thread(trying.picture, tried, office, asked)
    file, lost = None, False
    if drawn is not None:
        try:
            file = await front.slack.upload("watchbell-replay.png", drawn)
        except SlackError as error:
            log.warning("picture_lost", method=error.method, code=error.code)
            lost = True
    result = trying.result(tried, office, asked, now, file, picture_lost=lost)
    await front.slack.update_view(view_id, card.render(result))


async def _fetched(front: Front, view_id: str) -> None:
    """Wait until older history is here, and tell how far it is. The window may be closed meanwhile."""
    before, still = None, 0
    while still < _STALLED:
        now = await front.store.read(history.reading, front.office.workspace)
        if now is None:
            return
        still = still + 1 if now == before else 0
        if now != before:
            await front.slack.update_view(view_id, card.fetching(now.done, now.total))
        before = now
        await asyncio.sleep(_LOOK)
