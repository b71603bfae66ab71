"""Short answers to one person: a refusal, an error, a stale button, a plain confirmation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cards import kit, rows
from bot.cards import modal as frame
from bot.cards.message import Message, View
from bot.cards.values import ConversationLine
from bot.slack import text

CALLBACK = "wb:notice"
_LIMIT = 1500


@dataclass(frozen=True)
class Stale:
    """A button was pressed that no longer fits; `line` is the conversation as it is now."""

    line: ConversationLine
    now: datetime
    zone: str
    changed_by: str | None = None


def info(sentence: str) -> Message:
    """Something was done, or is so: a sentence of ours, names included."""
    said = kit.sentence(sentence, _LIMIT)
    return Message(said, [kit.section(said)])


def refused(sentence: str) -> Message:
    """A person may not do this: why, and what to do."""
    return info(sentence)


def failed(happened: str, not_done: str, mend: str) -> Message:
    """`Not sent. Intercom refused the attachment. Remove it and send again.`"""
    parts = (kit.sentence(part, _LIMIT // 3, empty="") for part in (not_done, happened, mend))
    said = " ".join(filter(None, parts)) or kit.sentence("")
    return Message(said, [kit.section(f":warning: {said}")])


def stale(card: Stale) -> Message:
    """The present state in place of an action that has been overtaken."""
    by = f" by {text.inline(card.changed_by, 60)}" if card.changed_by else ""
    said = f"Nothing was done: this changed{by} in the meantime."
    state = rows.conversation_text(card.line, card.now, card.zone)
    return Message(said, [kit.section(said), kit.context(f"Now: {state} · {rows.claimed(card.line)}")])


def window(message: Message) -> View:
    """A private answer where it cannot stand in a channel: the same, in a modal."""
    return frame.view(CALLBACK, "Watchbell", message.blocks)


def modal(title: str, sentence: str) -> View:
    """The same for a modal that has to say one thing."""
    return frame.view(CALLBACK, title, [kit.section(kit.sentence(sentence, _LIMIT))])
