"""The window that asks which conversation some words are for: a note, or a question to the customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.cards import kit, modal, words
from bot.cards.message import Block, View
from bot.cards.values import ConversationLine
from bot.durations import plural
from bot.slack import text

CALLBACK = "wb:pick"
WHICH, NAMED, WORDS = "which", "named", "words"
LONGEST = 2900
_MOST = 100

Purpose = Literal["note", "ask"]


@dataclass(frozen=True)
class PickCard:
    """`lines` are offered in their order, `found` is chosen before; `words` stand in the input.

    `files` counts those of the message, which do not go along, where the words do not say so.
    """

    purpose: Purpose
    words: str
    lines: tuple[ConversationLine, ...]
    found: str | None = None
    files: int = 0


@dataclass(frozen=True)
class Picked:
    """`named` is a number, a link or an account's name, and counts before what was chosen."""

    purpose: Purpose
    conversation_id: str
    named: str
    words: str


def render(card: PickCard) -> View:
    note = card.purpose == "note"
    blocks: list[Block] = [
        kit.context("Only your team reads a note." if note else "You see it once more before it is sent.")
    ]
    options = [kit.option(_label(line), line.id) for line in card.lines[:_MOST]]
    if options:
        select = kit.select(WHICH, options, "Choose a conversation", card.found)
        blocks.append(modal.field(WHICH, "Which conversation?", select, optional=True))
    element = {"type": "plain_text_input", "action_id": kit.PREFIX + NAMED, "max_length": 300}
    label = "Or its number, link, or account" if options else "Number, link, or account"
    blocks.append(modal.field(NAMED, label, element, optional=True))
    area: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": kit.PREFIX + WORDS,
        "multiline": True,
        "max_length": LONGEST,
    }
    kept = text.shorten(text.clean(card.words).strip(), LONGEST)
    if kept:
        area["initial_value"] = kept
    blocks.append(modal.field(WORDS, "Note" if note else "Question", area))
    if card.files:
        blocks.append(kit.context(f"{plural(card.files, 'file stays', 'files stay')} in Slack."))
    title = "Save as note" if note else "Ask the customer"
    return modal.view(
        CALLBACK,
        title,
        blocks,
        submit="Save note" if note else "Look at it",
        private={"purpose": card.purpose},
    )


def read(view: Mapping[str, Any]) -> Picked:
    """What was entered. Raises modal.NotOurs for a view of another kind."""
    purpose = modal.private(view).get("purpose")
    if purpose not in ("note", "ask"):
        raise modal.NotOurs("the view names no purpose")
    return Picked(
        "note" if purpose == "note" else "ask",
        modal.chosen(view, WHICH) or "",
        modal.words(view, NAMED, 300),
        modal.words(view, WORDS, LONGEST),
    )


def which() -> dict[str, str]:
    """The validation error of a submission that names no conversation."""
    return {NAMED: "Nothing was saved. Choose a conversation, or write its number."}


def misnamed(picked: Picked, told: str) -> dict[str, str]:
    """The validation error of a submission whose number, link, name or choice leads nowhere."""
    return {NAMED if picked.named else WHICH: text.plain(told, modal.ERROR_LIMIT)}


def no_words() -> dict[str, str]:
    """The validation error of a note without words."""
    return {WORDS: "Nothing was saved: the note is empty."}


def _label(line: ConversationLine) -> str:
    parts = (line.contact, line.account, words.channel_plain(line.channel))
    return text.plain(", ".join(part for part in parts if part), 75)
