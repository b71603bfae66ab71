"""The answer modal: who will read it, the last messages, the text, and what happens after sending.

Block and action ids never change between the views, so that Slack keeps what was typed when the view is
updated. `read` turns a submission into plain values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.cards import drafted, kit, modal, readers, words, writing
from bot.cards.drafted import Drafted
from bot.cards.message import Block, View
from bot.cards.readers import Also
from bot.cards.values import Account, Due, Risk, Said
from bot.cards.writing import Conflict, SnoozeChoice, Suggested
from bot.durations import plural
from bot.slack import rich, text
from bot.slack.files import ChosenFile

CALLBACK = "wb:answer"
MODE = "mode"
_MOST = 10
_ALL_WORDS = 10_000  # a view may have 250 kB, and an emoji is twelve bytes of JSON
_MORE = "more under Timeline"
_COMING = 3


class Mode(StrEnum):
    REPLY = "reply"
    NOTE = "note"


@dataclass(frozen=True)
class AnswerCard:
    """`last_part` is the newest part the rep can see: a submit compares it with what is there by then.

    `messages` are those to be read, oldest first; of what is `waiting` the window shows the newest and says
    how many more there are. `reply_refused` says why no reply can go out (a phone call, no linked seat): then
    only a note is offered. `draft` is a rich_text block (or plain text when `rich_input` is off) put into an
    empty input. Slack keeps what was typed as long as an input has its name, so each time words are put in,
    `text_round` goes up by one. `confirmed`: what was told to stand in the way. `drafted` is None where no
    language model is set up. `drawn` goes up with each change of what the window shows. `labels_late`: it was
    submitted while they said something else than what was chosen, so nothing was done. `on_the_way`: answers
    of colleagues that the customer has not got yet. `also`: who else reads what is sent. `template_only`:
    since when WhatsApp would not deliver it, as a sentence.
    """

    conversation_id: str
    contact: str
    channel: str
    now: datetime
    zone: str
    account: Account | None = None
    messages: tuple[Said, ...] = ()
    due: Due | None = None
    claimed_by: str | None = None
    mode: Mode = Mode.REPLY
    last_part: str = ""
    reply_refused: str | None = None
    snooze_choices: tuple[SnoozeChoice, ...] = ()
    draft: Mapping[str, Any] | str | None = None
    rich_input: bool = True
    conflict: Conflict | None = None
    url: str | None = None
    risk: Risk | None = None
    suggestions: tuple[Suggested, ...] = ()
    text_round: int = 0
    confirmed: str = ""
    drafted: Drafted | None = None
    drawn: int = 0
    labels_late: bool = False
    on_the_way: tuple[Conflict, ...] = ()
    also: tuple[Also, ...] = ()
    template_only: str | None = None


@dataclass(frozen=True)
class Shown:
    """What a window shows that is not read anew for each drawing of it; the names are AnswerCard's."""

    conversation_id: str
    mode: Mode
    last_part: str
    text_round: int
    confirmed: str
    conflict: Conflict | None = None
    draft: Mapping[str, Any] | None = None
    drawn: int = 0


@dataclass(frozen=True)
class AnswerError:
    """Shown in place of the form when it cannot be filled: what happened, what was not done, what to do.

    `words` were to be written there, and can be copied.
    """

    contact: str
    message: str
    url: str | None = None
    words: str = ""


@dataclass(frozen=True)
class Written:
    """What the rep submitted. `after` is `open`, `close` or `snooze` (then `snooze_until` is set).

    `html` is sanitised for Intercom; `plain` is the same in plain text, empty when nothing was written.
    `confirmed` is what the rep was told to stand in the way, and sends anyway. `typed` is the rich text as
    Slack gave it, `text_round` which of the inputs it stood in. `mode` is what was chosen, `shown` what the
    labels and the button said, which can be late; None for a window that does not tell. `drawn` counts its
    changes. `readers`: who else reads it, as the window showed it (`readers.digest`),
    `template_only` whether it said that WhatsApp takes templates only.
    """

    conversation_id: str
    last_part: str
    mode: Mode
    html: str
    plain: str
    after: str
    snooze_until: datetime | None
    confirmed: str
    typed: Mapping[str, Any] | None = None
    text_round: int = 0
    files: tuple[ChosenFile, ...] = ()
    shown: Mode | None = None
    drawn: int = 0
    readers: str = ""
    template_only: bool = False

    @property
    def text_block(self) -> str:
        """The block that an error about the words belongs to."""
        return writing.text_block(self.text_round)


