"""Something of Intercom is not read any more, or is again: told once where the team looks, then edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cards import kit, words
from bot.cards.message import Message
from bot.slack import text


@dataclass(frozen=True)
class UnreadCard:
    """`what` is not read ("Intercom"), what that `means` and the `mend`: a sentence or two each.

    `last` is when it was read last, None when never; `again` since when it is read again. `given_up`: it is
    not to be read any more.
    """

    what: str
    now: datetime
    zone: str
    last: datetime | None
    means: str = ""
    mend: str = ""
    again: datetime | None = None
    given_up: bool = False


def render(card: UnreadCard) -> Message:
    what = text.inline(card.what, 60)
    if card.given_up:
        given_up = f"{what} is not to be read any more"
        before = f"last read {words.when(card.last, card.now, card.zone)}" if card.last else None
        told = words.dotted(f"*{given_up}*", before)
        return Message(f"{given_up}.", [kit.section(f":white_check_mark: {told}")])
    if card.again is not None:
        since = f"since {words.when(card.again, card.now, card.zone)}"
        before = f"before that last {words.when(card.last, card.now, card.zone)}" if card.last else None
        return Message(
            f"{what} is read again.",
            [kit.section(f":white_check_mark: *{what} is read again* {words.dotted(since, before)}")],
        )
    if card.last is None:
        said, shown = f"{what} cannot be read.", f"*{what} cannot be read*, and was never read so far"
    else:
        said = f"{what} is not read any more, last {words.when_plain(card.last, card.now, card.zone)}."
        shown = f"*{what} is not read any more*, last {words.when(card.last, card.now, card.zone)}"
    more = kit.context(kit.sentence(f"{card.means} {card.mend}"))
    return Message(said, [kit.section(f":warning: {shown}"), more])
