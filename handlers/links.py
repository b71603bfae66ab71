"""Links to Intercom conversations that somebody posts: their state and buttons are put under them.

Under one to a conversation that was merged away stand those of the one in which it goes on. Slack tells of
links in every channel, also where the bot is no member: there nothing is shown, for nobody decided that those
who read that channel, guests among them, may read what it shows of a customer.
"""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from bot.cards import unfurl as unfurl_card
from bot.cards.message import Block
from bot.cards.unfurl import UnfurlCard
from bot.clock import Moment
from bot.desk import find
from bot.office import Office
from bot.present import line
from handlers.front import Act, Front
from handlers.routes import Answer, Routes

_MOST = 5


def register(routes: Routes) -> None:
    routes.events["link_shared"] = shared


async def shared(front: Front, act: Act) -> Answer:
    front.spawn(_unfurl(front, act, act.body.get("event") or {}))
    return None


async def _unfurl(front: Front, act: Act, event: dict[str, Any]) -> None:
    """Nothing where the bot was not invited or another company reads, nor for somebody who may not use it."""
    channel, ts = str(event.get("channel") or ""), str(event.get("message_ts") or "")
    if not channel or not ts or event.get("is_bot_user_member") is not True:
        return
    if await front.identity.is_external(channel):
        return
    if await front.identity.may_act(act.user_id, act.team_id) is not None:
        return
    urls = [str(each.get("url") or "") for each in event.get("links") or []][:_MOST]
    found = await front.store.read(_shown, front.office, urls, front.at())
    if found:
        await front.slack.unfurl(channel, ts, {url: {"blocks": blocks} for url, blocks in found.items()})


def _shown(session: Session, office: Office, urls: list[str], at: Moment) -> dict[str, list[Block]]:
    """The blocks for each link to a conversation of this Intercom workspace that is known."""
    made: dict[str, list[Block]] = {}
    for url in urls:
        number = find.linked(url)
        row = find.going_on(session, office, number) if number else None
        if row is not None and office.intercom_app in url:
            card = UnfurlCard(line(session, office, row, at.now), at.now, office.zone)
            made[url] = unfurl_card.render(card)
    return made
