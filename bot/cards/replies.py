"""The team's own saved replies: the list, and the window in which one is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.cards import kit, modal
from bot.cards.message import Block, View
from bot.durations import plural
from bot.slack import rich, text

LIST, EDIT = "wb:replies", "wb:reply"
TITLE, WORDS = "title", "words"
_LONGEST_TITLE, _LONGEST = 70, 3000
_SHOWN = 45
_HINT = "{name}, {account}, {email} and {rep} are filled in for whom you answer."


@dataclass(frozen=True)
class SavedLine:
    id: str
    title: str
    words: str
    used: int = 0


@dataclass(frozen=True)
class RepliesCard:
    """`macros` counts Intercom's own, which are edited there."""

    replies: tuple[SavedLine, ...]
    macros: int = 0


@dataclass(frozen=True)
class WrittenReply:
    """What was submitted; `id` None for a new one."""

    id: str | None
    title: str
    words: str


def render(card: RepliesCard) -> View:
    count = plural(len(card.replies), "saved reply", "saved replies")
    first = f"*{count}* of the team's own" if card.replies else "*No saved replies yet.*"
    macros = plural(card.macros, "macro")
    theirs = (
        f" The answer window also offers {macros} of Intercom's; edit those there." if card.macros else ""
    )
    new = kit.button("New…", "reply_new", "new", style=None if card.replies else "primary")
    if not card.replies:
        first += " Save what you answer again and again; the answer window then finds it by its words."
    blocks: list[Block] = [kit.section(f"{first}.{theirs}" if card.replies else f"{first}{theirs}", new)]
    for reply in card.replies[:_SHOWN]:
        used = f"used {plural(reply.used, 'time')}" if reply.used else "not used yet"
        blocks.append(
            rich.block(
                rich.section(
                    rich.text(text.plain(reply.title, _LONGEST_TITLE), bold=True), rich.text(f"  {used}\n")
                ),
                rich.section(rich.text(text.shorten(text.one_line(reply.words), 140))),
            )
        )
        gone = kit.confirm("Delete it?", "Nobody will be offered it any more.", "Delete", danger=True)
        blocks.append(
            kit.actions(
                kit.button("Edit…", "reply_edit", reply.id),
                kit.button("Delete", "reply_delete", reply.id, confirm=gone),
            )
        )
    if len(card.replies) > _SHOWN:
        blocks.append(kit.context(f"and {len(card.replies) - _SHOWN} more, which the search finds"))
    return modal.view(LIST, "Saved replies", blocks)


def form(reply: SavedLine | None = None) -> View:
    """A window to write one in; filled when one is edited."""
    title = modal.words_input(TITLE, "Title", _LONGEST_TITLE)
    title["element"]["multiline"] = False
    words = modal.words_input(WORDS, "Words", _LONGEST, hint=_HINT)
    if reply is not None:
        title["element"]["initial_value"] = text.shorten(reply.title, _LONGEST_TITLE)
        words["element"]["initial_value"] = reply.words[:_LONGEST]
    private = {"id": reply.id if reply else None}
    name = "Edit saved reply" if reply else "New saved reply"
    return modal.view(EDIT, name, [title, words], submit="Save", private=private)


def read(view: Mapping[str, Any]) -> WrittenReply:
    """What was written into a window of ours."""
    reply_id = modal.private(view).get("id")
    return WrittenReply(
        id=str(reply_id) if reply_id else None,
        title=text.one_line(modal.words(view, TITLE, _LONGEST_TITLE)),
        words=modal.words(view, WORDS, _LONGEST),
    )


def missing(written: WrittenReply) -> dict[str, str] | None:
    """The validation errors of a reply without title or words."""
    found = {}
    if not written.title:
        found[TITLE] = "Nothing was saved. Give it a title first."
    if not written.words:
        found[WORDS] = "Nothing was saved. Write the words first."
    return found or None
