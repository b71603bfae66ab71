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
    """`mentions` are Slack ids: whoever holds the claim (`theirs`), or the leads where no call reaches that
    person: nobody holds it, or somebody who is away or not known in Slack."""

    due: Due
    now: datetime
    zone: str
    whose: str
    mentions: tuple[str, ...]
    theirs: bool = False
    claimed_by: str | None = None
    holder_away: bool = False


def render(card: RingCard) -> Message:
    phrase = words.due_phrase(card.due, card.now)
    called = " ".join(filter(None, (text.mention_user(each) for each in card.mentions[:5])))
    sentence = f"{phrase} for {text.inline(card.whose, 80)}. {_owner(card)}."
    return Message(
        f"{text.inline(card.whose, 80)}: {words.lower_first(phrase)}.",
        [kit.section(f"{called} {sentence}".strip())],
    )


def _owner(card: RingCard) -> str:
    if card.theirs:
        return "It is yours"
    if card.claimed_by is None:
        return "Nobody has claimed it"
    return f"Claimed by {text.inline(card.claimed_by, 60)}{', who is away' if card.holder_away else ''}"
