"""App Home: what is mine, what is next, who is at risk, what is silent, and how the bot is."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import structlog
from sqlmodel import Session

from bot.cards import home as home_card
from bot.cards import kit
from bot.cards.home import HomeCard
from bot.clock import Moment
from bot.desk import inbox as desk
from bot.desk.rep import why_not
from bot.office import Office
from bot.risk import atrisk
from bot.slack.errors import QUEUE_FULL, UNREACHABLE, SlackError
from bot.store import homes
from bot.watch import paused, pulse
from handlers.front import Act, Front
from handlers.routes import Answer, Handler, Offered, Routes

log = structlog.get_logger("watchbell.handlers")

RECENTLY = timedelta(hours=1)
"""Machine time for which somebody who opened it, or pressed something there, has it drawn again."""

_AT_ONCE = 50


def register(routes: Routes) -> None:
    routes.events["app_home_opened"] = opened
    routes.verbs["home_show"] = _keeps("show")
    routes.verbs[home_card.TEAM] = _keeps("team")
    routes.options[home_card.TEAM] = search_teams
    for which in ("mine", "next"):
        page: Literal["mine_page", "next_page"] = "mine_page" if which == "mine" else "next_page"
        for way in ("earlier", "later"):
            routes.verbs[f"home_{which}_{way}"] = _keeps(page)


async def opened(front: Front, act: Act) -> Answer:
    event = act.body.get("event") or {}
    if event.get("tab", "home") == "home" and act.user_id:
        await publish(front, act.user_id, act.team_id)
    return None


def _keeps(what: Literal["show", "team", "mine_page", "next_page"]) -> Handler:
    """A filter or a page; whoever pressed it sees the Home drawn anew."""

    async def keep(front: Front, act: Act) -> Answer:
        value = act.pressed.choice or act.pressed.id
        await front.store.write(desk.set_look, front.office, act.user_id, what, value)
        return None

    return keep


async def search_teams(front: Front, act: Act, query: str) -> Offered:
    """The filter's teams for what was typed so far, where they are too many to stand in it."""
    teams = await front.store.read(desk.teams, front.office, act.user_id)
    return kit.fitting(home_card.teams_offered(teams), query)


async def publish(front: Front, user_id: str, team_id: str) -> None:
    """Draw a person's App Home; one who may not act sees why, and nothing of the customers."""
    refusal = await front.identity.may_act(user_id, team_id)
    if refusal is not None:
        await front.slack.publish_home(user_id, home_card.refused(refusal))
        return
    # One after the other: of two drawings at once the older might be the one that stays.
    async with front.drawing[user_id]:
        card = await front.store.read(_card, front.office, user_id, front.at())
        await _draw(front, user_id, card, opened=True)


async def refresh(front: Front) -> bool:
    """Draw it again for those who looked at it recently and would see something else.

    False while somebody may still see what was: Slack did not take it, and takes it another time.
    """
    since = front.at().machine - RECENTLY
    looks = await front.store.read(homes.opened_since, front.office.workspace, since, limit=_AT_ONCE)
    everybody = True
    for look in looks:
        try:
            await _follow(front, look)
        except SlackError as error:
            log.warning("home_not_drawn", code=error.code)
            everybody = everybody and error.kind == "permanent"
            if error.kind == "rate_limited" or error.code in (UNREACHABLE, QUEUE_FULL):
                # The others would fare no better.
                break
    return everybody


async def _follow(front: Front, look: homes.HomeLook) -> None:
    user_id = look.slack_user_id
    if await front.identity.may_act(user_id, front.office.workspace) is not None:
        return
    async with front.drawing[user_id]:
        card = await front.store.read(_card, front.office, user_id, front.at())
        if home_card.gist(card) != look.drawn:
            await _draw(front, user_id, card, opened=False)


async def _draw(front: Front, user_id: str, card: HomeCard, *, opened: bool) -> None:
    await front.slack.publish_home(user_id, home_card.render(card))
    await front.store.write(
        homes.note_drawn,
        front.office.workspace,
        user_id,
        home_card.gist(card),
        now=front.at().machine,
        opened=opened,
    )


def _card(session: Session, office: Office, user_id: str, at: Moment) -> HomeCard:
    """One snapshot of everything that the Home tells."""
    risks = atrisk.card(session, office, at.now)
    return HomeCard(
        inbox=desk.inbox_of(session, office, user_id, at, paged=True),
        health=pulse.health(session, office, at),
        at_risk=risks.accounts,
        silent=paused.silent(session, office),
        not_known=(*risks.not_known, *pulse.not_known(session, office, at.now)),
        judged=risks.judged,
        notice=why_not(session, office, user_id),
    )
