"""A language model's draft in the answer window: offered, awaited, shown as what it is, or why not."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cards import kit
from bot.cards.message import Block
from bot.slack import rich, text

_SHOWN = 1_500


@dataclass(frozen=True)
class Drafted:
    """How far a draft by the model `model` is: `waiting` for it, its `words`, or why it `failed`."""

    model: str
    waiting: bool = False
    words: str = ""
    failed: str = ""


def blocks(drafted: Drafted, conversation_id: str) -> list[Block]:
    """Nothing of it is in the input until the rep puts it there."""
    model = text.inline(drafted.model, 60)
    if drafted.waiting:
        return [kit.context(f"{model} is writing a draft. What you type meanwhile stays.")]
    if drafted.words:
        return [
            kit.section(f"*Draft by {model}, checked by nobody.* Read every word before you send it."),
            rich.block(rich.customer_words(drafted.words, limit=_SHOWN, more="more when it is put in")),
            kit.actions(kit.button("Put the draft in", "use_draft", conversation_id)),
        ]
    offer = kit.actions(kit.button("Write a draft", "draft", conversation_id))
    if drafted.failed:
        return [kit.context(f"No draft: {text.inline(drafted.failed, 200)}."), offer]
    return [offer]
