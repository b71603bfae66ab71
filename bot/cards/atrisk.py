"""The accounts that may leave, each with its reasons (the answer to /atrisk)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cards import kit, rows, silence
from bot.cards.message import Block, Message
from bot.cards.values import AtRisk, NotKnown
from bot.durations import plural

_SHOWN = 8


@dataclass(frozen=True)
class AtRiskCard:
    """`accounts` come highest risk first; `judged` counts all accounts that have a score."""

    now: datetime
    zone: str
    judged: int
    accounts: tuple[AtRisk, ...] = ()
    not_known: tuple[NotKnown, ...] = ()


def render(card: AtRiskCard) -> Message:
    blocks: list[Block] = [kit.section(_first_line(card))]
    for place, entry in enumerate(card.accounts[:_SHOWN], start=1):
        blocks.extend(rows.at_risk(place, entry, card.now, card.zone))
    if len(card.accounts) > _SHOWN:
        hidden = plural(len(card.accounts) - _SHOWN, "more account")
        blocks.append(kit.context(f"and {hidden} with a lower risk"))
    missing = [silence.not_known(entry, card.now, card.zone) for entry in card.not_known[:5]]
    if missing:
        blocks.append(kit.context("\n".join(missing)))
    return Message(_fallback(card), blocks)


def _first_line(card: AtRiskCard) -> str:
    judged = plural(card.judged, "account")
    if card.accounts:
        verb = "needs" if len(card.accounts) == 1 else "need"
        return f"*{plural(len(card.accounts), 'account')} {verb} somebody this week*, of {judged} judged"
    return rows.nobody_at_risk(card.judged)


def _fallback(card: AtRiskCard) -> str:
    return f"{plural(len(card.accounts), 'account')} at risk, of {card.judged} judged."
