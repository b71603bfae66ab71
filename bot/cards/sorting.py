"""Two windows about one problem: which conversations are another one, and with which other it is the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.cards import kit, modal, words, writing
from bot.cards.message import Block, View
from bot.cards.values import ConversationLine
from bot.durations import plural
from bot.slack import rich, text

SPLIT, JOIN = "wb:split", "wb:join"
OTHER = "other"
_BOXES, _GROUPS = 10, 9


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
    shown = card.lines[: _BOXES * _GROUPS]
    hidden = len(card.lines) - len(shown)
    blocks: list[Block] = [rich.block(rich.section(rich.title(card.title)))]
    for start in range(0, len(shown), _BOXES):
        group = shown[start : start + _BOXES]
        options = [kit.option(_who(line), line.id, writing.in_a_box(line.words)) for line in group]
        label = "and" if start else "Which of these are another problem?"
        blocks.extend(writing.in_full((_who(line), line.words) for line in group))
        # Of several groups none must be ticked in particular; `split` sees to it that one is.
        blocks.append(modal.boxes(_which(start), label, options, optional=len(shown) > _BOXES))
    rest = f"and {plural(hidden, 'more conversation')}: split these first, then open this again"
    blocks.append(
        kit.context(
            words.dotted("Nothing changes in Intercom or for the customers.", rest if hidden else None)
        )
    )
    return modal.view(SPLIT, "Not the same problem", blocks, submit="Split", private={"id": card.id})


def render_join(card: JoinCard) -> View:
    if not card.others:
        said = "This account has no other open problem. One that comes up appears here."
        return modal.view(JOIN, "The same problem", [kit.section(said)])
    options = [kit.option(label, value) for label, value in offered(card)]
    blocks: list[Block] = [
        rich.block(rich.section(rich.title(card.title))),
        modal.field(OTHER, "The same problem as", kit.choice(OTHER, options, "problem")),
        kit.context("Nothing is merged in Intercom. You can split them again."),
    ]
    return modal.view(JOIN, "The same problem", blocks, submit="Join", private={"id": card.id})


def offered(card: JoinCard) -> list[tuple[str, str]]:
    """The problems to choose from: a label each, and one of its conversations."""
    return [(text.shorten(text.one_line(each.title), 74) or "(no words)", each.id) for each in card.others]


def conversation(view: Mapping[str, Any]) -> str:
    """Of whose problem the window is. Raises modal.NotOurs for a window that is not ours."""
    return str(modal.private(view).get("id") or "")


def _which(start: int) -> str:
    """The name of a group of boxes."""
    return f"which{start // _BOXES or ''}"


def _who(line: ConversationLine) -> str:
    name = text.plain(line.contact, 50, empty="(no name)")
    return f"{name}, {words.channel_plain(line.channel)}"


@dataclass(frozen=True)
class Sorted:
    """What was chosen: conversations of the issue of `id`."""

    id: str
    chosen: tuple[str, ...]


def read(view: Mapping[str, Any]) -> Sorted:
    """Raises modal.NotOurs for a window that is not ours."""
    other = modal.chosen(view, OTHER)
    groups = range(0, _BOXES * _GROUPS, _BOXES)
    chosen = dict.fromkeys(each for start in groups for each in modal.ticked(view, _which(start)))
    return Sorted(conversation(view), tuple(chosen or ([other] if other else [])))
