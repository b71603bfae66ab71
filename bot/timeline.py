"""One account's messages of every conversation and channel in one order.

Values in, values out: the order is by time, ties are broken by conversation, the opening message first, and
message id, so the same messages always stand in the same order whatever order they came in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

AuthorKind = Literal["customer", "rep", "bot", "phone", "other"]

GAP = timedelta(minutes=30)
"""Messages of one author further apart than this stand in blocks of their own."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message. `internal` marks what no customer sees: notes and the team's own Slack words. `opening` is
    the one that began its conversation: its id is of another kind than those of what followed.

    Instants are aware UTC. Equal (`conversation_id`, `id`) means the same message; the later `edited_at`
    wins. `place` is where it was said outside Intercom; then `conversation_id` names the thread there.
    """

    id: str
    conversation_id: str
    channel: str
    author_id: str
    author_name: str
    author_kind: AuthorKind
    at: datetime
    text: str
    internal: bool = False
    edited_at: datetime | None = None
    place: str = ""
    opening: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive messages of one author in one conversation, all internal or all not."""

    entries: tuple[Entry, ...]

    @property
    def author_name(self) -> str:
        return self.entries[-1].author_name

    @property
    def author_kind(self) -> AuthorKind:
        return self.entries[0].author_kind

    @property
    def channel(self) -> str:
        return self.entries[0].channel

    @property
    def conversation_id(self) -> str:
        return self.entries[0].conversation_id

    @property
    def place(self) -> str:
        return self.entries[0].place

    @property
    def internal(self) -> bool:
        return self.entries[0].internal

    @property
    def first_at(self) -> datetime:
        return self.entries[0].at

    @property
    def last_at(self) -> datetime:
        return self.entries[-1].at


@dataclass(frozen=True, slots=True)
class Page:
    """Some blocks, oldest first. Page 1 holds the newest; `pages` is 0 when there is nothing."""

    blocks: tuple[Block, ...]
    number: int
    pages: int
    messages: int


def merge(*sources: Iterable[Entry]) -> tuple[Entry, ...]:
    """Every message once, oldest first, whichever conversation or channel it stands in."""
    newest: dict[tuple[str, str], Entry] = {}
    for source in sources:
        for entry in source:
            key = (entry.conversation_id, entry.id)
            known = newest.get(key)
            if known is None or _version(entry) > _version(known):
                newest[key] = entry
    return tuple(sorted(newest.values(), key=_place))


def blocks(entries: Sequence[Entry], *, gap: timedelta = GAP) -> tuple[Block, ...]:
    """Ordered messages with those of one author in a row put together. Expects the order of `merge`."""
    found: list[list[Entry]] = []
    for entry in entries:
        if found and _continues(found[-1][-1], entry, gap):
            found[-1].append(entry)
        else:
            found.append([entry])
    return tuple(Block(tuple(block)) for block in found)


def page(entries: Sequence[Entry], *, number: int = 1, size: int = 20, gap: timedelta = GAP) -> Page:
    """The `number`-th page of at most `size` messages, counted from the newest; a number out of range is
    moved in.

    Pages are cut between messages, so that a page never grows with the length of a monologue. Raises
    ValueError for a size below 1.
    """
    if size < 1:
        raise ValueError("a page holds at least one message")
    pages = -(-len(entries) // size)
    number = max(1, min(number, pages or 1))
    end = len(entries) - (number - 1) * size
    return Page(blocks(entries[max(0, end - size) : end], gap=gap), number, pages, len(entries))


def latest(entries: Sequence[Entry], count: int, *, internal: bool = True) -> tuple[Entry, ...]:
    """The last `count` messages, oldest first; without internal ones when `internal` is False."""
    kept = [entry for entry in entries if internal or not entry.internal]
    return tuple(kept[-count:]) if count > 0 else ()


def _place(entry: Entry) -> tuple[datetime, str, bool, int, str]:
    return entry.at, entry.conversation_id, not entry.opening, len(entry.id), entry.id


def _version(entry: Entry) -> tuple[datetime, str, bool, str]:
    return entry.edited_at or entry.at, entry.text, entry.internal, repr(entry)


def _continues(before: Entry, after: Entry, gap: timedelta) -> bool:
    return (
        (before.author_kind, before.author_id, before.conversation_id, before.internal)
        == (after.author_kind, after.author_id, after.conversation_id, after.internal)
        and after.at - before.at <= gap
    )  # fmt: skip
