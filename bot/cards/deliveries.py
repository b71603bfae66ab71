"""What a rep reads about one answer on its way to several people: each with its own outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cards import kit, readers, words
from bot.cards.delivery import DeliveryState, LeftOpen, still_open
from bot.cards.message import Block, Message
from bot.cards.readers import Also
from bot.durations import plural
from bot.slack import text

_SHOWN = 30
_BLOCKS = 50
"""So many a message may have."""


@dataclass(frozen=True)
class OneOfMany:
    """`id` is this answer's own, for Send again and Retry; `left_open` says why the conversation was not
    closed or snoozed after it. `words_kept`: what did not arrive, or was taken back, can be written again
    from its words. `undoable`: it can still be taken back. `in_vain`: as it stands it cannot be sent once
    more, for something was said there meanwhile, or the conversation or the seat is gone. `also` read it
    besides `contact`."""

    id: str
    contact: str
    channel: str
    state: DeliveryState
    problem: str | None = None
    url: str | None = None
    left_open: LeftOpen | None = None
    words_kept: bool = False
    undoable: bool = False
    in_vain: bool = False
    also: tuple[Also, ...] = ()


@dataclass(frozen=True)
class DeliveriesCard:
    """`id` is any of the answers' ids: Undo takes back all that has not left."""

    id: str
    answers: Sequence[OneOfMany]
    now: datetime
    zone: str
    undo_seconds: int = 10


def render(card: DeliveriesCard) -> Message:
    shown = card.answers[:_SHOWN]
    blocks: list[Block] = [kit.section(f"{_emoji(card)}*{_headline(card)}*")]
    room = _BLOCKS - 2 - len(shown)
    for each in shown:
        said = _one(each, with_buttons_below=room > 0)
        room -= len(said) - 1
        blocks.extend(said)
    if any(each.undoable for each in card.answers):
        blocks.append(kit.actions(kit.button("Undo all not yet sent", "undo_all", card.id)))
    return Message(f"{_headline(card)}.", blocks)


def _emoji(card: DeliveriesCard) -> str:
    states = {each.state for each in card.answers}
    if states & {DeliveryState.FAILED, DeliveryState.UNCONFIRMED}:
        return ":warning: "
    return ":white_check_mark: " if states == {DeliveryState.SENT} else ""


def _headline(card: DeliveriesCard) -> str:
    # One reader each, else more read it than there are answers.
    together = any(each.also for each in card.answers)
    answers, people = (
        plural(len(card.answers), "answer"),
        f"to {plural(len(card.answers), 'person', 'people')}",
    )
    queued = _count(card, DeliveryState.QUEUED)
    if queued == len(card.answers) and all(each.undoable for each in card.answers):
        return f"Sending {answers if together else people} in {card.undo_seconds} s"
    told = {
        DeliveryState.SENT: "sent",
        DeliveryState.QUEUED: "on its way" if queued == 1 else "on their way",
        DeliveryState.AGAIN: "tried again",
        DeliveryState.WAITING: "not sent yet",
        DeliveryState.LOOKED_FOR: "looked for in Intercom",
        DeliveryState.UNCONFIRMED: "not confirmed",
        DeliveryState.FAILED: "not sent",
        DeliveryState.UNDONE: "taken back",
    }
    counted = [(_count(card, state), what) for state, what in told.items()]
    said = [f"{count} {what}" for count, what in counted if count]
    return f"{answers if together else f'Answer {people}'}: {words.joined(said)}"


def _count(card: DeliveriesCard, state: DeliveryState) -> int:
    return sum(each.state is state for each in card.answers)


def _one(answer: OneOfMany, *, with_buttons_below: bool) -> list[Block]:
    """How one answer stands. Without room below one that did not arrive has its first button alone."""
    name = f"{text.inline(answer.contact, 60)}{readers.more(answer.also)}"
    who = f"{name}, {words.channel_name(answer.channel)}"
    match answer.state:
        case DeliveryState.QUEUED:
            return [kit.context(f"on its way · {who}")]
        case DeliveryState.AGAIN:
            return [kit.context(f"tried again · {who}. It is looked for in Intercom first.")]
        case DeliveryState.LOOKED_FOR:
            return [kit.context(f"not confirmed yet, it is looked for in Intercom · {who}")]
        case DeliveryState.WAITING:
            why = kit.sentence(answer.problem or "Intercom does not take it now.", 300)
            return [kit.context(f"not sent yet · {who}. {why} It is tried again by itself.")]
        case DeliveryState.UNDONE:
            if not answer.words_kept:
                return [kit.context(f"taken back · {who}")]
            return [kit.section(f"Taken back: {who}", _rewrite(answer))]
        case DeliveryState.SENT:
            left = still_open(answer.left_open) if answer.left_open else None
            return [kit.context(words.dotted("sent", who, left, kit.open_in_intercom(answer.url)))]
        case DeliveryState.UNCONFIRMED:
            look = f"Not confirmed: {who}. Intercom did not confirm it. Look before you send it again."
            said = words.dotted(look, kit.open_in_intercom(answer.url))
        case DeliveryState.FAILED:
            said = f"Not sent: {who}. {kit.sentence(answer.problem or 'Intercom refused it.', 300)}"
    if answer.in_vain and answer.words_kept:
        return [kit.section(said, _rewrite(answer))]
    if answer.words_kept and with_buttons_below:
        return [kit.section(said), kit.actions(_once_more(answer), _rewrite(answer))]
    return [kit.section(said, _once_more(answer))]


def _once_more(answer: OneOfMany) -> kit.Element:
    if answer.state is DeliveryState.FAILED:
        return kit.button("Retry", "retry", answer.id)
    reader = f"{text.plain(answer.contact, 60)}{readers.more(answer.also)}"
    ask = kit.confirm("Send it again?", f"{reader} may then read it twice.", "Send again", danger=True)
    return kit.button("Send again", "resend", answer.id, confirm=ask)


def _rewrite(answer: OneOfMany) -> kit.Element:
    return kit.button("Answer…", "rewrite", answer.id)
