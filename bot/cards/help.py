"""What this person can do right now (the answer to /watchbell)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cards import kit
from bot.cards.message import Message
from bot.durations import plural
from bot.slack import text


@dataclass(frozen=True)
class HelpCard:
    """`linked_to` names the Intercom seat the person acts as, or None. Numbers are of this moment.

    `away` in Intercom: nothing is offered.
    """

    linked_to: str | None
    unclaimed: int = 0
    mine: int = 0
    late: int = 0
    at_risk: int = 0
    away: bool = False


def render(card: HelpCard) -> Message:
    lines = [f"*{_now(card)}*"]
    if card.linked_to is None:
        lines.append("`/watchbell link` connects your Intercom seat. Until then you can read, not act.")
    elif card.away:
        lines.append("You are away in Intercom, so nothing is offered to you")
    elif card.unclaimed:
        lines.append(f"`/claim next` takes the one that is due first of {card.unclaimed} unclaimed")
    lines.append("`/inbox` shows what is yours and what the team should take next")
    if card.linked_to is not None and card.mine:
        lines.append("`/answer` answers the one of yours that is due first")
    lines.append("`/account northwind` shows everything about one account")
    lines.append(f"`/atrisk` names {_accounts(card.at_risk)} with the reasons")
    lines.append("`/watchbell status` tells whether the bot itself is well")
    who = f"You act in Intercom as {text.inline(card.linked_to, 60)}." if card.linked_to else None
    blocks = [kit.section("\n".join(lines))]
    if who:
        blocks.append(kit.context(f"{who} `/watchbell link` changes that."))
    return Message(f"{_now(card)}.", blocks)


def _now(card: HelpCard) -> str:
    if card.late:
        return f"{plural(card.late, 'reply is', 'replies are')} late, {card.unclaimed} unclaimed"
    if card.mine:
        return f"{plural(card.mine, 'conversation is', 'conversations are')} yours, none late"
    if card.unclaimed:
        return f"{plural(card.unclaimed, 'conversation is', 'conversations are')} unclaimed, none late"
    return "Nothing waits for you"


def _accounts(count: int) -> str:
    return (
        "the account at risk"
        if count == 1
        else f"the {count} accounts at risk"
        if count
        else "accounts at risk"
    )
