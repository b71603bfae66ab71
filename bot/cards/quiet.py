"""Something that speaks all the time has gone quiet, speaks again or is given up: told once, then edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cards import kit, words
from bot.cards.message import Message
from bot.slack import text


@dataclass(frozen=True, slots=True)
class Source:
    """How it is called: that `nothing` comes of it ("No customer has begun a conversation by WhatsApp"), that
    it `comes`, what to look at to `mend` it, and that it is `given_up`. Sentences of our own; `name` is
    anybody's.
    """

    nothing: str
    comes: str
    mend: str
    name: str = ""
    given_up: str = ""


@dataclass(frozen=True)
class QuietCard:
    """`source` is quiet since `since`; `usual` says what would be usual. `again`: since when it comes.
    `given_up`: nothing is expected of it any more. `never`: it was not heard before, and `since` is since
    when it was listened for.
    """

    source: Source
    since: datetime
    now: datetime
    zone: str
    usual: str = ""
    again: datetime | None = None
    given_up: bool = False
    never: bool = False


def render(card: QuietCard) -> Message:
    source, since = card.source, words.when(card.since, card.now, card.zone)
    name = f" {text.inline(source.name, 80)}" if source.name else ""
    if card.given_up:
        given_up = f"{source.given_up}{name}"
        last = "none had come" if card.never else f"the last came {since}"
        told = words.dotted(f"*{given_up}*", last)
        return Message(f"{given_up}.", [kit.section(f":white_check_mark: {told}")])
    if card.again is not None:
        comes = f"{source.comes}{name}{'' if card.never else ' again'}"
        before = f"none had come since {since}" if card.never else f"before that last {since}"
        when = words.dotted(f"since {words.when(card.again, card.now, card.zone)}", before)
        return Message(f"{comes}.", [kit.section(f":white_check_mark: *{comes}* {when}")])
    nothing = f"{source.nothing}{name}"
    said = f"{nothing} since {words.when_plain(card.since, card.now, card.zone)}."
    more = kit.context(kit.sentence(f"{card.usual} {source.mend}"))
    return Message(said, [kit.section(f":warning: *{nothing}* since {since}"), more])
