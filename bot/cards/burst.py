"""Many promises in danger at once: one message with a line for each, edited until the last is settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cards import alert, call, kit, words
from bot.cards.alert import AlertCard, AlertState
from bot.cards.message import Block, Message
from bot.durations import plural
from bot.slack import text

_WITH_MENU = 12
_A_SECTION = 8
_NAMED = 40
_SETTLED = 8
_ROOM = 10_500
"""Characters of all lines: Slack takes 50 blocks and about 12,000 characters in a message."""


@dataclass(frozen=True)
class BurstCard:
    """The alerts in the order in which they came.

    `escalations`: it is a call of these, which names `group`, if it is one that is called. `alert_url` leads
    to the alert of the only one that is called about.
    """

    alerts: tuple[AlertCard, ...]
    now: datetime
    zone: str
    escalations: tuple[str, ...] = ()
    group: str | None = None
    alert_url: str | None = None


def render(card: BurstCard) -> Message:
    if len(card.alerts) == 1:
        return _alone(card, card.alerts[0])
    live = sorted((each for each in card.alerts if each.live), key=_first_due)
    over = [each for each in card.alerts if not each.live]
    if not live:
        what = "promise" if card.escalations else "alert"
        head = f"All {plural(len(over), what)} of this minute are settled"
        blocks: list[Block] = [kit.section(f":white_check_mark: *{head}*")]
        lines = _lines(over, _NAMED, _ROOM)
        blocks += _sections(lines)
        if len(over) > len(lines):
            blocks.append(kit.context(f"and {len(over) - len(lines)} more"))
        return Message(f"{head}.", blocks)
    late = sum(1 for each in live if words.is_late(each.due))
    paused = sum(1 for each in live if each.state is AlertState.PAUSED)
    soon = len(live) - late - paused
    free = sum(1 for each in live if each.claimed_by is None or each.holder_away)
    head = f"{plural(len(live), 'promise')} in danger at once"
    emoji = ":rotating_light:" if late else ":hourglass_flowing_sand:"
    counts = words.dotted(
        f"{late} late" if late else None,
        f"{soon} due soon" if soon else None,
        f"{paused} paused" if paused else None,
        f"{free} unclaimed" if free else "all claimed",
        f"{len(over)} settled" if over else None,
    )
    group = text.mention_group(card.group) if card.group else None
    blocks = [kit.section(words.dotted(f"{emoji} *{head}*", counts, group))]
    lines = _lines(live, _NAMED, _ROOM)
    blocks += [kit.section(line, _menu(each)) for line, each in zip(lines[:_WITH_MENU], live, strict=False)]
    blocks += _sections(lines[_WITH_MENU:])
    if len(live) > len(lines):
        blocks.append(kit.context(f"and {len(live) - len(lines)} more: `/inbox` shows what is left"))
    read = next((each.last_read for each in live if each.last_read is not None), None)
    if read is not None:
        blocks.append(kit.context(words.old_facts(read, card.now, card.zone)))
    if card.escalations:
        blocks.append(_called_by(card))
    if over:
        blocks.append(kit.context(_settled(over, _ROOM - sum(map(len, lines)))))
    if free:
        blocks.append(kit.actions(kit.button("Claim next", "claim_next", "burst", style="primary")))
    return Message(f"{head}: {counts.replace(' · ', ', ')}.", blocks)


def _alone(card: BurstCard, only: AlertCard) -> Message:
    """One promise is told like any other, until more come to it."""
    if card.escalations:
        called = call.render(call.CallCard(only, None, card.group, card.alert_url))
        blocks, then = called.blocks, [call.buttons(only), _called_by(card)]
    else:
        first, facts = alert.first_line(only), alert.facts(only, live=only.live)
        blocks, then = [kit.section(first), kit.context(facts)], [alert.buttons(only)]
    return Message(alert.fallback(only), [*blocks, *then] if only.live else blocks)


def _called_by(card: BurstCard) -> Block:
    named = words.joined([f"“{text.inline(each, 60)}”" for each in card.escalations[:5]])
    which = "escalation" if len(card.escalations) == 1 else "escalations"
    return kit.context(f"Called by the {which} {named}.")


def _first_due(card: AlertCard) -> tuple[bool, datetime]:
    return card.state is AlertState.PAUSED, card.due.at


def _line(card: AlertCard) -> str:
    _, phrase = alert.headline(card)
    account = text.inline(card.account.name, 80) if card.account else None
    who = f"{text.inline(card.contact, 60)}, {words.channel_name(card.channel)}"
    owner = None
    if card.live:
        claimed_by = (card.claimed_by,) if card.claimed_by else ()
        owner = words.owners(claimed_by, claimed_by if card.holder_away else (), 0)
    return words.dotted(phrase, account, who, owner, kit.open_in_intercom(card.url))


def _lines(cards: list[AlertCard], most: int, room: int) -> list[str]:
    """A line for each of the first, as far as there is room."""
    lines: list[str] = []
    for each in cards[:most]:
        line = _line(each)
        room -= len(line)
        if room < 0:
            break
        lines.append(line)
    return lines


def _sections(lines: list[str]) -> list[Block]:
    """Sections of a few lines, none so long that it would be cut."""
    parts: list[list[str]] = []
    for line in (f"• {each}" for each in lines):
        full = not parts or len(parts[-1]) == _A_SECTION
        if full or len("\n".join([*parts[-1], line])) > kit.TEXT_LIMIT:
            parts.append([])
        parts[-1].append(line)
    return [kit.section("\n".join(each)) for each in parts]


def _settled(over: list[AlertCard], room: int) -> str:
    lines = _lines(over, _SETTLED, min(room, kit.TEXT_LIMIT - 100))
    said = [f"• {line}" for line in lines]
    if len(over) > len(lines):
        said.append(f"and {len(over) - len(lines)} more settled")
    return "\n".join(said)


def _menu(card: AlertCard) -> kit.Element | None:
    held = card.claimed_by is not None and not card.holder_away
    return kit.overflow(
        None if held else kit.Item("Claim", "claim", card.id),
        kit.Item("Answer", "answer", card.id),
        kit.Item("Assign…", "assign", card.id),
        alert.why_item(card),
        kit.Item("Not a promise", "dismiss", card.id) if card.due.clock.is_reply else None,
    )
