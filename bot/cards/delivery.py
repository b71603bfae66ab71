"""What a rep reads about one answer on its way: still to be undone, sent, refused, or not confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.cards import kit, words
from bot.cards.message import Message
from bot.durations import plural
from bot.slack import text


class DeliveryState(StrEnum):
    QUEUED = "queued"
    AGAIN = "again"
    WAITING = "waiting"
    SENT = "sent"
    UNDONE = "undone"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True)
class DeliveryCard:
    """`id` is the answer's own, for Undo and Send again. `note` tells that only the team reads it.

    `undo_seconds` is how long Undo works; `undoable` that one which waits can still be taken back; `problem`
    what Intercom said, a sentence; `mend` what to do.
    """

    id: str
    state: DeliveryState
    contact: str
    now: datetime
    zone: str
    note: bool = False
    undo_seconds: int = 10
    sent_at: datetime | None = None
    problem: str | None = None
    mend: str | None = None
    url: str | None = None
    files: int = 0
    undoable: bool = False


def render(card: DeliveryCard) -> Message:
    blocks = [kit.section(_line(card))]
    button = _button(card)
    if button is not None:
        blocks.append(kit.actions(button))
    return Message(_fallback(card), blocks)


def _what(card: DeliveryCard) -> str:
    name = text.inline(card.contact, 60)
    files = f" with {plural(card.files, 'file')}" if card.files else ""
    return f"note on {name}{files}" if card.note else f"answer to {name}{files}"


def _line(card: DeliveryCard) -> str:
    link = kit.open_in_intercom(card.url)
    problem = " ".join(kit.sentence(each) for each in (card.problem, card.mend) if each)
    doing, done = ("Saving", "Saved") if card.note else ("Sending", "Sent")
    match card.state:
        case DeliveryState.QUEUED:
            return f"*{doing} in {card.undo_seconds} s*: {_what(card)}"
        case DeliveryState.AGAIN:
            return f"*{doing} again*: {_what(card)}. It is looked for in Intercom first."
        case DeliveryState.WAITING:
            why = problem or "Intercom does not take it now."
            return f"*Not {done.lower()} yet*: {_what(card)}. {why} {link or ''}".rstrip()
        case DeliveryState.SENT:
            at = f" {words.when(card.sent_at, card.now, card.zone)}" if card.sent_at else ""
            return words.dotted(f":white_check_mark: *{done}{at}*: {_what(card)}", link)
        case DeliveryState.UNDONE:
            return f"*Not {done.lower()}.* You took back the {_what(card)}."
        case DeliveryState.FAILED:
            why = problem or "Intercom refused it. Try again."
            return f":warning: *Not {done.lower()}*: {_what(card)}. {why} {link or ''}".rstrip()
        case DeliveryState.UNCONFIRMED:
            look = (
                problem
                or "Intercom did not confirm it and it is not there yet. Look before you send it again."
            )
            return f":warning: *Not confirmed*: {_what(card)}. {look} {link or ''}".rstrip()


def _button(card: DeliveryCard) -> kit.Element | None:
    if card.state is DeliveryState.QUEUED:
        return kit.button("Undo", "undo", card.id)
    if card.state is DeliveryState.WAITING and card.undoable:
        return kit.button("Take back", "undo", card.id)
    if card.state is DeliveryState.FAILED:
        return kit.button("Retry", "retry", card.id)
    if card.state is DeliveryState.UNCONFIRMED:
        reader = "Your team" if card.note else text.plain(card.contact, 60)
        again = kit.confirm("Send it again?", f"{reader} may then read it twice.", "Send again", danger=True)
        return kit.button("Send again", "resend", card.id, confirm=again)
    return None


def _fallback(card: DeliveryCard) -> str:
    done = "saved" if card.note else "sent"
    match card.state:
        case DeliveryState.QUEUED:
            return f"Your {_what(card)} goes out in {card.undo_seconds} s."
        case DeliveryState.AGAIN:
            return f"Your {_what(card)} is tried again."
        case DeliveryState.WAITING:
            return f"Your {_what(card)} is not {done} yet."
        case DeliveryState.SENT:
            return f"Your {_what(card)} is {done}."
        case DeliveryState.UNDONE | DeliveryState.FAILED:
            return f"Your {_what(card)} was not {done}."
        case DeliveryState.UNCONFIRMED:
            return f"Your {_what(card)} is not confirmed."
