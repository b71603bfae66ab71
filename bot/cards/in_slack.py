"""What customers say in an account's Slack channel: one message, edited until answered or taken over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.cards import kit, words
from bot.cards.message import Block, Message
from bot.cards.values import Account, Said
from bot.durations import plural
from bot.slack import rich, text

SHOWN = 3
_LIMIT = 300
_LOOK = (
    "Look there before you press again: nobody should answer it twice. Watchbell looks once more too, and "
    "makes it only if it is not there."
)


class InSlackState(StrEnum):
    WAITING = "waiting"
    ANSWERED = "answered"
    MAKING = "making"
    MADE = "made"
    FAILED = "failed"
    DOUBTFUL = "doubtful"
    UNREAD = "unread"
    """Nobody had answered when Watchbell was told not to read the channel any more."""


@dataclass(frozen=True)
class InSlackCard:
    """`id` is what the buttons carry, `place` the channel's name with its #.

    `said` are the customers' last messages, oldest first, `count` how many there are, `since` the first one's
    time; while they wait, only those that came after the last answer. `by` answered in Slack,
    or has it made a conversation; `more_since` counts messages that came after it was made. `problem` is why
    Intercom did not take it, or why nobody knows whether it did. `is_read`: the channel is an account's, so
    that words in it can become a conversation. `url` leads to the place in Slack, `conversation_url` to
    Intercom.
    """

    id: str
    state: InSlackState
    account: Account
    place: str
    said: tuple[Said, ...]
    count: int
    now: datetime
    zone: str
    since: datetime
    by: str | None = None
    at: datetime | None = None
    url: str | None = None
    conversation_id: str | None = None
    conversation_url: str | None = None
    more_since: int = 0
    problem: str | None = None
    is_read: bool = True


def render(card: InSlackCard) -> Message:
    emoji, phrase = _headline(card)
    today = card.now.astimezone(words.zone_of(card.zone)).date()
    first = words.dotted(
        f"{emoji}*{phrase}*", text.inline(card.account.name), words.account_short(card.account, today)
    )
    blocks: list[Block] = [kit.section(first)]
    if card.state in (InSlackState.WAITING, InSlackState.FAILED, InSlackState.DOUBTFUL):
        blocks += [_said(each, card) for each in card.said[-SHOWN:]]
    if card.state is InSlackState.FAILED and card.problem:
        blocks.append(kit.context(kit.sentence(f"Nothing was made. {card.problem}", 300)))
    if card.state is InSlackState.UNREAD:
        unread = "Watchbell does not read this channel any more."
        blocks.append(kit.context(f"{unread} Whether somebody answered there since is not known."))
    if card.state is InSlackState.DOUBTFUL:
        why = text.inline(card.problem or "Intercom did not confirm it", 200)
        blocks.append(kit.context(f"{why.rstrip('.')}. {_LOOK}"))
    blocks.append(kit.context(_facts(card)))
    buttons = _buttons(card)
    if buttons:
        blocks.append(buttons)
    name = text.inline(card.account.name)
    return Message(f"{name}: {words.lower_first(phrase)}, {text.inline(card.place, 80)}.", blocks)


def _headline(card: InSlackCard) -> tuple[str, str]:
    by = text.inline(card.by, 60) if card.by else "somebody"
    match card.state:
        case InSlackState.ANSWERED:
            return ":white_check_mark: ", f"Answered in Slack by {by}"
        case InSlackState.MAKING:
            return "", f"{by} makes it a conversation in Intercom"
        case InSlackState.MADE:
            return ":white_check_mark: ", "A conversation in Intercom now"
        case InSlackState.FAILED:
            return ":warning: ", "Intercom did not take it"
        case InSlackState.DOUBTFUL:
            return ":warning: ", "Not known whether it is a conversation in Intercom"
        case InSlackState.UNREAD:
            return "", "Not read any more"
        case _:
            return ":hourglass_flowing_sand: ", "Waiting in Slack"


def _facts(card: InSlackCard) -> str:
    who = words.joined(list(dict.fromkeys(text.inline(each.by, 60) for each in card.said))[-3:])
    where = f"{who} in {text.inline(card.place, 80)}" if who else text.inline(card.place, 80)
    if card.state is InSlackState.WAITING:
        where += f", waiting since {words.when(card.since, card.now, card.zone)}"
    elif card.at is not None:
        where += f", {words.when(card.at, card.now, card.zone)}"
    count = plural(card.count, "message") if card.count > SHOWN else None
    more = f"{plural(card.more_since, 'message')} in Slack since" if card.more_since else None
    link = text.link(card.url, "Open in Slack") if card.url else None
    return words.dotted(where, count, more, link, kit.open_in_intercom(card.conversation_url))


def _buttons(card: InSlackCard) -> Block | None:
    if card.state is InSlackState.MAKING or (card.state is not InSlackState.MADE and not card.is_read):
        return None
    timeline = kit.Item("Timeline", "timeline_account", card.account.id)
    if card.state is InSlackState.MADE:
        if card.conversation_id is None:
            return None
        return kit.actions(kit.button("Answer", "answer", card.conversation_id), kit.overflow(timeline))
    waits = card.state is not InSlackState.ANSWERED
    make = kit.button("Make a conversation", "make_conversation", card.id, style="primary" if waits else None)
    return kit.actions(make, kit.overflow(timeline))


def _said(each: Said, card: InSlackCard) -> Block:
    who = rich.text(f"{text.plain(each.by, 60, empty='(no name)')}  ", bold=True)
    when = kit.rich_when(each.at, card.now, card.zone)
    return rich.block(rich.section(who, when), rich.customer_words(each.words, limit=_LIMIT))
