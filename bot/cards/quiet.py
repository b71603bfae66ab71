"""Something that speaks all the time has gone quiet, or speaks again: told once, then edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cards import kit, words
from bot.cards.message import Message
from bot.slack import text


@dataclass(frozen=True, slots=True)
class Source:
    """How it is called: that `nothing` comes of it ("No customer has begun a conversation by WhatsApp"), that
    it `comes`, and what to look at to `mend` it. Sentences of our own; `name` is anybody's.
    """

    nothing: str
    comes: str
    mend: str
    name: str = ""


@dataclass(frozen=True)
class QuietCard:
    """`source` is quiet since `since`; `usual` says what would be usual. `again`: since when it comes."""

    source: Source
    since: datetime
    now: datetime
    zone: str
    usual: str = ""
    again: datetime | None = None


def render(card: QuietCard) -> Message:
    source, since = card.source, words.when(card.since, card.now, card.zone)
    name = f" {text.inline(source.name, 80)}" if source.name else ""
    if card.again is not None:
        comes = f"{source.comes}{name} again"
        when = words.dotted(
            f"since {words.when(card.again, card.now, card.zone)}", f"before that last {since}"
        )
        return Message(f"{comes}.", [kit.section(f":white_check_mark: *{comes}* {when}")])
    nothing = f"{source.nothing}{name}"
    said = f"{nothing} since {words.when_plain(card.since, card.now, card.zone)}."
    more = kit.context(kit.sentence(f"{card.usual} {source.mend}"))
    return Message(said, [kit.section(f":warning: *{nothing}* since {since}"), more])
