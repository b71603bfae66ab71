"""Where a risk score comes from: every point, the fact behind it, and what is not known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cards import kit, modal, silence, words
from bot.cards.message import Block, View
from bot.cards.values import Account, NotKnown, Risk
from bot.durations import plural
from bot.slack import rich, text

CALLBACK = "wb:why_risk"
_SHOWN = 25


@dataclass(frozen=True)
class RiskPoint:
    """Points that one signal gave. `fact` is what was counted, with its baseline."""

    points: int
    reason: str
    fact: str | None = None


@dataclass(frozen=True)
class WhyRiskCard:
    """The points add up to the score exactly: rendering raises ValueError where they do not.

    `risk` is None when it is not known; the points are then those of what is known.
    """

    account: Account
    risk: Risk | None
    now: datetime
    zone: str
    points: tuple[RiskPoint, ...]
    not_known: tuple[NotKnown, ...] = ()


def render(card: WhyRiskCard) -> View:
    total = sum(point.points for point in card.points)
    if card.risk is not None and total != card.risk.score:
        raise ValueError(f"the points add up to {total}, the score is {card.risk.score}")
    level = words.risk_phrase(card.risk) if card.risk is not None else words.NOT_KNOWN
    today = card.now.astimezone(words.zone_of(card.zone)).date()
    blocks: list[Block] = [
        kit.section(f"*{text.inline(card.account.name)}*: risk {level}"),
        kit.context(words.account_state(card.account, today)),
    ]
    if card.points:
        ordered = sorted(card.points, key=lambda point: -point.points)
        shown, rest = ordered[:_SHOWN], ordered[_SHOWN:]
        items = [_point(point) for point in shown]
        if rest:
            left = sum(point.points for point in rest)
            items.append(
                rich.section(rich.text(f"{words.signed(left)}  {plural(len(rest), 'smaller reason')}"))
            )
        blocks.append(rich.block(rich.listing(items)))
        blocks.append(kit.context(f"Together {total}."))
    else:
        blocks.append(kit.context("No signal gave a point."))
    missing = [silence.not_known(entry, card.now, card.zone) for entry in card.not_known[:5]]
    if missing:
        blocks.append(kit.context("\n".join(missing)))
    return modal.view(CALLBACK, "Why this risk?", blocks)


def _point(point: RiskPoint) -> rich.Element:
    fact = f" — {text.plain(point.fact, 160)}" if point.fact else ""
    return rich.section(rich.text(f"{words.signed(point.points)}  {text.plain(point.reason, 120)}{fact}"))
