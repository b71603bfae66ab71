"""The windows that close a conversation, tag it, give it to a team, or make a ticket of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.cards import kit, modal, rows, writing
from bot.cards.message import Block, View
from bot.cards.values import ConversationLine
from bot.cards.writing import Conflict, Seen
from bot.slack import text

CLOSE, TAGS, TEAM, TICKET = "wb:close", "wb:tags", "wb:team", "wb:ticket"
WHOSE = "wb:whose"
TAG, TO_TEAM, TYPE = "tags", "team", "type"
"""Blocks, and the names under which more than a select holds is searched."""
_TITLE, _ACCOUNT = "title", "account"
TITLE_LIMIT = 200


@dataclass(frozen=True)
class Choice:
    """Something of Intercom's by its id."""

    id: str
    name: str


@dataclass(frozen=True)
class FilingCard:
    """`choices` are what can be chosen, `chosen` the ids of those that hold already.

    `seen` comes back on submit, which compares it with what is so by then, and shows the `conflict`.
    """

    line: ConversationLine
    now: datetime
    zone: str
    choices: tuple[Choice, ...] = ()
    chosen: tuple[str, ...] = ()
    seen: Seen = field(default_factory=Seen)
    conflict: Conflict | None = None


@dataclass(frozen=True)
class Tagged:
    """`ticked` are the ids that the window began with: what differs is what was decided, no more."""

    conversation_id: str
    ticked: tuple[str, ...]
    wanted: tuple[str, ...]


@dataclass(frozen=True)
class Ticket:
    conversation_id: str
    type_id: str
    title: str


def loading(line: ConversationLine) -> View:
    """While Intercom is asked what there is to choose."""
    return modal.loading("wb:notice", modal.titled("", line.contact), "Asking Intercom what there is…")


def close(card: FilingCard) -> View:
    name = text.inline(card.line.contact, 60)
    blocks = [
        _about(card),
        kit.section(f"Close it? {name} is not written to, and can open it again by writing."),
    ]
    blocks.insert(1, kit.context(rows.claimed(card.line)))
    submit = "Close"
    if card.conflict is not None:
        blocks[:0] = writing.not_done(card.conflict, card.now, card.zone, "Nothing was closed.")
        submit = "Close anyway"
    return _view(card, CLOSE, "Close", blocks, submit, **card.seen.kept())


def tags(card: FilingCard) -> View:
    if not card.choices:
        return _none(card, "Intercom has no tags yet. Make one there; it appears here at once.")
    element = kit.choices(TAG, _options(card), "tags", card.chosen)
    made = modal.field(TAG, "Tags", element, optional=True)
    ticked = [each["value"] for each in element.get("initial_options", [])]
    return _view(card, TAGS, "Tags", [_about(card), made], "Save tags", ticked=ticked)


def team(card: FilingCard) -> View:
    if not card.choices:
        return _none(card, "Intercom has no other team to give it to.")
    made = modal.field(TO_TEAM, "Which team?", kit.choice(TO_TEAM, _options(card), "team"))
    blocks = [_about(card), kit.context(rows.claimed(card.line)), made]
    submit = "Assign"
    if card.conflict is not None:
        blocks[:0] = writing.not_done(card.conflict, card.now, card.zone, "Nothing was changed.")
        submit = "Assign anyway"
    return _view(card, TEAM, "Team", blocks, submit, **card.seen.kept())


def whose(card: FilingCard) -> View:
    told = "All of this person's conversations go there. Intercom itself is not changed."
    made = modal.field(_ACCOUNT, "Which account?", kit.search(_ACCOUNT, "Search accounts"))
    return _view(card, WHOSE, "Account", [_about(card), made, kit.context(told)], "Save")


def ticket(card: FilingCard) -> View:
    if not card.choices:
        return _none(card, "Intercom has no ticket type for customers. Make one there first.")
    options = _options(card)
    select = kit.choice(TYPE, options, "type", options[0]["value"])
    blocks = [
        _about(card),
        kit.context(f"{text.inline(card.line.contact, 60)} can follow it in their ticket list."),
        modal.field(TYPE, "Type", select),
        modal.words_input(_TITLE, "Title", TITLE_LIMIT, hint="The customer reads it."),
    ]
    return _view(card, TICKET, "Ticket", blocks, "Make a ticket")


def conversation(view: Mapping[str, Any]) -> str:
    """Which conversation a window is about. Raises modal.NotOurs for a view of another kind."""
    found = modal.private(view).get("conversation")
    if not found:
        raise modal.NotOurs("the view names no conversation")
    return str(found)


def read_close(view: Mapping[str, Any]) -> tuple[str, Seen]:
    """The conversation, and what the window showed. Raises modal.NotOurs likewise."""
    return conversation(view), writing.seen(modal.private(view))


def read_tags(view: Mapping[str, Any]) -> Tagged:
    wanted = tuple(modal.ticked(view, TAG))
    before = modal.private(view).get("ticked")
    ticked = tuple(str(each) for each in before) if isinstance(before, list) else ()
    return Tagged(conversation(view), ticked, wanted)


def read_whose(view: Mapping[str, Any]) -> tuple[str, str]:
    """The conversation and the account that was chosen. Raises modal.NotOurs likewise."""
    return conversation(view), modal.chosen(view, _ACCOUNT) or ""


def read_team(view: Mapping[str, Any]) -> tuple[str, str, Seen]:
    """(conversation, team, what the window showed). Raises modal.NotOurs without a choice."""
    chosen = modal.chosen(view, TO_TEAM)
    if not chosen:
        raise modal.NotOurs("the view names no team")
    return conversation(view), chosen, writing.seen(modal.private(view))


def read_ticket(view: Mapping[str, Any]) -> Ticket:
    chosen = modal.chosen(view, TYPE)
    if not chosen:
        raise modal.NotOurs("the view names no type of ticket")
    return Ticket(conversation(view), chosen, modal.words(view, _TITLE, TITLE_LIMIT))


def no_title() -> dict[str, str]:
    """The validation error for a ticket without a title."""
    return {_TITLE: "Nothing was made. Write a title first."}


def _options(card: FilingCard) -> list[kit.Element]:
    return [kit.option(each.name, each.id) for each in card.choices]


def _about(card: FilingCard) -> Block:
    return kit.section(rows.conversation_text(card.line, card.now, card.zone))


def _none(card: FilingCard, said: str) -> View:
    return modal.view("wb:notice", modal.titled("", card.line.contact), [_about(card), kit.section(said)])


def _view(
    card: FilingCard, callback: str, verb: str, blocks: list[Block], submit: str, **private: Any
) -> View:
    held = {"conversation": card.line.id, **private}
    return modal.view(
        callback, modal.titled(f"{verb}:", card.line.contact), blocks, submit=submit, private=held
    )
