"""What stands under a link to an Intercom conversation: its state, and the next thing to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cards import kit, rows, words
from bot.cards.message import Block
from bot.cards.values import ConversationLine
from bot.slack import rich


@dataclass(frozen=True)
class UnfurlCard:
    line: ConversationLine
    now: datetime
    zone: str


def render(card: UnfurlCard) -> list[Block]:
    line = card.line
    said = words.dotted(rows.conversation_text(line, card.now, card.zone), rows.claimed(line))
    blocks: list[Block] = [kit.section(said)]
    if line.words:
        blocks.append(rich.block(rich.customer_words(line.words, more="more under ⋯ Timeline")))
    claim = kit.button("Claim", "claim", line.id) if line.free and line.state != "closed" else None
    blocks.append(
        kit.actions(
            claim,
            kit.button("Answer", "answer", line.id),
            kit.overflow(
                kit.Item("Timeline", "timeline", line.id),
                kit.Item("Why?", "why", line.id),
                kit.Item("More…", "more_done", line.id),
            ),
        )
    )
    return blocks
