"""/account: one account as it stands, and what was said there last."""

from __future__ import annotations

from bot.accounts import view
from bot.cards import account_view, notices
from bot.cards import timeline as timeline_card
from handlers.front import Act, Front
from handlers.routes import Answer, Routes


def register(routes: Routes) -> None:
    routes.commands["/account"] = command
    routes.verbs["account"] = show
    routes.verbs["timeline_account"] = timeline


async def command(front: Front, act: Act) -> Answer:
    """`/account <part of a name>`."""
    if not act.words:
        return notices.info("Type a part of the account's name: `/account north`.")
    found = await front.store.read(view.named, front.office, act.words)
    if len(found) == 1:
        card = await front.store.read(view.card, front.office, found[0].id, front.at())
        return account_view.render(card)
    return account_view.choose(account_view.AccountChoice(act.words, found))


async def show(front: Front, act: Act) -> Answer:
    account_id = act.pressed.choice or act.pressed.id
    card = await front.store.read(view.card, front.office, account_id, front.at())
    return account_view.render(card)


async def timeline(front: Front, act: Act) -> Answer:
    card = await front.store.read(view.timeline, front.office, act.pressed.id, front.at().now)
    if act.trigger_id is not None:
        await front.slack.open_view(act.trigger_id, timeline_card.render(card))
    return None
