"""The answer modal: who will read it, the last messages, the text, and what happens after sending.

Block and action ids never change between the views, so that Slack keeps what was typed when the view is
updated. `read` turns a submission into plain values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from bot.cards import drafted, kit, modal, words
from bot.cards.drafted import Drafted
from bot.cards.message import Block, View
from bot.cards.values import Account, Due, Risk, Said
from bot.slack import rich, rich_input, text
from bot.slack.files import MOST, ChosenFile, chosen, trouble

CALLBACK = "wb:answer"
MODE, TEXT, AFTER, SAVED, FILES = "mode", "text", "after", "saved", "files"
_SHOWN = 3
_SAID_LIMIT = 300
_SUGGESTED = 3
_SUGGESTED_WORDS = 160


class Mode(StrEnum):
    REPLY = "reply"
    NOTE = "note"


@dataclass(frozen=True)
class SnoozeChoice:
    """`until` is what comes back on submit; the label is in the rep's own words and zone."""

    label: str
    until: datetime


@dataclass(frozen=True)
class Conflict:
    """Something happened to the conversation while the rep was writing; sending needs a second press.

    `what` is a sentence ("Priya answered 2 min ago."); `said` her words where there are any.
    """

    what: str
    said: Said | None = None


@dataclass(frozen=True)
class Suggested:
    """An answer that the team gave before, with this reader's name put in. `url` is where it was given."""

    id: str
    words: str
    used: int
    last_by: str
    last_at: datetime
    url: str | None = None


