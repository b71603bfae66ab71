"""/account: one account as it stands, and what was said there last."""

from __future__ import annotations

from bot.accounts import view
from bot.cards import account_view
from bot.slack.markup import unescaped
from handlers.front import Act, Front
from handlers.routes import Answer, Offered, Routes


def register(routes: Routes) -> None:
    routes.commands["/account"] = command
    routes.verbs["account"] = show
    routes.options["account"] = search


async def command(front: Front, act: Act) -> Answer:
    """`/account [part of a name]`; alone it offers a search."""
    if not act.words:
        return account_view.search()
    name = unescaped(act.words)
    found = await front.store.read(view.named, front.office, name)
    if len(found) == 1:
        card = await front.store.read(view.card, front.office, found[0].id, front.at())
        return account_view.render(card)
    return account_view.choose(account_view.AccountChoice(name, found))


async def show(front: Front, act: Act) -> Answer:
    account_id = act.pressed.choice or act.pressed.id
    card = await front.store.read(view.card, front.office, account_id, front.at())
    return account_view.render(card)


async def search(front: Front, act: Act, query: str) -> Offered:
    """Accounts for what was typed so far."""
    return await front.store.read(view.offered, front.office, query)
