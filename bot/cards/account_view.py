"""One account as a person asked for it: what is due, open, and was said last (the answer to /account)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from bot.cards import account, kit, rows, timeline, words
from bot.cards.message import Block, Message
from bot.cards.values import Account, ConversationLine
from bot.durations import plural
from bot.slack import text

_OPEN_SHOWN = 8
SAID_SHOWN = 6
"""Messages that the answer to /account shows; the timeline has them all."""
_CHOICES_SHOWN = 60
_STATES = ("open", "snoozed", "closed")


@dataclass(frozen=True)
class AccountViewCard:
    """`anchor` is what the account's thread shows; `entries` come oldest first, over all conversations."""

    anchor: account.AccountCard
    conversations: tuple[ConversationLine, ...] = ()
    entries: tuple[timeline.TimelineEntry, ...] = ()
    thread_url: str | None = None


@dataclass(frozen=True)
class AccountChoice:
    """Several accounts fit what was typed, or none does."""

    query: str
    accounts: tuple[Account, ...] = ()


def render(card: AccountViewCard) -> Message:
    now, zone = card.anchor.now, card.anchor.zone
    anchor = account.render(card.anchor)
    blocks: list[Block] = [block for block in anchor.blocks if block["type"] != "actions"]
    usage = words.usage(card.anchor.account, now, zone)
    if usage is not None:
        # Under who they are, before what is wrong: the anchor in the channel does without.
        blocks.insert(2, kit.context(usage))
    for line in card.conversations[:_OPEN_SHOWN]:
        action: rows.Action | None = None if line.state == "closed" else "claim" if line.free else "answer"
        blocks.append(rows.conversation(line, now, zone, action))
    hidden = _hidden(card.conversations[_OPEN_SHOWN:])
    if hidden:
        where = text.link(card.thread_url, "the thread") if card.thread_url else "Timeline"
        blocks.append(kit.context(f"and {hidden}: {where}"))
    if card.entries:
        blocks.append(timeline.brief(card.entries[-SAID_SHOWN:], now, zone))
    else:
        blocks.append(kit.context("Nothing was said yet. Messages appear here as they come in."))
    thread = text.link(card.thread_url, "Thread") if card.thread_url else None
    if thread:
        blocks.append(kit.context(thread))
    target = card.anchor.account.id
    why = kit.Item("Why this risk?", "why_risk", target) if card.anchor.risk else None
    blocks.append(kit.actions(kit.button("Timeline", "timeline_account", target), kit.overflow(why)))
    return Message(anchor.text, blocks)


def _hidden(lines: tuple[ConversationLine, ...]) -> str:
    """`1 more open conversation and 2 more snoozed conversations`."""
    counts = Counter(line.state for line in lines)
    return words.joined(
        [plural(counts[each], f"more {each} conversation") for each in _STATES if counts[each]]
    )


def search() -> Message:
    """The answer to /account alone: a field that finds accounts while a name is typed."""
    said = "Which account? Type a part of its name."
    return Message(said, [kit.section(said), kit.actions(kit.search("account", "Search accounts"))])


def choose(card: AccountChoice) -> Message:
    name = text.inline(card.query, 60, empty="an empty name")
    if not card.accounts:
        said = f"No account is called “{name}”. Try a part of its name, as in `/account northwind`."
        return Message(said, [kit.section(said)])
    said = f"{len(card.accounts)} accounts fit “{name}”. Which one?"
    alike = Counter((each.name.casefold(), each.plan) for each in card.accounts)
    options = [
        kit.option(
            text.plain(each.name, 75, empty="(no name)"),
            each.id,
            _told_apart(each) if alike[each.name.casefold(), each.plan] > 1 else each.plan,
        )
        for each in card.accounts[:_CHOICES_SHOWN]
    ]
    chooser = kit.select("account", options, "Choose an account")
    blocks = [kit.section(said), kit.actions(chooser)]
    if len(card.accounts) > len(options):
        blocks.append(kit.context(f"The first {len(options)} are offered. Type more of the name."))
    return Message(said, blocks)


def _told_apart(company: Account) -> str:
    """Two of one name and plan are told apart by what Intercom calls them."""
    return words.dotted(company.plan, company.id[:24])
