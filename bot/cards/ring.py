"""The one line in an alert's thread that calls whoever must act now, when a promise is broken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cards import kit, words
from bot.cards.message import Message
from bot.cards.values import Due
from bot.slack import text


@dataclass(frozen=True)
class RingCard:
    """`mentions` are Slack ids: the holder of the claim, or the leads when nobody holds it."""

    due: Due
    now: datetime
    zone: str
    whose: str
    mentions: tuple[str, ...]
    claimed: bool


def render(card: RingCard) -> Message:
    phrase = words.due_phrase(card.due, card.now)
    owner = "It is yours" if card.claimed else "Nobody has claimed it"
    called = " ".join(filter(None, (text.mention_user(each) for each in card.mentions[:5])))
    sentence = f"{phrase} for {text.inline(card.whose, 80)}. {owner}."
    return Message(
        f"{text.inline(card.whose, 80)}: {words.lower_first(phrase)}.",
        [kit.section(f"{called} {sentence}".strip())],
    )
