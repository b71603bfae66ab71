"""An outbound message that somebody paused: told when it happens, edited when it is live again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cards import kit, silence, words
from bot.cards.message import Message
from bot.cards.values import Silent
from bot.durations import plural
from bot.slack import text

_SHOWN = 10


@dataclass(frozen=True)
class PausedCard:
    """`ended_at` is when `ended_by` put it live again; None: it is paused. `gone` is why it will not go
    on any more: "deleted", "archived" or "ended".

    `kind` is Intercom's word for what it is: message, campaign, series.
    """

    silent: Silent
    kind: str
    now: datetime
    zone: str
    ended_at: datetime | None = None
    ended_by: str | None = None
    gone: str = ""


@dataclass(frozen=True)
class FirstPausesCard:
    """What was paused before anybody looked, and still is; nothing: all of it is live again by now."""

    silent: tuple[Silent, ...]
    now: datetime
    zone: str


def render(card: PausedCard) -> Message:
    name = text.inline(card.silent.name)
    paused = _paused(card)
    if card.ended_at is not None:
        now = f"was {card.gone}" if card.gone else "is live again"
        by = f" by {text.inline(card.ended_by, 60)}" if card.ended_by else ""
        since = f"{words.when(card.ended_at, card.now, card.zone)}{by}"
        mark = "" if card.gone else ":white_check_mark: "
        return Message(
            f"“{name}” {now}.",
            [kit.section(f"{mark}*“{name}” {now}*, {since}"), kit.context(f"It was paused {paused}")],
        )
    sent = silence.usual(card.silent, card.now, card.zone)
    return Message(
        f"“{name}” was paused.",
        [
            kit.section(f":warning: *“{name}” was paused* {paused}"),
            kit.context(
                words.dotted(text.inline(card.kind, 30), sent, "it sends nothing until it is live again")
            ),
        ],
    )


def render_first(card: FirstPausesCard) -> Message:
    if not card.silent:
        said = "All that was paused when Watchbell was installed is live again."
        return Message(said, [kit.section(said)])
    head = f"{plural(len(card.silent), 'outbound message')} {'is' if len(card.silent) == 1 else 'are'} paused"
    lines = [silence.silent(each, card.now, card.zone) for each in card.silent[:_SHOWN]]
    hidden = len(card.silent) - _SHOWN
    if hidden > 0:
        lines.append(f"and {hidden} more: `/watchbell status`")
    return Message(
        f"{head} in Intercom.",
        [
            kit.section(f":warning: *{head}*, since before Watchbell was installed"),
            kit.section("\n".join(lines)),
            kit.context("From now on each pause gets a message of its own."),
        ],
    )


def _paused(card: PausedCard) -> str:
    by = f" by {text.inline(card.silent.paused_by, 60)}" if card.silent.paused_by else ""
    when = words.when(card.silent.paused_at, card.now, card.zone) if card.silent.paused_at else ""
    return f"{when}{by}".strip()
