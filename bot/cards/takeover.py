"""The modal that takes a conversation over from the colleague who holds it, with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.cards import kit, modal, rows
from bot.cards.message import Block, View
from bot.cards.values import ConversationLine
from bot.slack import text

CALLBACK = "wb:take_over"
REASON = "reason"
LONGEST = 300


@dataclass(frozen=True)
class TakeoverCard:
    """`holder_id` comes back on submit: a conversation that changed hands meanwhile is not taken.

    `linked`: the holder can be told in Slack.
    """

    line: ConversationLine
    holder: str
    holder_id: str
    now: datetime
    zone: str
    linked: bool = True


@dataclass(frozen=True)
class Takeover:
    conversation_id: str
    holder_id: str
    reason: str


def render(card: TakeoverCard) -> View:
    holder = text.inline(card.holder, 60)
    told = f"{holder} has it. They are told that you took it over, and why."
    if not card.linked:
        told = (
            f"{holder} has it, and is not in Slack. A note in Intercom says that you took it over, and why."
        )
    blocks: list[Block] = [
        kit.section(rows.conversation_text(card.line, card.now, card.zone)),
        kit.context(told),
        modal.words_input(REASON, "Why do you take it over?", LONGEST),
    ]
    private = {"conversation": card.line.id, "holder": card.holder_id}
    title = modal.titled("Take over", card.line.contact)
    return modal.view(CALLBACK, title, blocks, submit="Take over", private=private)


def read(view: Mapping[str, Any]) -> Takeover:
    """What was entered. Raises modal.NotOurs for a view of another kind."""
    held = modal.private(view)
    conversation, holder = held.get("conversation"), held.get("holder")
    if not conversation or not holder:
        raise modal.NotOurs("the view names no conversation or no holder")
    return Takeover(str(conversation), str(holder), modal.words(view, REASON, LONGEST))
