"""Hand a conversation to a colleague, or take it over from one: a modal each."""

from __future__ import annotations

from bot.cards import assign as assign_card
from bot.cards import kit, notices
from bot.cards import takeover as takeover_card
from bot.desk import colleagues, handover
from handlers.claim import told
from handlers.front import Act, Front
from handlers.routes import Answer, Offered, Routes


def register(routes: Routes) -> None:
    routes.verbs["assign"] = offer
    routes.verbs["take_over"] = ask_why
    routes.views["assign"] = handed_over
    routes.views["take_over"] = taken_over
    routes.options[assign_card.COLLEAGUE] = search


async def offer(front: Front, act: Act) -> Answer:
    """Who it can be given to, and a line of context."""
    rep = await front.rep(act)
    card = await front.store.read(colleagues.card, front.office, rep, act.pressed.id, front.at())
    await front.show(act, assign_card.render(card))
    return None


async def search(front: Front, act: Act, query: str) -> Offered:
    """Colleagues for what was typed so far."""
    rep = await front.rep(act)
    conversation_id = assign_card.conversation(act.view)
    card = await front.store.read(colleagues.card, front.office, rep, conversation_id, front.at())
    return kit.fitting([(assign_card.label(each), each.id) for each in card.colleagues], query)


async def handed_over(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    chosen = assign_card.read(act.view)
    moved = await front.store.write(handover.hand_over, front.office, rep, chosen, front.at())
    if moved.claimed.outcome != "claimed" or chosen.colleague_id == rep.admin_id:
        return await told(front, moved.claimed)
    to = moved.claimed.holder
    if moved.told:
        return notices.info(f"Handed over to {to}, who is told in Slack.")
    return notices.info(f"Handed over to {to}, who is not in Slack: a note in Intercom says so.")


async def ask_why(front: Front, act: Act) -> Answer:
    """Whose it is, and why it should change hands."""
    rep = await front.rep(act)
    card = await front.store.read(handover.takeover_card, front.office, rep, act.pressed.id, front.at())
    await front.show(act, takeover_card.render(card))
    return None


async def taken_over(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    wanted = takeover_card.read(act.view)
    taken = await front.store.write(
        handover.take_over,
        front.office,
        rep,
        wanted.conversation_id,
        wanted.holder_id,
        wanted.reason,
        front.at(),
    )
    if taken.claimed.outcome != "claimed":
        return await told(front, taken.claimed)
    if taken.told:
        return notices.info("Yours now. Your colleague is told why.")
    return notices.info("Yours now. Your colleague is not in Slack: a note in Intercom says why.")
