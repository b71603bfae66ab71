"""What a colleague reads when somebody else acts on their conversation: it was given to them or taken from
them, or what they hold was closed, snoozed, or given to a team.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.cards import kit, rows, words
from bot.cards.message import Block, Message
from bot.cards.values import ConversationLine
from bot.slack import rich, text

What = Literal["given", "taken", "closed", "snoozed", "moved"]


@dataclass(frozen=True)
class HandoverCard:
    """`by` acted; `said` is their line of context or reason, in their words. `team`: whom it moved to."""

    what: What
    by: str
    said: str
    line: ConversationLine
    now: datetime
    zone: str
    team: str = ""


def render(card: HandoverCard) -> Message:
    by = text.inline(card.by, 60)
    about = words.dotted(
        rows.state(card.line, card.now, card.zone) if card.what != "closed" else None,
        text.inline(card.line.account, 60) if card.line.account else None,
        f"{text.inline(card.line.contact, 60)}, {words.channel_name(card.line.channel)}",
    )
    whose = text.inline(card.line.account or card.line.contact, 60)
    team = text.inline(card.team, 60)
    first, phone = {
        "given": ("hands this to you", f"hands {whose} to you"),
        "taken": ("took this over from you", f"took {whose} over from you"),
        "closed": ("closed this, which you held", f"closed what you held of {whose}"),
        "snoozed": ("snoozed this, which you hold", f"snoozed what you hold of {whose}"),
        "moved": (f"gave this to {team}, you go on holding it", f"gave what you hold of {whose} to {team}"),
    }[card.what]
    blocks: list[Block] = [kit.section(f"*{by} {first}* · {about}")]
    if card.said:
        blocks.append(rich.block(rich.customer_words(card.said)))
    message = Message(f"{by} {phone}.", blocks)
    if card.what in ("taken", "closed"):
        blocks.append(kit.context("There is nothing left to do for you."))
        return message
    blocks.append(rows.ones_own(card.line.id))
    return message
