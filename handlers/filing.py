"""Everything that can be done to a conversation, from one window: close, reopen, tags, team, ticket, …"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from bot.cards import answer as answer_card
from bot.cards import assign as assign_card
from bot.cards import filing as filing_card
from bot.cards import kit, modal, notices
from bot.cards import more as more_card
from bot.cards import snooze as snooze_card
from bot.cards import takeover as takeover_card
from bot.cards.answer import Mode
from bot.cards.filing import Choice
from bot.cards.message import View
from bot.cards.more import Deed
from bot.desk import answer as answer_desk
from bot.desk import claim, colleagues, filing, handover, snooze
from bot.errors import UserError
from bot.intercom.errors import IntercomError
from handlers.answer import PATIENCE, fresh
from handlers.claim import released
from handlers.front import Act, Front
from handlers.routes import Answer, Offered, Routes

_ON_ITS_WAY = 0.5
"""Seconds for the answer that says so to reach Slack: it would wipe what is drawn before it."""

Each = TypeVar("Each")


def register(routes: Routes) -> None:
    routes.verbs["more_done"] = offer
    routes.views["more_done"] = chosen
    routes.views["close"] = close
    routes.views["tags"] = tags
    routes.views["team"] = team
    routes.views["ticket"] = ticket
    routes.views["whose"] = whose
    routes.options[filing_card.TAG] = search_tags
    routes.options[filing_card.TO_TEAM] = search_teams
    routes.options[filing_card.TYPE] = search_types


async def offer(front: Front, act: Act) -> Answer:
    return await open_more(front, act, act.pressed.id)


async def open_more(front: Front, act: Act, conversation_id: str) -> Answer:
    """The window with what can be done to this conversation."""
    rep = await front.rep(act)
    card = await front.store.read(filing.more, front.office, rep, conversation_id, front.at())
    await front.show(act, modal.begun_at(more_card.render(card), act.begun))
    return None


async def chosen(front: Front, act: Act) -> Answer:
    """What was chosen: done at once, or the window for it in place of this one."""
    rep = await front.rep(act)
    wanted = more_card.read(act.view)
    store, office, at, conversation_id = front.store, front.office, front.at(), wanted.conversation_id
    match wanted.deed:
        case Deed.REOPEN:
            return notices.info(await store.write(filing.reopen, office, rep, conversation_id, at))
        case Deed.RELEASE:
            result = await store.write(claim.release, office, rep, conversation_id, at)
            return await released(front, result)
        case Deed.NOTE:
            note = await store.read(answer_desk.card, office, rep, conversation_id, at, mode=Mode.NOTE)
            return _instead(modal.begun_at(answer_card.render(note), modal.begun(act.view)))
        case Deed.ACCOUNT:
            return _instead(filing_card.whose(await store.read(filing.card, office, conversation_id, at)))
        case Deed.CLOSE:
            return _instead(filing_card.close(await store.read(filing.card, office, conversation_id, at)))
        case Deed.TEAM:
            return _instead(filing_card.team(await store.read(filing.team_card, office, conversation_id, at)))
        case Deed.HAND_OVER:
            people = await store.read(colleagues.card, office, rep, conversation_id, at)
            return _instead(assign_card.render(people))
        case Deed.TAKE_OVER:
            holder = await store.read(handover.takeover_card, office, rep, conversation_id, at)
            return _instead(takeover_card.render(holder))
        case Deed.SNOOZE:
            return _instead(snooze_card.render(await store.read(snooze.card, office, conversation_id, at)))
        case Deed.TAG | Deed.TICKET:
            return await _ask_intercom(front, act, conversation_id, wanted.deed)


async def _ask_intercom(front: Front, act: Act, conversation_id: str, deed: Deed) -> Answer:
    """The window, or one that is filled when Intercom has answered: Slack waits three seconds."""
    about = await front.store.read(filing.card, front.office, conversation_id, front.at())
    asked = asyncio.create_task(_filled(front, conversation_id, deed))
    done, _ = await asyncio.wait({asked}, timeout=PATIENCE)
    if done:
        return _instead(asked.result())

    async def fill() -> None:
        view = await asked
        await asyncio.sleep(_ON_ITS_WAY)
        await front.slack.update_view(str(act.view["id"]), view)

    front.spawn(fill())
    return _instead(filing_card.loading(about.line))


async def _filled(front: Front, conversation_id: str, deed: Deed) -> View:
    """The window with what Intercom has to choose from, or why there is none."""
    try:
        if deed is Deed.TAG:
            choices = tuple(Choice(each.id, each.name) for each in await front.lists.tags())
        else:
            choices = tuple(Choice(each.id, each.name) for each in await front.lists.ticket_types())
    except IntercomError as error:
        return notices.modal("Not shown", f"Nothing was changed. {error.message_for_people}")
    card = await front.store.read(
        filing.card, front.office, conversation_id, front.at(), choices, named=deed is Deed.TAG
    )
    return filing_card.tags(card) if deed is Deed.TAG else filing_card.ticket(card)


async def close(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    conversation_id, seen = filing_card.read_close(act.view)
    await fresh(front, [conversation_id], PATIENCE)
    said = await front.store.write(filing.close, front.office, rep, conversation_id, seen, front.at())
    return notices.info(said) if isinstance(said, str) else _instead(filing_card.close(said))


async def tags(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    wanted = filing_card.read_tags(act.view)
    known = await _known(front.lists.tags)
    names = {each.id: each.name for each in known}
    return notices.info(await front.store.write(filing.tag, front.office, rep, wanted, names, front.at()))


async def team(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    conversation_id, team_id, seen = filing_card.read_team(act.view)
    said = await front.store.write(
        filing.give_to_team, front.office, rep, conversation_id, team_id, seen, front.at()
    )
    return notices.info(said) if isinstance(said, str) else _instead(filing_card.team(said))


async def whose(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    conversation_id, account_id = filing_card.read_whose(act.view)
    said = await front.store.write(
        filing.choose_account, front.office, rep, conversation_id, account_id, front.at()
    )
    return notices.info(said)


async def ticket(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    wanted = filing_card.read_ticket(act.view)
    if not wanted.title:
        return {"response_action": "errors", "errors": filing_card.no_title()}
    if wanted.type_id not in {each.id for each in await _known(front.lists.ticket_types)}:
        raise UserError("Nothing was made: Intercom no longer has that type of ticket. Choose another one.")
    return notices.info(await front.store.write(filing.make_ticket, front.office, rep, wanted, front.at()))


async def search_tags(front: Front, act: Act, query: str) -> Offered:
    """Tags for what was typed so far."""
    return _fitting([(each.name, each.id) for each in await _known(front.lists.tags)], query)


async def search_types(front: Front, act: Act, query: str) -> Offered:
    """Types of tickets likewise."""
    return _fitting([(each.name, each.id) for each in await _known(front.lists.ticket_types)], query)


async def search_teams(front: Front, act: Act, query: str) -> Offered:
    """Teams likewise, but for the one that has it."""
    conversation_id = filing_card.conversation(act.view)
    card = await front.store.read(filing.team_card, front.office, conversation_id, front.at())
    return _fitting([(each.name, each.id) for each in card.choices], query)


def _fitting(named: Offered, query: str) -> Offered:
    return kit.fitting(sorted(named, key=lambda each: each[0].casefold()), query)


async def _known(read: Callable[[], Awaitable[tuple[Each, ...]]]) -> tuple[Each, ...]:
    """What there is to choose: asked for again on submit, for a form can be forged."""
    try:
        return await read()
    except IntercomError as error:
        raise UserError(f"Nothing was changed. {error.message_for_people}") from error


def _instead(view: View) -> Mapping[str, Any]:
    return {"response_action": "update", "view": view}
