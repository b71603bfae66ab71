"""Several accounts fit the words after a command: a line for each, told apart, with the button for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from bot.cards import kit, words
from bot.cards.message import Block, Message
from bot.cards.values import Account
from bot.durations import plural
from bot.slack import text

Verb = Literal["claim_account", "answer_account"]

_LABELS: dict[Verb, str] = {"claim_account": "Claim all", "answer_account": "Answer"}


@dataclass(frozen=True)
class WhichAccountCard:
    """`accounts` with how many of their conversations are open; `more`: others fit as well."""

    query: str
    verb: Verb
    accounts: tuple[tuple[Account, int], ...]
    more: bool = False


def render(card: WhichAccountCard) -> Message:
    said = f"More than one account fits “{text.inline(card.query, 60)}”. Which one?"
    blocks: list[Block] = [kit.section(said)]
    alike = Counter(_line(each, opened) for each, opened in card.accounts)
    for account, opened in card.accounts:
        line = _line(account, opened)
        if alike[line] > 1:
            # What Intercom calls them is all that tells these apart.
            line = words.dotted(line, text.inline(account.id, 40))
        blocks.append(kit.section(line, kit.button(_LABELS[card.verb], card.verb, account.id)))
    if card.more:
        shown = len(card.accounts)
        blocks.append(kit.context(f"The first {shown} are offered. Type more of the name, or a number."))
    return Message(said, blocks)


def _line(account: Account, opened: int) -> str:
    name = text.inline(account.name, 60, empty="(no name)")
    plan = text.inline(account.plan, 40) if account.plan else None
    owner = f"owner {text.inline(account.owner, 60)}" if account.owner else None
    return words.dotted(name, plan, owner, plural(opened, "open conversation"))
