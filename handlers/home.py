"""App Home: what is mine, what is next, who is at risk, what is silent, and how the bot is."""

from __future__ import annotations

from bot.cards import home as home_card
from bot.cards.home import HomeCard
from bot.desk.inbox import inbox
from bot.desk.rep import NOT_LINKED
from bot.risk import atrisk
from bot.store import reps
from bot.watch import pulse
from handlers.front import Act, Front
from handlers.routes import Answer, Routes


def register(routes: Routes) -> None:
    routes.events["app_home_opened"] = opened


async def opened(front: Front, act: Act) -> Answer:
    event = act.body.get("event") or {}
    if event.get("tab", "home") == "home" and act.user_id:
        await publish(front, act.user_id, act.team_id)
    return None


async def publish(front: Front, user_id: str, team_id: str) -> None:
    """Draw a person's App Home; one who may not act sees why, and nothing of the customers."""
    office, at = front.office, front.at()
    health = await front.store.read(pulse.health, office, at)
    refusal = await front.identity.may_act(user_id, team_id)
    if refusal is not None:
        await front.slack.publish_home(user_id, home_card.refused(refusal))
        return
    admin = await front.store.read(reps.linked_admin, office.workspace, user_id)
    risks = await front.store.read(atrisk.card, office, at.now)
    card = HomeCard(
        inbox=await front.store.read(inbox, office, admin.id if admin else None, at),
        health=health,
        at_risk=risks.accounts,
        silent=await front.store.read(pulse.silent, office, at.now),
        not_known=risks.not_known,
        notice=None if admin else NOT_LINKED,
    )
    await front.slack.publish_home(user_id, home_card.render(card))
