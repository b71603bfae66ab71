"""Answer a customer or write a note: the modal, its submission, Undo and Send again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace

from bot.cards import answer as answer_card
from bot.cards import delivery as delivery_card
from bot.cards import modal, notices, writing
from bot.cards import which_account as which_account_card
from bot.cards.answer import AnswerCard, AnswerError, Mode, Shown
from bot.cards.delivery import Leaving
from bot.desk import answer as desk
from bot.desk import delivery, drafting, find, saved
from bot.desk.rep import Rep, note_down
from bot.desk.windows import Window
from bot.errors import UserError
from bot.present import contact_name
from bot.slack.errors import SlackError
from bot.slack.text import is_channel_id
from bot.store import accounts, intents
from handlers.front import Act, Front
from handlers.replies import macros_of
from handlers.routes import Answer, Routes

FILLING = 4.0
"""Seconds for Intercom while a window says that it is being filled; then what is known fills it."""

_GONE = "Intercom does not know this conversation any more. It may have been deleted or merged there."

PATIENCE = 1.2
"""Seconds for a last look at Intercom before a submission is taken; Slack waits three in all."""


def register(routes: Routes) -> None:
    routes.commands["/answer"] = command
    routes.verbs["answer"] = open_modal
    routes.verbs["answer_account"] = answer_account
    routes.verbs["mode"] = switch
    routes.verbs["use"] = use_suggestion
    routes.verbs["saved"] = use_saved
    routes.verbs["draft"] = ask_draft
    routes.verbs["use_draft"] = use_draft
    routes.verbs["undo"] = undo
    routes.verbs["undo_all"] = undo_all
    routes.verbs["resend"] = resend
    routes.verbs["retry"] = retry
    routes.verbs["rewrite"] = rewrite
    routes.views["answer"] = submit


async def command(front: Front, act: Act) -> Answer:
    """`/answer [number | link | account]`; alone it opens the most urgent of one's own."""
    rep = await front.rep(act)
    if act.words:
        try:
            found = await front.store.read(find.find, front.office, act.words)
        except find.SeveralFit as several:
            which = await front.store.read(find.which_account, front.office, several, "answer_account")
            return which_account_card.render(which)
        conversation_id = await front.store.read(find.to_answer, front.office, found)
    else:
        conversation_id = await front.store.read(find.mine_first, front.office, rep.admin_id)
    return await _open(front, act, rep, conversation_id)


async def answer_account(front: Front, act: Act) -> Answer:
    """The most urgent of one account."""
    rep = await front.rep(act)
    account = await front.store.read(accounts.get_account, front.office.workspace, act.pressed.id)
    if account is None:
        raise UserError("Nothing was opened: Watchbell does not know that account any more.")
    found = find.Found(account=account)
    return await _open(front, act, rep, await front.store.read(find.to_answer, front.office, found))


