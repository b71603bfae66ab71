"""What became of something that was to be done in Intercom, where the cards do not show it by themselves."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cards import kit, words
from bot.cards.message import Message
from bot.slack import text


@dataclass(frozen=True)
class OutcomeCard:
    """`what` was to be done ("close", "ticket 12"); `problem` is why it was not, `mend` what to do now,
    nothing where `problem` says it already.

    `freed`: the conversation is nobody's again.
    """

    what: str
    contact: str
    done: bool
    problem: str | None = None
    mend: str | None = None
    url: str | None = None
    freed: bool = False


def render(card: OutcomeCard) -> Message:
    name = text.inline(card.contact, 60)
    link = kit.open_in_intercom(card.url)
    if card.done:
        said = f":white_check_mark: *{text.inline(card.what, 80)}*: {name}"
        return Message(f"{text.inline(card.what, 80)}: {name}.", [kit.section(words.dotted(said, link))])
    why = kit.sentence(card.problem or "Intercom refused it.", 300)
    mend = "Do it in Intercom instead." if card.mend is None else card.mend
    mend = "It is free again." if card.freed else mend
    said = f":warning: *Not done: {text.inline(card.what, 80)}*, {name}. {why} {mend}".rstrip()
    return Message(
        f"Not done: {text.inline(card.what, 80)}, {name}.", [kit.section(words.dotted(said, link))]
    )
