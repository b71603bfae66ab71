"""The modal that puts a conversation away until a chosen time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.cards import kit, modal, rows, words
from bot.cards.message import Block, View
from bot.cards.values import ConversationLine
from bot.cards.writing import SnoozeChoice
from bot.slack import text

CALLBACK = "wb:snooze"
UNTIL = "until"


@dataclass(frozen=True)
class SnoozeCard:
    """`choices` are one to ten, in order of time."""

    line: ConversationLine
    now: datetime
    zone: str
    choices: tuple[SnoozeChoice, ...]


@dataclass(frozen=True)
class Snoozed:
    conversation_id: str
    until: datetime


def render(card: SnoozeCard) -> View:
    options = [
        kit.option(text.plain(choice.label, 75), str(text.seconds_of(choice.until)))
        for choice in card.choices[:10]
    ]
    blocks: list[Block] = [kit.section(rows.conversation_text(card.line, card.now, card.zone))]
    if card.line.due is not None:
        promise = words.due_instant(card.line.due, card.now, card.zone)
        blocks.append(kit.context(f"Snoozing moves no promise: the reply stays due, {promise}."))
    blocks.append(modal.radio(UNTIL, "Snooze until", options))
    title = modal.titled("Snooze", card.line.contact)
    return modal.view(CALLBACK, title, blocks, submit="Snooze", private={"conversation": card.line.id})


def read(view: Mapping[str, Any]) -> Snoozed:
    """What was chosen. Raises modal.NotOurs for a view of another kind or without a choice."""
    conversation, until = modal.private(view).get("conversation"), modal.chosen(view, UNTIL)
    if not conversation or not until:
        raise modal.NotOurs("the view names no conversation or no time")
    return Snoozed(str(conversation), datetime.fromtimestamp(int(until), UTC))