async def open_modal(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    return await _open(front, act, rep, act.pressed.id)


async def _card(front: Front, rep: Rep, conversation_id: str, view_id: str) -> AnswerCard:
    """What a window shows that is read anew with each drawing."""
    card = await front.store.read(desk.card, front.office, rep, conversation_id, front.at())
    suggested = await front.suggestions.for_conversation(front.office, conversation_id, rep.name, front.at())
    return replace(card, suggestions=suggested, drafted=front.drafts.of(view_id))


async def _draw(front: Front, rep: Rep, act: Act, *, late: bool = False) -> None:
    """Draw the window as it is by now. What was seen, typed and confirmed in it stays as it was.

    A `late` drawing, which nobody pressed for just now, gives way to one that was not made here.
    """
    view_id, conversation_id = str(act.view["id"]), answer_card.read(act.view).conversation_id
    window = front.windows.of(view_id)
    card = await _card(front, rep, conversation_id, view_id)
    async with window.turn:
        if window.shown is None:
            return
        card = replace(card, drafted=front.drafts.of(view_id))
        view = answer_card.render(answer_card.as_shown(card, window.shown))
        view = modal.begun_at(view, modal.begun(act.view))
        drawn = await front.slack.update_view(view_id, view, hash=window.hash if late else None)
        window.hash = drawn.hash


async def rewrite(front: Front, act: Act) -> Answer:
    """The window once more, with the words of an answer that did not arrive."""
    rep = await front.rep(act)
    found = await front.store.read(delivery.words_of, front.office, rep, act.pressed.id)
    conversation_id, note, plain = found
    return await _open(front, act, rep, conversation_id, Mode.NOTE if note else Mode.REPLY, plain)


async def _open(
    front: Front, act: Act, rep: Rep, conversation_id: str, mode: Mode = Mode.REPLY, put_in: str = ""
) -> Answer:
    """A loading view at once, filled when Intercom has told what is new; `put_in` are words to begin with.

    Of a conversation that was merged away it is about the one in which it goes on.
    """
    row = await front.store.read(find.going_on, front.office, conversation_id)
    if row is None:
        raise UserError("Watchbell does not know that conversation. Open it in Intercom instead.")
    if act.trigger_id is None:
        return None
    contact = contact_name(row)
    opened = await front.show(act, answer_card.loading(contact))
    window = front.windows.of(opened.id)

    async def fill() -> None:
        gone = await fresh(front, [row.id], FILLING)
        try:
            if gone:
                raise UserError(_GONE)
            card = await _card(front, rep, row.id, opened.id)
            if put_in:
                card = replace(card, mode=mode, draft=writing.joined(None, put_in), text_round=1, drawn=1)
                window.shown = answer_card.shown_in(card)
            view = modal.begun_at(answer_card.render(card), act.begun)
        except UserError as error:
            view = answer_card.error(AnswerError(contact, error.message, words=put_in))
        await front.slack.update_view(opened.id, view)

    front.spawn(fill())
    return None


async def switch(front: Front, act: Act) -> Answer:
    """Reply or note: the audience, the labels and the submit button follow at once."""
    rep = await front.rep(act)
    window, shown = _shown(front, act)
    # Kept before it is drawn: of two clicks in a row both draw the newer one, whichever is drawn first.
    mode = Mode(act.pressed.choice or Mode.REPLY)
    window.shown = replace(shown, mode=mode, drawn=shown.drawn + 1)
    with contextlib.suppress(SlackError):
        # Nothing is lost but a label, and `submit` looks whether it was the right one.
        await _draw(front, rep, act)
    return None


def _shown(front: Front, act: Act) -> tuple[Window, Shown]:
    """The window in which somebody pressed something, and what it shows by now."""
    window = front.windows.of(str(act.view["id"]))
    return window, window.latest(answer_card.read(act.view))


async def use_suggestion(front: Front, act: Act) -> Answer:
    """Put an answer that the team gave before behind what was typed."""
    rep = await front.rep(act)
    written = answer_card.read(act.view)
    words = await front.suggestions.words_of(
        front.office, written.conversation_id, rep.name, act.pressed.id, front.at()
    )
    if words is None:
        raise UserError("Nothing was put in: that answer is not kept any more.")
    return await _put_in(front, act, rep, words)


async def use_saved(front: Front, act: Act) -> Answer:
    """Put a saved reply behind what was typed."""
    rep = await front.rep(act)
    written = answer_card.read(act.view)
    macros = await macros_of(front)
    words = await front.store.write(
        saved.use,
        front.office,
        rep,
        written.conversation_id,
        macros,
        act.pressed.choice or "",
        front.at(),
    )
    return await _put_in(front, act, rep, words)


async def ask_draft(front: Front, act: Act) -> Answer:
    """Have the language model write a draft. It appears below; only the rep's click puts it in."""
    rep = await front.rep(act)
    written, view_id = answer_card.read(act.view), str(act.view["id"])
    lines = await front.store.read(drafting.question, front.office, written.conversation_id)
    await front.store.write(
        note_down, front.office, rep, "draft", "asked", front.at(), conversation_id=written.conversation_id
    )
    # Not before: what was not written down is not asked for, and would keep the window waiting for ever.
    front.drafts.begin(view_id)
    window, shown = _shown(front, act)
    window.shown = shown
    await _redraw(front, rep, act)

    async def write() -> None:
        await front.drafts.write(view_id, lines)
        await _redraw(front, rep, act, late=True)

    front.spawn(write())
    return None


async def use_draft(front: Front, act: Act) -> Answer:
    """Put the draft behind what was typed."""
    rep = await front.rep(act)
    drafted = front.drafts.of(str(act.view["id"]))
    if drafted is None or not drafted.words:
        window, shown = _shown(front, act)
        window.shown = shown
        await _redraw(front, rep, act)
        raise UserError("Nothing was put in: that draft is not kept any more. Ask for another one.")
    return await _put_in(front, act, rep, drafted.words)


async def _redraw(front: Front, rep: Rep, act: Act, *, late: bool = False) -> None:
    """Show how far the draft is. Slack keeps what stands in the inputs, for they keep their names."""
    with contextlib.suppress(SlackError):
        await _draw(front, rep, act, late=late)


async def _put_in(front: Front, act: Act, rep: Rep, words: str) -> Answer:
    written = answer_card.read(act.view)
    window, before = _shown(front, act)
    # Words that were put in while this click was on its way are not in what it found typed.
    standing = written.typed if before.text_round == written.text_round else before.draft
    filled = replace(
        before,
        text_round=before.text_round + 1,
        draft=writing.joined(standing, words),
        drawn=before.drawn + 1,
    )
    window.shown = filled
    try:
        await _draw(front, rep, act)
    except BaseException:
        # They are not in the window: a later drawing must not bring them over what is typed by then.
        if window.shown is filled:
            window.shown = before
        raise
    return None


async def submit(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    written = answer_card.read(act.view, await named(front, act))
    view_id = str(act.view["id"])
    if written.shown is not written.mode:
        # The labels came late: what the button said is not what was chosen, so it does neither.
        card = await front.store.read(desk.card, front.office, rep, written.conversation_id, front.at())
        card = replace(card, labels_late=True)
        return _again(front, act, replace(_shown(front, act)[1], mode=written.mode), card)
    missing = desk.empty(written)
    if missing is not None:
        return {"response_action": "errors", "errors": missing}
    if await fresh(front, [written.conversation_id], PATIENCE):
        raise UserError(f"Nothing was sent or saved. {_GONE} Copy your text before you close this.")
    result = await front.store.write(desk.submit, front.office, rep, written, view_id, front.at())
    if isinstance(result, AnswerCard):
        shown = _shown(front, act)[1]
        asked = replace(result, text_round=shown.text_round, draft=shown.draft, drawn=shown.drawn)
        return _again(front, act, answer_card.shown_in(asked), result)
    front.windows.done(view_id)
    if result.again or not front.office.undo:
        return {"response_action": "clear"}
    told, begun = _leaving(front, result, view_id), modal.begun(act.view)
    if begun.at_home:
        return {"response_action": "update", "view": delivery_card.leaving_window(told)}
    if begun.channel and is_channel_id(begun.channel):
        front.spawn(_tell_leaving(front, act, begun.channel, begun.under, told))
    return {"response_action": "clear"}


def _leaving(front: Front, queued: desk.Queued, view_id: str) -> Leaving:
    return Leaving(
        id=f"{'note' if queued.note else 'reply'}:{view_id}",
        contact=queued.contact,
        note=queued.note,
        leaves_at=front.at().now + front.office.undo,
        zone=front.office.zone,
        also=queued.also,
    )


async def _tell_leaving(front: Front, act: Act, channel: str, thread: str | None, told: Leaving) -> None:
    """Undo where the answer was begun. Where the bot is no member it stands in the answer's message alone."""
    message = delivery_card.leaving(told)
    with contextlib.suppress(SlackError):
        await front.slack.ephemeral(channel, act.user_id, message.text, message.blocks, thread_ts=thread)


async def named(front: Front, act: Act) -> dict[str, str]:
    """What the people and channels are called that the words in a window mention, by id.

    Whoever reads them in Intercom does not know Slack's ids. Those that Slack does not tell are left out.
    """
    found: dict[str, str] = {}
    for each in writing.mentioned(act.view):
        with contextlib.suppress(SlackError):
            if is_channel_id(each):
                channel = await front.identity.channel(each)
                found |= {each: f"#{channel.name}"} if channel is not None else {}
            else:
                found |= await front.identity.names([each])
    return found


def _again(front: Front, act: Act, shown: Shown, card: AnswerCard) -> Answer:
    """Show the window once more instead of sending, with everything that was typed."""
    view_id = str(act.view["id"])
    window = front.windows.of(view_id)
    window.shown = replace(shown, drawn=shown.drawn + 1)
    window.hash = None
    card = replace(card, drafted=front.drafts.of(view_id))
    view = answer_card.render(answer_card.as_shown(card, window.shown))
    return {"response_action": "update", "view": modal.begun_at(view, modal.begun(act.view))}


async def fresh(front: Front, conversation_ids: Sequence[str], patience: float) -> list[str]:
    """Bring a few conversations up to date; after `patience` seconds what is known must do. Those that
    Intercom does not know.
    """
    try:
        async with asyncio.timeout(patience):
            known = await asyncio.gather(*(front.refresh(each) for each in conversation_ids))
    except TimeoutError:
        return []
    return [each for each, is_known in zip(conversation_ids, known, strict=True) if not is_known]


async def undo(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    told = await front.store.write(delivery.undo, front.office, rep, act.pressed.id, front.at())
    return delivery_card.taken_back(told)


async def undo_all(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    told = await front.store.write(delivery.undo_all, front.office, rep, act.pressed.id, front.at())
    return notices.info(told)


async def _fresh_of(front: Front, key: str) -> None:
    """Bring the conversation of an answer up to date before it is sent once more.

    Raises UserError where Intercom does not know it any more.
    """
    words = await front.store.read(intents.by_key, key)
    if words is not None and await fresh(front, [words.subject], PATIENCE):
        raise UserError(f"Nothing was sent. {_GONE}")


async def retry(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    await _fresh_of(front, act.pressed.id)
    told = await front.store.write(delivery.retry, front.office, rep, act.pressed.id, front.at())
    return notices.info(told)


async def resend(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    await _fresh_of(front, act.pressed.id)
    told = await front.store.write(delivery.send_again, front.office, rep, act.pressed.id, front.at())
    return notices.info(told)
