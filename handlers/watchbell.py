"""/watchbell: help, link, unlink, status, why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from bot.cards import help as help_card
from bot.cards import link as link_card
from bot.cards import notices, status
from bot.cards import why as why_card
from bot.cards.help import HelpCard
from bot.desk import find, link
from bot.desk.inbox import inbox, team_late
from bot.errors import UserError
from bot.risk import atrisk
from bot.sla.why import why as story
from bot.store import reps
from bot.watch import pulse
from handlers.front import Act, Front
from handlers.routes import Answer, Handler, Routes

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


def register(routes: Routes) -> None:
    routes.commands["/watchbell"] = partial(command, routes.words)
    routes.words["help"] = show_help
    routes.words["link"] = propose
    routes.words["unlink"] = unlink
    routes.words["status"] = show_status
    routes.words["why"] = explain
    routes.verbs["link"] = confirm
    routes.verbs["unlink"] = unlink


async def command(words: Mapping[str, Handler], front: Front, act: Act) -> Answer:
    """`/watchbell`, with one of the words that handler modules registered; alone it helps.

    Of two that fit, "audit log" and "audit", the longer one is meant.
    """
    first, _, rest = act.words.partition(" ")
    second, _, last_part = rest.strip().partition(" ")
    handler = words.get(f"{first} {second}".lower())
    if handler is not None:
        return await handler(front, replace(act, words=last_part.strip()))
    handler = words.get(first.lower() or "help")
    if handler is None:
        *most, last = words
        return notices.info(
            f"`/watchbell` has no “{first[:40]}”. It knows {', '.join(most)} and {last}.",
        )
    return await handler(front, replace(act, words=rest.strip()))


async def show_help(front: Front, act: Act) -> Answer:
    """`/watchbell help`: what this person can do right now."""
    office, at = front.office, front.at()
    admin = await front.store.read(reps.linked_admin, office.workspace, act.user_id)
    seat = admin.id if admin else None
    card = await front.store.read(inbox, office, seat, at)
    at_risk = await front.store.read(atrisk.card, office, at.now)
    late = card.late + await front.store.read(team_late, office, seat, at)
    return help_card.render(
        HelpCard(
            linked_to=admin.name if admin else None,
            unclaimed=card.unclaimed,
            mine=card.count,
            late=late,
            away=card.away,
            at_risk=len(at_risk.accounts),
        )
    )


async def show_status(front: Front, act: Act) -> Answer:
    """`/watchbell status`: how the bot itself is."""
    return status.render(await front.store.read(pulse.status, front.office, front.at()))


async def propose(front: Front, act: Act) -> Answer:
    """`/watchbell link`: the seat with one's own e-mail. `/watchbell link @person` is for leads."""
    other = _MENTION.search(act.words)
    if other is not None:
        email = await _email(front, other[1])
        admin = await front.store.write(
            link.link_other, front.office, act.user_id, other[1], email, front.at()
        )
        return notices.info(f"Linked. That person now acts as {admin.name} in Intercom.")
    if act.words:
        return notices.info("Name a person like this: `/watchbell link @name`.")
    card = await front.store.read(link.propose, front.office, act.user_id, await _email(front, act.user_id))
    return link_card.render(card)


async def confirm(front: Front, act: Act) -> Answer:
    email = await _email(front, act.user_id)
    admin = await front.store.write(link.link, front.office, act.user_id, email, act.pressed.id, front.at())
    return notices.info(f"Linked. You now act as {admin.name} in Intercom. `/claim next` takes the next one.")


async def unlink(front: Front, act: Act) -> Answer:
    await front.store.write(link.unlink, front.office, act.user_id, front.at())
    return notices.info("Unlinked. You can read, and link again at any time with `/watchbell link`.")


async def explain(front: Front, act: Act) -> Answer:
    """`/watchbell why <conversation>`: the promise of one conversation, step by step."""
    found = await front.store.read(find.find, front.office, act.words) if act.words else find.Found()
    if found.conversation is None or act.trigger_id is None:
        raise UserError("Name one conversation: `/watchbell why 215470002591`, or paste its link.")
    card = await front.store.read(story, front.office, found.conversation.id, front.at().now)
    await front.slack.open_view(act.trigger_id, why_card.render(card))
    return None


async def _email(front: Front, user_id: str) -> str:
    person = await front.identity.person(user_id)
    if person is None or person.team_id != front.office.workspace:
        raise UserError("Not linked: that person is not a member of this workspace.")
    return person.email