def loading(contact: str | None = None) -> View:
    """Opened at once, before anything is fetched: a trigger lives three seconds."""
    return modal.loading(
        CALLBACK, modal.titled("Answer", contact), "Fetching the conversation from Intercom…"
    )


def render(card: AnswerCard) -> View:
    mode = Mode.NOTE if card.reply_refused else card.mode
    blocks: list[Block] = []
    if card.labels_late:
        late = "Nothing was sent or saved: the button did not say yet what you had chosen. Now it does."
        blocks.extend([kit.section(f":warning: {late} Your text is kept below."), kit.divider()])
    if card.conflict is not None:
        kept = f"Nothing was {'saved' if mode is Mode.NOTE else 'sent'}. Your text is kept below."
        blocks.extend(writing.not_done(card.conflict, card.now, card.zone, kept, _MORE))
    # What is to be read first bears the window's one sign.
    signs = iter(() if blocks else (":warning: ",))
    leaves = mode is Mode.REPLY and readers.leaves(card.also)
    timeline = kit.button("Timeline", "timeline", card.conversation_id)
    blocks.append(kit.section(f"{next(signs, '') if leaves else ''}{_audience(card, mode)}", timeline))
    if mode is Mode.REPLY and card.template_only is not None:
        late = f"This would not arrive. {text.escape(card.template_only)} {writing.TEMPLATE_ONLY}"
        blocks.append(kit.section(f"{next(signs, '')}{late}"))
    blocks.append(kit.context(_state(card)))
    unseen = sum(said.waiting for said in card.messages[:-_MOST])
    if unseen:
        earlier = f"{plural(unseen, 'earlier message')} without an answer: read under Timeline."
        blocks.append(kit.section(f"{next(signs, '')}{earlier}"))
    blocks.extend(_messages(card))
    for coming in card.on_the_way[:_COMING]:
        if coming != card.conflict:
            room = rich.QUOTE_LIMIT
            sign = next(signs, "")
            blocks.extend(writing.conflict_blocks(coming, card.now, card.zone, sign=sign, room=room))
    label = "Note" if mode is Mode.NOTE else "Reply"
    words_input = writing.text_input(label, card.text_round, draft=card.draft, rich_text=card.rich_input)
    search = writing.saved_search(card.text_round)
    blocks.extend([_mode(card, mode), words_input, writing.files_input(), search])
    if mode is Mode.REPLY:
        blocks.extend(writing.suggestions(card.suggestions, card.zone))
        if card.drafted is not None:
            blocks.extend(drafted.blocks(card.drafted, card.conversation_id))
    blocks.append(writing.after_sending(card.snooze_choices))
    private = {
        "conversation": card.conversation_id,
        "last_part": card.last_part,
        "confirmed": card.confirmed,
        "round": card.text_round,
        "mode": mode,
        "drawn": card.drawn,
        "readers": readers.digest(card.also),
        "template_only": card.template_only is not None,
    }
    title = modal.titled("Answer", card.contact)
    return modal.view(CALLBACK, title, blocks, submit=_submit(card, mode), private=private)


def draft(words: str) -> Block | None:
    """Plain words as an empty input can hold them; None where they show nothing."""
    return rich.block(rich.section(rich.text(words))) if text.clean(words) else None


def as_shown(card: AnswerCard, shown: Shown) -> AnswerCard:
    """The card with what its window shows."""
    return replace(card, **{each.name: getattr(shown, each.name) for each in fields(shown)})


def shown_in(card: AnswerCard) -> Shown:
    """What a window shows that was drawn with this card."""
    return Shown(**{each.name: getattr(card, each.name) for each in fields(Shown)})


