"""The window with everything that can be done to a conversation: one choice, then what that needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.cards import kit, modal, rows
from bot.cards.message import Block, View
from bot.cards.values import ConversationLine

CALLBACK = "wb:more_done"
WHAT = "what"


class Deed(StrEnum):
    """What can be chosen."""

    NOTE = "note"
    CLOSE = "close"
    REOPEN = "reopen"
    SNOOZE = "snooze"
    TAG = "tag"
    TEAM = "team"
    TICKET = "ticket"
    ACCOUNT = "account"
    HAND_OVER = "hand_over"
    TAKE_OVER = "take_over"
    RELEASE = "release"


_LABELS = {
    Deed.NOTE: ("Write a note", "only your team reads it"),
    Deed.CLOSE: ("Close", "asks first; nobody is written to"),
    Deed.REOPEN: ("Open again", "it counts as open at once"),
    Deed.SNOOZE: ("Snooze…", "until a time you choose"),
    Deed.TAG: ("Tags…", "add and take away"),
    Deed.TEAM: ("Assign to a team…", "its members are offered it"),
    Deed.TICKET: ("Make a ticket…", "the customer can follow it"),
    Deed.ACCOUNT: ("Choose their account…", "Intercom names no company of theirs"),
    Deed.HAND_OVER: ("Hand over…", "to a colleague, with a line of context"),
    Deed.TAKE_OVER: ("Take over…", "with a reason; who has it is told"),
    Deed.RELEASE: ("Release", "anybody can claim it again"),
}


@dataclass(frozen=True)
class MoreCard:
    """`deeds` in the order to be offered, one to ten."""

    line: ConversationLine
    now: datetime
    zone: str
    deeds: tuple[Deed, ...]


@dataclass(frozen=True)
class Chosen:
    conversation_id: str
    deed: Deed


def render(card: MoreCard) -> View:
    options = [kit.option(*_LABELS[deed][:1], deed.value, _LABELS[deed][1]) for deed in card.deeds]
    blocks: list[Block] = [
        kit.section(rows.conversation_text(card.line, card.now, card.zone)),
        kit.context(rows.claimed(card.line)),
        modal.radio(WHAT, "What is to be done?", options),
    ]
    private = {"conversation": card.line.id}
    return modal.view(CALLBACK, modal.titled("", card.line.contact), blocks, submit="Next", private=private)


def read(view: Mapping[str, Any]) -> Chosen:
    """What was chosen. Raises modal.NotOurs for a view of another kind or without a choice."""
    conversation, what = modal.private(view).get("conversation"), modal.chosen(view, WHAT)
    if not conversation or not what:
        raise modal.NotOurs("the view names no conversation or no choice")
    return Chosen(str(conversation), Deed(what))
