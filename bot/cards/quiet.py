"""Something that speaks all the time has gone quiet, or speaks again: told once, then edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cards import kit, words
from bot.cards.message import Message
from bot.slack import text


@dataclass(frozen=True)
class QuietCard:
    """`nothing` says what does not come ("No customer has written by WhatsApp"), `usual` what would be usual,
    `mend` what to look at; sentences of our own but for `name`. `again`: since when it comes again.
    """

    nothing: str
    comes: str
    since: datetime
    now: datetime
    zone: str
    name: str = ""
    usual: str = ""
    mend: str = ""
    again: datetime | None = None


def render(card: QuietCard) -> Message:
    name = f" {text.inline(card.name, 80)}" if card.name else ""
    since = words.when(card.since, card.now, card.zone)
    if card.again is not None:
        comes = f"{card.comes}{name} again"
        when = words.dotted(
            f"since {words.when(card.again, card.now, card.zone)}", f"before that last {since}"
        )
        return Message(f"{comes}.", [kit.section(f":white_check_mark: *{comes}* {when}")])
    nothing = f"{card.nothing}{name}"
    said = f"{nothing} since {words.when_plain(card.since, card.now, card.zone)}."
    return Message(
        said,
        [
            kit.section(f":warning: *{nothing}* since {since}"),
            kit.context(kit.sentence(f"{card.usual} {card.mend}")),
        ],
    )