def error(card: AnswerError) -> View:
    link = kit.open_in_intercom(card.url)
    blocks = [kit.section(f":warning: {kit.sentence(card.message)}")]
    if link:
        blocks.append(kit.context(link))
    words = draft(card.words)
    if words is not None:
        blocks.extend([kit.section("Your words, to copy:"), words])
    return modal.view(CALLBACK, modal.titled("Answer", card.contact), blocks)


def read(view: Mapping[str, Any], names: Mapping[str, str] | None = None) -> Written:
    """What was typed into a view of ours, `names` of what is mentioned in it.

    Raises modal.NotOurs for a view that carries no conversation.
    """
    private = modal.private(view)
    if not private.get("conversation"):
        raise modal.NotOurs("the view names no conversation")
    typed, drawn = writing.read(view, private, names), private.get("drawn")
    return Written(
        conversation_id=str(private["conversation"]),
        last_part=str(private.get("last_part", "")),
        mode=Mode(modal.chosen(view, MODE) or Mode.REPLY),
        html=typed.html,
        plain=typed.plain,
        after=typed.after,
        snooze_until=typed.snooze_until,
        confirmed=str(private.get("confirmed") or ""),
        typed=typed.rich,
        text_round=typed.text_round,
        files=typed.files,
        shown=next((mode for mode in Mode if mode == private.get("mode")), None),
        drawn=drawn if isinstance(drawn, int) else 0,
        readers=str(private.get("readers") or ""),
        template_only=private.get("template_only") is True,
    )


def empty_text(written: Written) -> dict[str, str]:
    """The validation error for a submission without words."""
    if written.mode is Mode.NOTE:
        return {written.text_block: "Nothing was saved. Write the note first."}
    return {written.text_block: "Nothing was sent. Write the reply first."}


def _submit(card: AnswerCard, mode: Mode) -> str:
    if mode is Mode.NOTE:
        return "Save anyway" if card.conflict is not None else "Save note"
    if card.conflict is not None or card.template_only is not None:
        return "Send anyway"
    return readers.submit(card.contact, card.also)


def _audience(card: AnswerCard, mode: Mode) -> str:
    if mode is Mode.NOTE:
        refused = f" {kit.sentence(card.reply_refused)}" if card.reply_refused else ""
        return f"*Note.* Only your team sees this.{refused}"
    account = card.account.name if card.account else None
    return readers.audience(card.contact, account, card.also, words.channel_name(card.channel))


def _state(card: AnswerCard) -> str:
    today = card.now.astimezone(words.zone_of(card.zone)).date()
    account = words.account_state(card.account, today) if card.account else "no account"
    due = None
    if card.due is not None:
        promise = words.due_phrase(card.due, card.now)
        due = f"{promise}, {words.due_instant(card.due, card.now, card.zone)}"
    risk = None
    if card.account:
        risk = f"risk: {words.risk_phrase(card.risk)}" if card.risk else "risk: not known"
    claimed = f"claimed by {text.inline(card.claimed_by, 60)}" if card.claimed_by else "claimed by nobody"
    return words.dotted(due, claimed, account, risk, kit.open_in_intercom(card.url))


def _messages(card: AnswerCard) -> list[Block]:
    if not card.messages:
        return [kit.context("No messages to show. The conversation holds none with text.")]
    shown = card.messages[-_MOST:]
    return [
        writing.said_block(said, card.now, card.zone, room, _MORE)
        for said, room in zip(shown, _rooms(shown), strict=True)
    ]


def _rooms(shown: Sequence[Said]) -> list[int]:
    """Characters for each: what waits is shown whole, the newest first if there is much."""
    rooms, left = [], _ALL_WORDS
    for said in reversed(shown):
        room = max(rich.QUOTE_LIMIT, min(writing.WHOLE, left)) if said.waiting else rich.QUOTE_LIMIT
        rooms.append(room)
        left -= min(room, len(said.words))
    return rooms[::-1]


def _mode(card: AnswerCard, mode: Mode) -> Block:
    reply = kit.option("Reply to customer", Mode.REPLY)
    note = kit.option("Internal note", Mode.NOTE)
    options = [note] if card.reply_refused else [reply, note]
    block = modal.radio(MODE, "Who reads it", options, len(options) - 1 if mode is Mode.NOTE else 0)
    return {**block, "dispatch_action": True}