@dataclass(frozen=True)
class AnswerCard:
    """`last_part` is the newest part the rep can see: a submit compares it with what is there by then.

    `reply_refused` says why no reply can go out (a phone call, no linked seat): then only a note is offered.
    `draft` is a rich_text block (or plain text when `rich_input` is off) put into an empty input. Slack keeps
    what was typed as long as an input has its name, so each time words are put in, `text_round` goes up by
    one. `confirmed`: a conflict has been shown before. `drafted` is None where no language model is set up.
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
    confirmed: bool = False
    drafted: Drafted | None = None


@dataclass(frozen=True)
class AnswerError:
    """Shown in place of the form when it cannot be filled: what happened, what was not done, what to do."""

    contact: str
    message: str
    url: str | None = None


@dataclass(frozen=True)
class Written:
    """What the rep submitted. `after` is `open`, `close` or `snooze` (then `snooze_until` is set).

    `html` is sanitised for Intercom; `plain` is the same in plain text, empty when nothing was written.
    `confirmed` tells that the rep saw the conflict and sends anyway. `typed` is the rich text as Slack gave
    it, `text_round` which of the inputs it stood in.
    """

    conversation_id: str
    last_part: str
    mode: Mode
    html: str
    plain: str
    after: str
    snooze_until: datetime | None
    confirmed: bool
    typed: Mapping[str, Any] | None = None
    text_round: int = 0
    files: tuple[ChosenFile, ...] = ()

    @property
    def text_block(self) -> str:
        """The block that an error about the words belongs to."""
        return text_block(self.text_round)


def loading(contact: str | None = None) -> View:
    """Opened at once, before anything is fetched: a trigger lives three seconds."""
    return modal.loading(
        CALLBACK, modal.titled("Answer", contact), "Fetching the conversation from Intercom…"
    )


def render(card: AnswerCard) -> View:
    mode = Mode.NOTE if card.reply_refused else card.mode
    blocks: list[Block] = []
    if card.conflict is not None:
        kept = " Nothing was sent. Your text is kept below."
        blocks.extend(conflict_blocks(card.conflict, card.now, card.zone, kept))
        blocks.append(kit.divider())
    blocks.append(kit.section(_audience(card, mode)))
    blocks.append(kit.context(_state(card)))
    blocks.extend(_messages(card))
    blocks.extend([_mode(card, mode), _text(card, mode), files_input(), _saved(card)])
    if mode is Mode.REPLY:
        blocks.extend(_suggestions(card))
        if card.drafted is not None:
            blocks.extend(drafted.blocks(card.drafted, card.conversation_id))
    blocks.append(_after(card))
    private = {
        "conversation": card.conversation_id,
        "last_part": card.last_part,
        "confirmed": card.confirmed or card.conflict is not None,
        "round": card.text_round,
    }
    title = modal.titled("Answer", card.contact)
    return modal.view(CALLBACK, title, blocks, submit=_submit(card, mode), private=private)


def draft(words: str) -> Mapping[str, Any] | None:
    """Plain words as an empty input can hold them."""
    return rich.block(rich.section(rich.text(words))) if words else None


def error(card: AnswerError) -> View:
    link = kit.open_in_intercom(card.url)
    blocks = [kit.section(f":warning: {kit.sentence(card.message)}")]
    if link:
        blocks.append(kit.context(link))
    return modal.view(CALLBACK, modal.titled("Answer", card.contact), blocks)


def read(view: Mapping[str, Any]) -> Written:
    """What was typed into a view of ours. Raises modal.NotOurs for a view that carries no conversation."""
    private = modal.private(view)
    if not private.get("conversation"):
        raise modal.NotOurs("the view names no conversation")
    text_round = private.get("round")
    text_round = text_round if isinstance(text_round, int) and 0 <= text_round < 1000 else 0
    typed = modal.state(view, text_block(text_round))
    if "rich_text_value" in typed:
        value = typed["rich_text_value"]
        html, plain = rich_input.to_html(value), rich_input.to_plain(value)
    else:
        plain = text.clean(typed.get("value") or "").strip()
        html = rich_input.plain_to_html(plain)
    after, until = _chosen(modal.chosen(view, AFTER) or "open")
    return Written(
        conversation_id=str(private["conversation"]),
        last_part=str(private.get("last_part", "")),
        mode=Mode(modal.chosen(view, MODE) or Mode.REPLY),
        html=html if plain else "",
        plain=plain,
        after=after,
        snooze_until=until,
        confirmed=private.get("confirmed") is True,
        typed=typed.get("rich_text_value"),
        text_round=text_round,
        files=chosen(modal.state(view, FILES)),
    )


def text_block(text_round: int) -> str:
    """The name of the input for words, a new one for each time that words were put in."""
    return f"{TEXT}{text_round or ''}"


def joined(typed: Mapping[str, Any] | None, words: str) -> Mapping[str, Any]:
    """Rich text with `words` behind what was typed before."""
    before = list(typed.get("elements", ())) if typed and rich_input.to_plain(typed) else []
    gap = "\n" if before else ""
    return {"type": "rich_text", "elements": [*before, rich.section(rich.text(f"{gap}{words}"))]}


def empty_text(written: Written) -> dict[str, str]:
    """The validation error for a submission without words."""
    if written.mode is Mode.NOTE:
        return {written.text_block: "Nothing was saved. Write the note first."}
    return {written.text_block: "Nothing was sent. Write the reply first."}


def _chosen(value: str) -> tuple[str, datetime | None]:
    if value.startswith("snooze:"):
        return "snooze", datetime.fromtimestamp(int(value.removeprefix("snooze:")), UTC)
    return (value if value in {"open", "close"} else "open"), None


def _submit(card: AnswerCard, mode: Mode) -> str:
    if mode is Mode.NOTE:
        return "Save note"
    if card.conflict is not None:
        return "Send anyway"
    return text.plain(f"Send to {text.one_line(card.contact) or 'customer'}", 24)


def _audience(card: AnswerCard, mode: Mode) -> str:
    if mode is Mode.NOTE:
        refused = f" {kit.sentence(card.reply_refused)}" if card.reply_refused else ""
        return f"*Note.* Only your team sees this.{refused}"
    account = f", {text.inline(card.account.name)}" if card.account else ""
    return f"To *{text.inline(card.contact)}*{account}, by {words.channel_name(card.channel)}"


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


def conflict_blocks(
    conflict: Conflict, now: datetime, zone: str, after: str = "", sign: str = ":warning: "
) -> list[Block]:
    """What happened, followed by `after`, and the words if there were any."""
    blocks: list[Block] = [kit.section(f"{sign}{text.inline(conflict.what, 300)}{after}")]
    if conflict.said is not None:
        blocks.append(_said(conflict.said, now, zone))
    return blocks


def _messages(card: AnswerCard) -> list[Block]:
    if not card.messages:
        return [kit.context("No messages to show. The conversation holds none with text.")]
    return [_said(said, card.now, card.zone) for said in card.messages[-_SHOWN:]]


def _said(said: Said, now: datetime, zone: str) -> Block:
    kinds = {"note": " (note)", "bot": " (bot)"}
    who = rich.text(text.plain(said.by, 60, empty="(no name)"), bold=True)
    at = kit.rich_when(said.at, now, zone)
    return rich.block(
        rich.section(who, rich.text(f"{kinds.get(said.kind, '')}  "), at),
        rich.customer_words(said.words, limit=_SAID_LIMIT, more="more in Intercom"),
    )


def _mode(card: AnswerCard, mode: Mode) -> Block:
    reply = kit.option("Reply to customer", Mode.REPLY)
    note = kit.option("Internal note", Mode.NOTE)
    options = [note] if card.reply_refused else [reply, note]
    block = modal.radio(MODE, "Who reads it", options, len(options) - 1 if mode is Mode.NOTE else 0)
    return {**block, "dispatch_action": True}


def _text(card: AnswerCard, mode: Mode) -> Block:
    block_id = text_block(card.text_round)
    element: dict[str, Any] = {"type": "rich_text_input", "action_id": kit.PREFIX + block_id}
    if not card.rich_input:
        element = {"type": "plain_text_input", "action_id": kit.PREFIX + block_id, "multiline": True}
    if card.draft:
        element["initial_value"] = card.draft
    return {
        "type": "input",
        "block_id": block_id,
        "label": kit.plain_text("Note" if mode is Mode.NOTE else "Reply"),
        "element": element,
    }


def files_input() -> Block:
    """Files to send along."""
    return {
        "type": "input",
        "block_id": FILES,
        "optional": True,
        "label": kit.plain_text("Files"),
        "hint": kit.plain_text("They go out with your words, or nothing does. At most 10 MB each.", 150),
        "element": {"type": "file_input", "action_id": kit.PREFIX + FILES, "max_files": MOST},
    }


def refused_files(written_files: tuple[ChosenFile, ...], *, note: bool = False) -> dict[str, str] | None:
    """The validation error of files that cannot be sent on."""
    why = trouble(written_files)
    return {FILES: f"Nothing was {'saved' if note else 'sent'}. {why}"} if why else None


def _saved(card: AnswerCard) -> Block:
    search: kit.Element = {
        "type": "external_select",
        "action_id": kit.PREFIX + SAVED,
        "placeholder": kit.plain_text("Search by title or words"),
        "min_query_length": 0,
    }
    # A new name each time, or the one that was put in would stand there and could not be chosen again.
    return {**kit.section("Put in a saved reply", search), "block_id": f"{SAVED}{card.text_round}"}


def _suggestions(card: AnswerCard) -> list[Block]:
    blocks: list[Block] = []
    for each in card.suggestions[:_SUGGESTED]:
        first = text.shorten(text.one_line(each.words), _SUGGESTED_WORDS)
        blocks.append(rich.block(rich.section(rich.text("Suggested: "), rich.text(first, italic=True))))
        used = "used once" if each.used == 1 else f"used {each.used} times, last"
        source = text.link(each.url, "source") if each.url and text.safe_url(each.url) else None
        on = each.last_at.astimezone(words.zone_of(card.zone))
        by = f"{used} by {text.inline(each.last_by, 60)} on {on:%-d %b}"
        blocks.append(kit.section(words.dotted(by, source), kit.button("Use", "use", each.id)))
    return blocks


def _after(card: AnswerCard) -> Block:
    snoozes = [
        kit.option(f"Snooze until {choice.label}", f"snooze:{text.seconds_of(choice.until)}")
        for choice in card.snooze_choices[:4]
    ]
    options = [kit.option("Keep open", "open"), *snoozes, kit.option("Close", "close")]
    return modal.radio(AFTER, "After sending", options)
