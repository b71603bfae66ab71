"""What one rep has claimed, what the team should take next, and what will come (the answer to /inbox)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cards import kit, rows, words
from bot.cards.message import Block, Message
from bot.cards.values import ConversationLine
from bot.durations import plural

_MINE_SHOWN = 10
_NEXT_SHOWN = 5


@dataclass(frozen=True)
class InboxCard:
    """`mine` and `next` come by deadline. `next` holds unclaimed conversations, `unclaimed` counts them all.

    `next_due_at` is the first deadline to come when nothing is due yet.
    """

    now: datetime
    zone: str
    mine: tuple[ConversationLine, ...] = ()
    next: tuple[ConversationLine, ...] = ()
    unclaimed: int = 0
    waiting_on_customers: int = 0
    next_due_at: datetime | None = None


def render(card: InboxCard) -> Message:
    blocks: list[Block] = [kit.section(headline(card))]
    if card.mine:
        blocks.append(kit.context(f"Yours: {len(card.mine)}"))
        blocks.extend(
            rows.conversations(card.mine, card.now, card.zone, "answer", _MINE_SHOWN, " on the Home tab")
        )
    if card.next:
        blocks.append(kit.divider())
        blocks.append(kit.context(f"Next for the team: {card.unclaimed} unclaimed"))
        blocks.extend(
            rows.conversations(
                card.next, card.now, card.zone, "claim", _NEXT_SHOWN, ": `/claim next`", total=card.unclaimed
            )
        )
    return Message(_fallback(card), blocks)


def headline(card: InboxCard) -> str:
    """Whether this person has to act, and by when. The App Home begins with the same line."""
    due = [line.due for line in card.mine if line.due is not None]
    late = sum(words.is_late(each) for each in due)
    if late:
        first = min(due, key=lambda each: each.at)
        return f":rotating_light: *{_of_yours(late, len(card.mine))} late*, the oldest {_was(first.at, card)}"
    if due:
        first = min(due, key=lambda each: each.at)
        phrase = words.due_phrase(first, card.now)
        return f":hourglass_flowing_sand: *{phrase}*, {words.due_instant(first, card.now, card.zone)}"
    if any(line.due is not None for line in card.next):
        return f"*Nothing of yours is due.* {_team(card.next, card)}"
    return rows.nothing_due(card.waiting_on_customers, card.next_due_at, card.now, card.zone)


def _of_yours(late: int, mine: int) -> str:
    if mine == 1:
        return "Your 1 conversation is"
    return f"{late} of your {mine} conversations {'is' if late == 1 else 'are'}"


def _was(instant: datetime, card: InboxCard) -> str:
    return f"was due {words.when(instant, card.now, card.zone)}"


def _team(lines: Sequence[ConversationLine], card: InboxCard) -> str:
    first = min((line.due for line in lines if line.due is not None), key=lambda due: due.at)
    return f"The team's {words.due_line(first, card.now, card.zone)}."


def _fallback(card: InboxCard) -> str:
    late = sum(words.is_late(line.due) for line in card.mine)
    mine = plural(len(card.mine), "conversation")
    return f"You have {mine}, {late} late; {card.unclaimed} unclaimed in the team."
