"""The modal that puts a conversation away until a chosen time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from bot.cards import kit, modal, rows, words, writing
from bot.cards.message import Block, View
from bot.cards.values import Clock, ConversationLine, Due
from bot.cards.writing import Conflict, Seen, SnoozeChoice
from bot.slack import text

CALLBACK = "wb:snooze"
UNTIL = "until"


class Promise(StrEnum):
    """What becomes of a promise while its conversation is snoozed.

    It runs on, it stands still and is due later, or nothing rings meanwhile and it is due when it was.
    """

    RUNS = "runs"
    PAUSED = "paused"
    QUIET = "quiet"


@dataclass(frozen=True)
class SnoozeCard:
    """`choices` are one to ten, in order of time. `seen` comes back on submit, which compares it with what is
    so by then, and shows the `conflict`. `over` counts submissions whose choice was past by then. `promise`
    is told where a reply is due; `others` are what else is owed and does not run on.
    """

    line: ConversationLine
    now: datetime
    zone: str
    choices: tuple[SnoozeChoice, ...]
    seen: Seen = field(default_factory=Seen)
    conflict: Conflict | None = None
    over: int = 0
    promise: Promise = Promise.RUNS
    others: tuple[tuple[Clock, Promise], ...] = ()


@dataclass(frozen=True)
class Snoozed:
    """`over` as in the card."""

    conversation_id: str
    until: datetime
    seen: Seen = field(default_factory=Seen)
    over: int = 0


def render(card: SnoozeCard) -> View:
    options = [
        kit.option(text.plain(choice.label, 75), str(text.seconds_of(choice.until)))
        for choice in card.choices[:10]
    ]
    about = kit.section(rows.conversation_text(card.line, card.now, card.zone))
    blocks: list[Block] = [about, kit.context(rows.claimed(card.line))]
    if card.line.due is not None:
        blocks.append(kit.context(_promise(card, card.line.due)))
    blocks += [kit.context(_other(clock, promise)) for clock, promise in card.others]
    if card.over:
        blocks.append(kit.section(":warning: Nothing was done: that time is over. Choose again."))
    # Slack keeps what was chosen as long as its input has its name, and that is not offered any more.
    blocks.append(modal.radio(_until(card.over), "Snooze until", options))
    submit = "Snooze"
    if card.conflict is not None:
        blocks[:0] = writing.not_done(card.conflict, card.now, card.zone, "Nothing was snoozed.")
        submit = "Snooze anyway"
    title = modal.titled("Snooze", card.line.contact)
    private = {"conversation": card.line.id, "over": card.over, **card.seen.kept()}
    return modal.view(CALLBACK, title, blocks, submit=submit, private=private)


def read(view: Mapping[str, Any]) -> Snoozed:
    """What was chosen. Raises modal.NotOurs for a view of another kind or without a choice."""
    private = modal.private(view)
    conversation, over = private.get("conversation"), private.get("over")
    over = over if isinstance(over, int) else 0
    until = modal.chosen(view, _until(over))
    if not conversation or not until:
        raise modal.NotOurs("the view names no conversation or no time")
    until_at = datetime.fromtimestamp(int(until), UTC)
    return Snoozed(str(conversation), until_at, writing.seen(private), over)


def _promise(card: SnoozeCard, due: Due) -> str:
    # What is late already is late whatever happens: no snooze moves a deadline that has passed.
    coming = not words.is_late(due)
    if coming and card.promise is Promise.PAUSED:
        return "The promise stands still while it is snoozed, and goes on after that."
    stays = f"The reply stays due, {words.due_instant(due, card.now, card.zone)}."
    quiet = coming and card.promise is Promise.QUIET
    return f"{stays} Nothing rings for it while it is snoozed." if quiet else stays


def _other(clock: Clock, promise: Promise) -> str:
    owed = words.lower_first(words.promise(clock))
    if promise is Promise.PAUSED:
        return f"The {owed}'s promise stands still while it is snoozed, and goes on after that."
    return f"Nothing rings for the {owed} while it is snoozed."


def _until(over: int) -> str:
    return f"{UNTIL}{over}" if over else UNTIL
