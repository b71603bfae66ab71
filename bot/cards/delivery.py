"""What a rep reads about one answer on its way: still to be undone, sent, refused, or not confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.cards import kit, modal, readers, words, writing
from bot.cards.message import Message, View
from bot.cards.readers import Also
from bot.cards.values import Said
from bot.durations import plural
from bot.slack import text

CALLBACK = "wb:leaving"


class DeliveryState(StrEnum):
    QUEUED = "queued"
    AGAIN = "again"
    WAITING = "waiting"
    LOOKED_FOR = "looked_for"
    SENT = "sent"
    UNDONE = "undone"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True)
class LeftOpen:
    """A conversation was not `done` ("closed"), for its `writer` wrote while the answer was on its way.

    `writer` is None where nobody did, and the time until which it was to be snoozed is over.
    """

    done: str
    writer: str | None


@dataclass(frozen=True)
class DeliveryCard:
    """`id` is the answer's own, for Undo and Send again. `note` tells that only the team reads it.
    `left_open` says why the conversation was not closed or snoozed after it.

    `undo_seconds` is how long Undo works; `undoable` that one which waits can still be taken back; `problem`
    what Intercom said, a sentence; `mend` what to do. `words_kept`: it can be written again from its words,
    without its files. `since` is what was said there meanwhile: over that it is not sent once more unseen.
    `in_vain`: sent once more, it would be refused again. `also` read an answer besides `contact`.
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
    left_open: LeftOpen | None = None
    url: str | None = None
    files: int = 0
    undoable: bool = False
    words_kept: bool = False
    since: Said | None = None
    in_vain: bool = False
    also: tuple[Also, ...] = ()


@dataclass(frozen=True)
class Leaving:
    """An answer that has been sent off, told where it was written: `leaves_at` is until when Undo works.

    `id` is the answer's own; `note` and `also` as in `DeliveryCard`.
    """

    id: str
    contact: str
    note: bool
    leaves_at: datetime
    zone: str
    also: tuple[Also, ...] = ()


@dataclass(frozen=True)
class TakenBack:
    """What came of Undo, told where it was pressed: `said` is a sentence, the others as in `DeliveryCard`."""

    id: str
    said: str
    note: bool
    words_kept: bool


def taken_back(told: TakenBack) -> Message:
    button = _again(told.id, told.note) if told.words_kept else None
    return Message(told.said, [kit.section(told.said, button)])


def leaving(told: Leaving) -> Message:
    """One line with Undo: what stands in the alert's thread, or in a direct message, is easily overlooked."""
    line = _leaving(told)
    return Message(line, [kit.section(line, kit.button("Undo", "undo", told.id))])


def leaving_window(told: Leaving) -> View:
    """The same in the window in which it was written."""
    return modal.view(CALLBACK, "Watchbell", leaving(told).blocks)


def _leaving(told: Leaving) -> str:
    name = text.inline(told.contact, 60)
    what = f"note on {name}" if told.note else f"answer to {name}{readers.more(told.also)}"
    doing = "is saved" if told.note else "goes out"
    return f"Your {what} {doing} at {told.leaves_at.astimezone(words.zone_of(told.zone)):%H:%M:%S}."


def render(card: DeliveryCard) -> Message:
    blocks = [kit.section(_line(card))]
    if card.since is not None:
        blocks.append(writing.said_block(card.since, card.now, card.zone))
    buttons = [each for each in (_button(card), _anew(card)) if each is not None]
    if buttons:
        blocks.append(kit.actions(*buttons))
    return Message(_fallback(card), blocks)


def still_open(left: LeftOpen) -> str:
    if left.writer is None:
        return f"Not {left.done}: that time is over."
    return f"Not {left.done}: {text.inline(left.writer, 60)} wrote meanwhile."


def _what(card: DeliveryCard) -> str:
    name = text.inline(card.contact, 60)
    files = f" with {plural(card.files, 'file')}" if card.files else ""
    return f"note on {name}{files}" if card.note else f"answer to {name}{readers.more(card.also)}{files}"


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
        case DeliveryState.LOOKED_FOR:
            return f"*Not confirmed yet*: {_what(card)}. It is looked for in Intercom. {link or ''}".rstrip()
        case DeliveryState.SENT:
            at = f" {words.when(card.sent_at, card.now, card.zone)}" if card.sent_at else ""
            left = f". {still_open(card.left_open)}" if card.left_open else ""
            return words.dotted(f":white_check_mark: *{done}{at}*: {_what(card)}{left}", link)
        case DeliveryState.UNDONE:
            return f"*Not {done.lower()}.* You took back the {_what(card)}.{_lost(card)}"
        case DeliveryState.FAILED:
            why = problem or "Intercom refused it. Try again."
            lost = _lost(card) if card.since is not None or card.in_vain else ""
            return f":warning: *Not {done.lower()}*: {_what(card)}. {why}{lost} {link or ''}".rstrip()
        case DeliveryState.UNCONFIRMED:
            look = "Intercom did not confirm it, and it is not there. Look before you send it again."
            return f":warning: *Not confirmed*: {_what(card)}. {problem or look} {link or ''}".rstrip()


def _lost(card: DeliveryCard) -> str:
    """What is to be chosen again where it is written again from its words."""
    lost = "its file is" if card.files == 1 else "its files are"
    return f" Its words are kept, {lost} not." if card.files and card.words_kept else ""


def _button(card: DeliveryCard) -> kit.Element | None:
    if card.state is DeliveryState.QUEUED:
        return kit.button("Undo", "undo", card.id)
    if card.state is DeliveryState.WAITING and card.undoable:
        return kit.button("Take back", "undo", card.id)
    if card.state is DeliveryState.FAILED and card.since is None and not card.in_vain:
        return kit.button("Retry", "retry", card.id)
    if card.state is DeliveryState.UNCONFIRMED:
        reader = "Your team" if card.note else f"{text.plain(card.contact, 60)}{readers.more(card.also)}"
        again = kit.confirm("Send it again?", f"{reader} may then read it twice.", "Send again", danger=True)
        return kit.button("Send again", "resend", card.id, confirm=again)
    return None


def _anew(card: DeliveryCard) -> kit.Element | None:
    """What did not arrive can be looked at together with what was said since, and changed."""
    states = (DeliveryState.UNDONE, DeliveryState.FAILED, DeliveryState.UNCONFIRMED)
    return _again(card.id, card.note) if card.words_kept and card.state in states else None


def _again(id_: str, note: bool) -> kit.Element:
    return kit.button("Write it again…" if note else "Answer…", "rewrite", id_)


def _fallback(card: DeliveryCard) -> str:
    done = "saved" if card.note else "sent"
    match card.state:
        case DeliveryState.QUEUED:
            return f"Your {_what(card)} goes out in {card.undo_seconds} s."
        case DeliveryState.AGAIN:
            return f"Your {_what(card)} is tried again."
        case DeliveryState.WAITING:
            return f"Your {_what(card)} is not {done} yet."
        case DeliveryState.LOOKED_FOR:
            return f"Your {_what(card)} is not confirmed yet."
        case DeliveryState.SENT:
            left = ", and the conversation is left open" if card.left_open else ""
            return f"Your {_what(card)} is {done}{left}."
        case DeliveryState.UNDONE | DeliveryState.FAILED:
            return f"Your {_what(card)} was not {done}."
        case DeliveryState.UNCONFIRMED:
            return f"Your {_what(card)} is not confirmed."
