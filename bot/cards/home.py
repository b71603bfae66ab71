"""The App Home: mine, next, at risk, what went silent, and how the bot itself is."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cards import inbox, kit, rows, silence, status
from bot.cards.message import Block, View
from bot.cards.values import AtRisk, NotKnown, Silent

CALLBACK = "wb:home"
_MINE_SHOWN = 15
_NEXT_SHOWN = 8
_RISK_SHOWN = 5
_QUIET_SHOWN = 5


@dataclass(frozen=True)
class HomeCard:
    """`inbox` is what /inbox tells the same person; `notice` a sentence near the top (no seat linked)."""

    inbox: inbox.InboxCard
    health: status.Health
    at_risk: tuple[AtRisk, ...] = ()
    silent: tuple[Silent, ...] = ()
    not_known: tuple[NotKnown, ...] = ()
    notice: str | None = None


def render(card: HomeCard) -> View:
    now, zone = card.inbox.now, card.inbox.zone
    blocks: list[Block] = [kit.section(inbox.headline(card.inbox))]
    if card.notice:
        blocks.append(kit.context(kit.sentence(card.notice)))
    blocks.extend([*_mine(card.inbox), *_next(card.inbox), *_at_risk(card), *_quiet(card)])
    blocks.extend([kit.divider(), kit.context(status.line(card.health, now, zone))])
    return {"type": "home", "callback_id": CALLBACK, "blocks": blocks}


def _mine(card: inbox.InboxCard) -> list[Block]:
    if not card.mine:
        empty = "You have claimed nothing. What you claim stands here, by deadline."
        return [kit.heading("Mine"), kit.context(empty)]
    lines = rows.conversations(card.mine, card.now, card.zone, "answer", _MINE_SHOWN, " of yours in Intercom")
    return [kit.heading(f"Mine: {len(card.mine)}"), *lines]


def _next(card: inbox.InboxCard) -> list[Block]:
    if not card.next:
        empty = rows.nothing_due(card.waiting_on_customers, card.next_due_at, card.now, card.zone)
        return [kit.heading("Next"), kit.context(empty)]
    return [
        kit.heading(f"Next: {card.unclaimed} unclaimed"),
        *rows.conversations(
            card.next, card.now, card.zone, "claim", _NEXT_SHOWN, ", by deadline", total=card.unclaimed
        ),
        kit.actions(kit.button("Claim next", "claim_next", "home", style="primary")),
    ]


def _at_risk(card: HomeCard) -> list[Block]:
    blocks = [kit.heading("At risk")]
    if not card.at_risk:
        return [*blocks, kit.context("No account is at risk. One appears here when its risk reaches medium.")]
    for place, entry in enumerate(card.at_risk[:_RISK_SHOWN], start=1):
        blocks.extend(rows.at_risk(place, entry, card.inbox.now, card.inbox.zone))
    if len(card.at_risk) > _RISK_SHOWN:
        blocks.append(kit.context(f"and {len(card.at_risk) - _RISK_SHOWN} more: `/atrisk`"))
    return blocks


def _quiet(card: HomeCard) -> list[Block]:
    now, zone = card.inbox.now, card.inbox.zone
    lines = [silence.silent(entry, now, zone) for entry in card.silent[:_QUIET_SHOWN]]
    lines += [silence.not_known(entry, now, zone) for entry in card.not_known[:_QUIET_SHOWN]]
    if not lines:
        return []
    return [kit.heading("Pulse"), kit.section("\n".join(lines))]


def refused(sentence: str) -> View:
    """For somebody who may not use the bot: why, and nothing of the customers."""
    return {"type": "home", "callback_id": CALLBACK, "blocks": [kit.section(kit.sentence(sentence))]}
