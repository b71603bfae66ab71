"""Many promises in danger at once: one message with a line for each, edited until the last is settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cards import alert, kit, words
from bot.cards.alert import AlertCard
from bot.cards.message import Block, Message
from bot.durations import plural
from bot.slack import text

_WITH_MENU = 12
_AS_LINES = 24


@dataclass(frozen=True)
class BurstCard:
    """The alerts in the order in which they came."""

    alerts: tuple[AlertCard, ...]
    now: datetime
    zone: str


def render(card: BurstCard) -> Message:
    live = sorted((each for each in card.alerts if each.live), key=lambda each: each.due.at)
    over = [each for each in card.alerts if not each.live]
    if not live:
        head = f"All {plural(len(over), 'alert')} of this minute are settled"
        blocks: list[Block] = [kit.section(f":white_check_mark: *{head}*")]
        blocks.append(kit.section(_lines(over)))
        return Message(f"{head}.", blocks)
    late = sum(1 for each in live if words.is_late(each.due))
    free = sum(1 for each in live if each.claimed_by is None or each.holder_away)
    head = f"{plural(len(live), 'promise')} in danger at once"
    emoji = ":rotating_light:" if late else ":hourglass_flowing_sand:"
    counts = words.dotted(
        f"{late} late" if late else None,
        f"{len(live) - late} due soon" if len(live) > late else None,
        f"{free} unclaimed" if free else "all claimed",
        f"{len(over)} settled" if over else None,
    )
    blocks = [kit.section(f"{emoji} *{head}* · {counts}")]
    blocks += [kit.section(_line(each), _menu(each)) for each in live[:_WITH_MENU]]
    if len(live) > _WITH_MENU:
        blocks.append(kit.section(_lines(live[_WITH_MENU:])))
    if over:
        blocks.append(kit.context(_lines(over, most=8)))
    if free:
        blocks.append(kit.actions(kit.button("Claim next", "claim_next", "burst", style="primary")))
    return Message(f"{head}: {counts.replace(' · ', ', ')}.", blocks)


def _line(card: AlertCard) -> str:
    _, phrase = alert.headline(card)
    account = text.inline(card.account.name, 80) if card.account else None
    who = f"{text.inline(card.contact, 60)}, {words.channel_name(card.channel)}"
    owner = None
    if card.live:
        owner = words.claimed([card.claimed_by] if card.claimed_by else [])
    return words.dotted(phrase, account, who, owner, kit.open_in_intercom(card.url))


def _lines(cards: list[AlertCard], most: int = _AS_LINES) -> str:
    shown = [f"• {_line(each)}" for each in cards[:most]]
    hidden = len(cards) - most
    if hidden > 0:
        shown.append(f"and {hidden} more: `/inbox` shows what is left")
    return "\n".join(shown)


def _menu(card: AlertCard) -> kit.Element | None:
    held = card.claimed_by is not None and not card.holder_away
    return kit.overflow(
        None if held else kit.Item("Claim", "claim", card.id),
        kit.Item("Answer", "answer", card.id),
        kit.Item("Assign…", "assign", card.id),
        kit.Item("Why?", "why", card.id),
        kit.Item("Not a promise", "dismiss", card.id) if card.due.clock.is_reply else None,
    )
