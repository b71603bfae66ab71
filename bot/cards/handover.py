"""What a colleague reads when a conversation changes hands: given to them, or taken from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.cards import kit, rows, words
from bot.cards.message import Block, Message
from bot.cards.values import ConversationLine
from bot.slack import rich, text


@dataclass(frozen=True)
class HandoverCard:
    """`by` acted; `said` is their line of context or reason, in their words."""

    what: Literal["given", "taken"]
    by: str
    said: str
    line: ConversationLine
    now: datetime
    zone: str


def render(card: HandoverCard) -> Message:
    by = text.inline(card.by, 60)
    about = words.dotted(
        rows.state(card.line, card.now, card.zone),
        text.inline(card.line.account, 60) if card.line.account else None,
        f"{text.inline(card.line.contact, 60)}, {words.channel_name(card.line.channel)}",
    )
    whose = text.inline(card.line.account or card.line.contact, 60)
    given = card.what == "given"
    first = f"*{by} hands this to you*" if given else f"*{by} took this over from you*"
    blocks: list[Block] = [kit.section(f"{first} · {about}")]
    if card.said:
        blocks.append(rich.block(rich.customer_words(card.said)))
    if not given:
        blocks.append(kit.context("There is nothing left to do for you."))
        return Message(f"{by} took {whose} over from you.", blocks)
    blocks.append(
        kit.actions(
            kit.button("Answer", "answer", card.line.id, style="primary"),
            kit.button("Release", "release", card.line.id),
            kit.overflow(
                kit.Item("Timeline", "timeline", card.line.id),
                kit.Item("Hand over…", "assign", card.line.id),
                kit.Item("Snooze…", "snooze", card.line.id),
                kit.Item("Why?", "why", card.line.id),
                kit.Item("More…", "more_done", card.line.id),
            ),
        )
    )
    return Message(f"{by} hands {whose} to you.", blocks)
