"""A step of an escalation: a broken promise, told to somebody who is not looking at the alert."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cards import alert, kit, words
from bot.cards.alert import AlertCard
from bot.cards.message import Block, Message
from bot.slack import text


@dataclass(frozen=True)
class Step:
    """Which step of which escalation, counted from 1, and for which time of how many."""

    escalation: str
    number: int
    of: int
    time: int = 1
    times: int = 1


@dataclass(frozen=True)
class CallCard:
    """`alert` as it stands. `step` None: it is over, or whoever draws it says who called.

    `group` is the user group that is called by name. `alert_url` leads to the alert's own message.
    """

    alert: AlertCard
    step: Step | None
    group: str | None = None
    alert_url: str | None = None


def render(card: CallCard) -> Message:
    shown = card.alert
    first = alert.first_line(shown)
    if card.group is not None and shown.live:
        first = words.dotted(first, text.mention_group(card.group))
    blocks: list[Block] = [
        kit.section(first),
        kit.context(words.dotted(alert.facts(shown, live=shown.live), _link(card))),
    ]
    if shown.live and card.step is not None:
        blocks.append(buttons(shown))
        blocks.append(kit.context(_step(card.step)))
    return Message(alert.fallback(shown), blocks)


def buttons(shown: AlertCard) -> Block:
    """What whoever is called about a promise can do."""
    held = shown.claimed_by is not None and not shown.holder_away
    return kit.actions(
        None if held else kit.button("Claim", "claim", shown.id, style="primary"),
        kit.button("Answer", "answer", shown.id, style="primary" if held else None),
        kit.overflow(
            kit.Item("Assign…", "assign", shown.id),
            alert.why_item(shown),
            kit.Item("Timeline", "timeline", shown.id),
        ),
    )


def _step(step: Step) -> str:
    place = f"Step {step.number} of {step.of}" if step.of > 1 else "The only step"
    turn = f", for the {_ordinal(step.time)} time of {step.times}" if step.times > 1 else ""
    return f"{place} of the escalation “{text.inline(step.escalation, 60)}”{turn}."


def _ordinal(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def _link(card: CallCard) -> str | None:
    return text.link(card.alert_url, "The alert") if card.alert_url else None
