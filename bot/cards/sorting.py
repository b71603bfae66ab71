"""Two windows about one problem: which conversations are another one, and with which other it is the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.cards import kit, modal, words
from bot.cards.message import Block, View
from bot.cards.values import ConversationLine
from bot.slack import rich, text

SPLIT, JOIN = "wb:split", "wb:join"
_MOST = 10


@dataclass(frozen=True)
class SplitCard:
    """The open conversations of one issue; `id` is any of them."""

    id: str
    title: str
    lines: tuple[ConversationLine, ...]
    now: datetime


@dataclass(frozen=True)
class Other:
    """Another issue of the same account; `id` is one of its conversations."""

    id: str
    title: str
    conversations: int


@dataclass(frozen=True)
class JoinCard:
    """`id` is a conversation of the issue that is to be joined with one of `others`."""

    id: str
    title: str
    others: tuple[Other, ...]


def render_split(card: SplitCard) -> View:
    shown = card.lines[:_MOST]
    hidden = len(card.lines) - len(shown)
    options = [kit.option(_who(line), line.id, _said(line)) for line in shown]
    blocks: list[Block] = [
        rich.block(rich.section(rich.title(card.title))),
        modal.boxes("which", "Which of these are another problem?", options),
        kit.context(
            words.dotted(
                "Nothing changes in Intercom or for the customers.",
                f"{hidden} more are not shown" if hidden else None,
            )
        ),
    ]
    return modal.view(SPLIT, "Not the same problem", blocks, submit="Split", private={"id": card.id})


def render_join(card: JoinCard) -> View:
    if not card.others:
        said = "This account has no other open problem. One that comes up appears here."
        return modal.view(JOIN, "The same problem", [kit.section(said)])
    options = [
        kit.option(text.shorten(text.one_line(each.title), 74) or "(no words)", each.id)
        for each in card.others[:100]
    ]
    blocks: list[Block] = [
        rich.block(rich.section(rich.title(card.title))),
        modal.field("other", "The same problem as", kit.select("other", options, "Choose a problem")),
        kit.context("Nothing is merged in Intercom. You can split them again."),
    ]
    return modal.view(JOIN, "The same problem", blocks, submit="Join", private={"id": card.id})


def _who(line: ConversationLine) -> str:
    name = text.plain(line.contact, 50, empty="(no name)")
    return f"{name}, {words.channel_plain(line.channel)}"


def _said(line: ConversationLine) -> str | None:
    return text.shorten(text.one_line(line.words), 74) or None


@dataclass(frozen=True)
class Sorted:
    """What was chosen: conversations of the issue of `id`."""

    id: str
    chosen: tuple[str, ...]


def read(view: Mapping[str, Any]) -> Sorted:
    """Raises modal.NotOurs for a window that is not ours."""
    other = modal.chosen(view, "other")
    chosen = modal.ticked(view, "which")
    return Sorted(str(modal.private(view).get("id") or ""), tuple(chosen or ([other] if other else [])))
