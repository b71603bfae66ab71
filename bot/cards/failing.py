"""A part of the bot's own work fails, or does no longer: told once where the team looks, then edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cards import kit, words
from bot.cards.message import Message
from bot.slack import text

MEND = (
    "Everything else goes on, and Watchbell goes on trying. The log has the reason (tick_failed): please "
    "report it. Where it has none, restart Watchbell."
)


@dataclass(frozen=True)
class FailingCard:
    """`what` is done ("Making digests") fails since `since`, until `over`; None: it still does."""

    what: str
    since: datetime
    now: datetime
    zone: str
    over: datetime | None = None


def render(card: FailingCard) -> Message:
    what, since = text.inline(card.what, 60), words.when(card.since, card.now, card.zone)
    if card.over is not None:
        over = f"since {words.when(card.over, card.now, card.zone)}"
        told = words.dotted(f"*{what} fails no more* {over}", f"it had failed since {since}")
        return Message(f"{what} fails no more.", [kit.section(f":white_check_mark: {told}")])
    said = f"{what} has failed since {words.when_plain(card.since, card.now, card.zone)}."
    more = kit.context(kit.sentence(MEND))
    return Message(said, [kit.section(f":warning: *{what} has failed* since {since}"), more])
