"""Answer a customer or write a note: the modal, its submission, Undo and Send again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace

from bot.cards import answer as answer_card
from bot.cards import notices
from bot.cards.answer import AnswerCard, AnswerError, Mode
from bot.desk import answer as desk
from bot.desk import delivery, find
from bot.errors import UserError
from bot.present import contact_name
from bot.slack.errors import SlackError
from bot.store import conversations
from handlers.front import Act, Front
from handlers.routes import Answer, Routes

FILLING = 4.0
"""Seconds for Intercom while a window says that it is being filled; then what is known fills it."""

PATIENCE = 1.2
"""Seconds for a last look at Intercom before a submission is taken; Slack waits three in all."""


def register(routes: Routes) -> None:
    routes.commands["/answer"] = command
    routes.verbs["answer"] = open_modal
    routes.verbs["mode"] = switch
    routes.verbs["undo"] = undo
    routes.verbs["undo_all"] = undo_all
    routes.verbs["resend"] = resend
    routes.verbs["retry"] = retry
    routes.views["answer"] = submit


async def command(front: Front, act: Act) -> Answer:
    """`/answer [number | link | account]`; alone it opens the most urgent of one's own."""
    rep = await front.rep(act)
    if act.words:
        found = await front.store.read(find.find, front.office, act.words)
        conversation_id = await front.store.read(find.to_answer, front.office, found)
    else:
        conversation_id = await front.store.read(find.mine_first, front.office, rep.admin_id)
    return await _open(front, act, conversation_id)


async def open_modal(front: Front, act: Act) -> Answer:
    await front.rep(act)
    return await _open(front, act, act.pressed.id)


async def _open(front: Front, act: Act, conversation_id: str) -> Answer:
    row = await front.store.read(conversations.get, front.office.workspace, conversation_id)
    if row is None:
        raise UserError("Watchbell does not know that conversation. Open it in Intercom instead.")
    if act.trigger_id is None:
        return None
    contact = contact_name(row)
    show = front.slack.push_view if act.view.get("type") == "modal" else front.slack.open_view
    opened = await show(act.trigger_id, answer_card.loading(contact))

    async def fill() -> None:
        await fresh(front, [conversation_id], FILLING)
        try:
            card = await front.store.read(desk.card, front.office, conversation_id, front.at())
            view = answer_card.render(card)
        except UserError as error:
            view = answer_card.error(AnswerError(contact, error.message))
        await front.slack.update_view(opened.id, view)

    front.spawn(fill())
    return None


async def switch(front: Front, act: Act) -> Answer:
    """Reply or note: the audience, the labels and the submit button follow at once."""
    written = answer_card.read(act.view)
    mode = Mode(act.pressed.choice or Mode.REPLY)
    # The modal goes on remembering what the rep had seen when it opened.
    card = await front.store.read(desk.card, front.office, written.conversation_id, front.at(), mode=mode)
    with contextlib.suppress(SlackError):
        # A newer change of the same view wins; nothing is lost but a label.
        await front.slack.update_view(
            str(act.view["id"]),
            answer_card.render(replace(card, last_part=written.last_part)),
            hash=act.view.get("hash"),
        )
    return None


async def submit(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    written = answer_card.read(act.view)
    missing = desk.empty(written)
    if missing is not None:
        return {"response_action": "errors", "errors": missing}
    await fresh(front, [written.conversation_id], PATIENCE)
    result = await front.store.write(desk.submit, front.office, rep, written, str(act.view["id"]), front.at())
    if isinstance(result, AnswerCard):
        return {"response_action": "update", "view": answer_card.render(result)}
    return {"response_action": "clear"}


async def fresh(front: Front, conversation_ids: Sequence[str], patience: float) -> None:
    """Bring a few conversations up to date; after `patience` seconds what is known must do."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(patience):
            await asyncio.gather(*(front.refresh(each) for each in conversation_ids))


async def undo(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    told = await front.store.write(delivery.undo, front.office, rep, act.pressed.id, front.at())
    return notices.info(told)


async def undo_all(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    told = await front.store.write(delivery.undo_all, front.office, rep, act.pressed.id, front.at())
    return notices.info(told)


async def retry(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    told = await front.store.write(delivery.retry, front.office, rep, act.pressed.id, front.at())
    return notices.info(told)


async def resend(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    told = await front.store.write(delivery.send_again, front.office, rep, act.pressed.id, front.at())
    return notices.info(told)
