"""Answer an issue once: the window with everybody to tick, and its submission."""

from __future__ import annotations

from bot.cards import answer as answer_card
from bot.cards import issue_answer as issue_card
from bot.cards.answer import AnswerError
from bot.cards.issue_answer import IssueAnswerCard
from bot.desk import issue_answer as desk
from bot.errors import UserError
from handlers.answer import FILLING, PATIENCE, fresh
from handlers.front import Act, Front
from handlers.routes import Answer, Routes


def register(routes: Routes) -> None:
    routes.verbs["answer_issue"] = open_modal
    routes.views["answer_issue"] = submit


async def open_modal(front: Front, act: Act) -> Answer:
    """A loading view at once, filled when Intercom has told what is new."""
    await front.rep(act)
    conversation_id = act.pressed.id
    opened = await front.show(act, issue_card.loading())

    async def fill() -> None:
        try:
            _, rows = await front.store.read(desk.members, front.office, conversation_id)
            await fresh(front, [row.id for row in rows[: issue_card.MOST]], FILLING)
            card = await front.store.read(desk.card, front.office, conversation_id, front.at())
            view = issue_card.render(card)
        except UserError as error:
            view = answer_card.error(AnswerError("issue", error.message))
        await front.slack.update_view(opened.id, view)

    front.spawn(fill())
    return None


async def submit(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    written = issue_card.read(act.view)
    missing = issue_card.missing(written)
    if missing is not None:
        return {"response_action": "errors", "errors": missing}
    known = [each for each in written.to if each in written.seen]
    await fresh(front, known[: issue_card.MOST], PATIENCE)
    result = await front.store.write(desk.submit, front.office, rep, written, str(act.view["id"]), front.at())
    if isinstance(result, IssueAnswerCard):
        return {"response_action": "update", "view": issue_card.render(result)}
    return {"response_action": "clear"}
