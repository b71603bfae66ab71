"""Shortcuts on any Slack message: claim, answer, more, save as note, ask the customer."""

from __future__ import annotations

from dataclasses import replace

from bot.cards import answer as answer_card
from bot.cards import modal, notices
from bot.cards import pick as pick_card
from bot.cards.kit import Pressed
from bot.cards.pick import Purpose
from bot.desk import answer as answer_desk
from bot.desk import from_message, where
from bot.desk.from_message import InSlack
from bot.errors import UserError
from bot.present import standing
from bot.slack import markup
from bot.slack.said import instant
from handlers import answer, claim, filing
from handlers.front import Act, Front
from handlers.routes import Answer, Routes

_NOT_FOUND = (
    "This message is about no conversation that Watchbell knows. Use it on an alert, in its thread, or on a "
    "message with a link to Intercom."
)


def register(routes: Routes) -> None:
    routes.shortcuts["claim_message"] = claim_it
    routes.shortcuts["answer_message"] = answer_it
    routes.shortcuts["more_message"] = more
    routes.shortcuts["note_message"] = save_as_note
    routes.shortcuts["ask_message"] = ask_the_customer
    routes.views["pick"] = picked


async def claim_it(front: Front, act: Act) -> Answer:
    return await claim.claim(front, await _pressed(front, act))


async def answer_it(front: Front, act: Act) -> Answer:
    return await answer.open_modal(front, await _pressed(front, act))


async def more(front: Front, act: Act) -> Answer:
    await front.rep(act)
    return await filing.offer(front, await _pressed(front, act))


async def save_as_note(front: Front, act: Act) -> Answer:
    return await _pick(front, act, "note")


async def ask_the_customer(front: Front, act: Act) -> Answer:
    return await _pick(front, act, "ask")


async def picked(front: Front, act: Act) -> Answer:
    """Which conversation it is for: the note is saved, the question goes into the answer window."""
    rep = await front.rep(act)
    wanted = pick_card.read(act.view)
    try:
        conversation_id = await front.store.read(
            from_message.which, front.office, wanted.conversation_id, wanted.named
        )
    except UserError as error:
        return {"response_action": "errors", "errors": pick_card.misnamed(wanted, error.message)}
    if conversation_id is None:
        return {"response_action": "errors", "errors": pick_card.which()}
    if wanted.purpose == "ask":
        card = await front.store.read(answer_desk.card, front.office, rep, conversation_id, front.at())
        card = replace(card, draft=answer_card.draft(wanted.words))
        view = modal.begun_at(answer_card.render(card), modal.begun(act.view))
        return {"response_action": "update", "view": view}
    if not wanted.words:
        return {"response_action": "errors", "errors": pick_card.no_words()}
    await front.store.write(
        from_message.save_note,
        front.office,
        rep,
        conversation_id,
        wanted.words,
        str(act.view["id"]),
        front.at(),
    )
    return notices.info("Saving the note in Intercom. Only your team reads it.")


async def _pick(front: Front, act: Act, purpose: Purpose) -> Answer:
    rep = await front.rep(act)
    said = await _said(front, act)
    found = await _about(front, act)
    card = await front.store.read(from_message.card, front.office, rep, purpose, said, found, front.at())
    await front.show(act, modal.begun_at(pick_card.render(card), act.begun))
    return None


async def _pressed(front: Front, act: Act) -> Act:
    """The same as if a button with the conversation's id had been pressed."""
    found = await _about(front, act)
    if found is None:
        raise UserError(_NOT_FOUND)
    return replace(act, pressed=Pressed("shortcut", found))


async def _about(front: Front, act: Act) -> str | None:
    found: str | None = await front.store.read(
        where.conversation_at,
        front.office,
        act.channel_id or "",
        str(act.body.get("message_ts") or ""),
        act.thread_ts,
        act.said,
    )
    return found


async def _said(front: Front, act: Act) -> InSlack:
    """The message as one reads it: names for people, addresses for links, no markup of Slack's."""
    message, channel = act.body.get("message") or {}, act.channel_id or ""
    ts = str(message.get("ts") or act.body.get("message_ts") or "0")
    author = str(message.get("user") or "")
    names = await front.identity.names({*markup.mentioned(act.said), *filter(None, [author])})
    return InSlack(
        by=names.get(author) or str(message.get("username") or "an app"),
        place=await _place(front, act),
        at=instant(ts),
        url=standing(front.office, channel, ts),
        words=markup.plain(act.said, names),
        files=len(message.get("files") or []),
    )


async def _place(front: Front, act: Act) -> str:
    """What people call the channel; a payload has a word of Slack's own for one that is not public."""
    name = str((act.body.get("channel") or {}).get("name") or "")
    if name == "directmessage" or name.startswith("mpdm-"):
        # No scope of ours covers a question about one.
        return "a direct message"
    seen = await front.identity.channel(act.channel_id) if act.channel_id else None
    if seen is not None and seen.name:
        return f"#{seen.name}"
    return f"#{name}" if name and name != "privategroup" else "a private channel"
