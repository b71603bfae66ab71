"""Answer an issue once: the window with everybody to tick, and its submission."""

from __future__ import annotations

from dataclasses import replace

from bot.cards import answer as answer_card
from bot.cards import issue_answer as issue_card
from bot.cards import writing
from bot.cards.answer import AnswerError
from bot.cards.issue_answer import IssueAnswerCard, WrittenToAll
from bot.desk import issue_answer as desk
from bot.desk import saved
from bot.desk.rep import Rep
from bot.desk.windows import PutIn
from bot.errors import UserError
from handlers.answer import FILLING, PATIENCE, fresh, named
from handlers.front import Act, Front
from handlers.replies import macros_of, search
from handlers.routes import Answer, Routes
from handlers.spreading import number_of


def register(routes: Routes) -> None:
    routes.verbs["answer_issue"] = open_modal
    routes.verbs["answer_spread"] = open_for_all
    routes.verbs[issue_card.SAVED] = use_saved
    routes.verbs[issue_card.USE] = use_suggestion
    routes.options[issue_card.SAVED] = search
    routes.views["answer_issue"] = submit


async def open_modal(front: Front, act: Act) -> Answer:
    """A loading view at once, filled when Intercom has told what is new."""
    return await _open(front, act, act.pressed.id, None)


async def open_for_all(front: Front, act: Act) -> Answer:
    """The same window for everybody who tells a spreading issue, of several accounts."""
    return await _open(front, act, "", number_of(act.pressed.id))


async def _open(front: Front, act: Act, conversation_id: str, spread: int | None) -> Answer:
    rep = await front.rep(act)
    opened = await front.show(act, issue_card.loading())

    async def fill() -> None:
        try:
            _, rows = await front.store.read(desk.members, front.office, conversation_id, spread)
            await fresh(front, [row.id for row in rows[: issue_card.MOST]], FILLING)
            view = issue_card.render(await _card(front, rep, conversation_id, spread=spread))
        except UserError as error:
            view = answer_card.error(AnswerError("issue", error.message))
        await front.slack.update_view(opened.id, view)

    front.spawn(fill())
    return None


async def _card(
    front: Front,
    rep: Rep,
    conversation_id: str,
    written: WrittenToAll | None = None,
    spread: int | None = None,
) -> IssueAnswerCard:
    """What the window shows now. What a rep had seen, typed and confirmed in it stays as it was."""
    card = await front.store.read(desk.card, front.office, rep, conversation_id, front.at(), (), spread)
    suggested = await front.suggestions.for_conversation(
        front.office, card.conversation_id, rep.name, front.at(), several=True
    )
    card = replace(card, suggestions=suggested)
    if written is None:
        return card
    return replace(
        card,
        # What came since was not seen yet: the submission will tell of it.
        recipients=tuple(
            replace(each, last_part=written.seen.get(each.conversation_id, each.last_part))
            for each in card.recipients
        ),
        text_round=written.text_round,
        confirmed=written.confirmed,
    )


async def use_saved(front: Front, act: Act) -> Answer:
    """Put a saved reply behind what was typed; who reads it is filled in for each when it is sent."""
    rep = await front.rep(act)
    macros = await macros_of(front)
    chosen = act.pressed.choice or ""
    words = await front.store.write(saved.use_for_several, front.office, rep, macros, chosen, front.at())
    return await _put_in(front, act, rep, words)


async def use_suggestion(front: Front, act: Act) -> Answer:
    """The same with an answer that the team gave before."""
    rep = await front.rep(act)
    conversation_id = issue_card.read(act.view).conversation_id
    words = await front.suggestions.words_of(
        front.office, conversation_id, rep.name, act.pressed.id, front.at(), several=True
    )
    if words is None:
        raise UserError("Nothing was put in: that answer is not kept any more.")
    return await _put_in(front, act, rep, words)


async def _put_in(front: Front, act: Act, rep: Rep, words: str) -> Answer:
    written, view_id = issue_card.read(act.view), str(act.view["id"])
    window = front.windows.of(view_id)
    before = window.put_in
    if before is not None and before.text_round > written.text_round:
        # Put in while this click was on its way, so not in what it found typed.
        now = PutIn(before.text_round + 1, writing.joined(before.draft, words))
    else:
        now = PutIn(written.text_round + 1, writing.joined(written.typed, words))
    window.put_in = now
    try:
        card = await _card(front, rep, written.conversation_id, written, written.spread)
        async with window.turn:
            latest = window.put_in or now
            filled = replace(card, text_round=latest.text_round, draft=latest.draft)
            await front.slack.update_view(view_id, issue_card.render(filled))
    except BaseException:
        # They are not in the window: a later drawing must not bring them over what is typed by then.
        if window.put_in is now:
            window.put_in = before
        raise
    return None


async def submit(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    written = issue_card.read(act.view, await named(front, act))
    missing = desk.empty(written) or await front.store.read(desk.not_known, front.office, rep, written)
    if missing is not None:
        return {"response_action": "errors", "errors": missing}
    known = [each for each in written.to if each in written.seen]
    await fresh(front, known[: issue_card.MOST], PATIENCE)
    result = await front.store.write(desk.submit, front.office, rep, written, str(act.view["id"]), front.at())
    if isinstance(result, IssueAnswerCard):
        front.windows.of(str(act.view["id"])).put_in = None
        asked = replace(result, text_round=written.text_round)
        return {"response_action": "update", "view": issue_card.render(asked)}
    return {"response_action": "clear"}
