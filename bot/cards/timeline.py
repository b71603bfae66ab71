"""All that was said in a conversation or an account, newest last, in a modal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cards import kit, modal, words
from bot.cards.message import Block, View
from bot.cards.values import Said
from bot.slack import rich, text

CALLBACK = "wb:timeline"
_SHOWN = 40
_WORDS = 3000
_ALL_WORDS = 15_000  # a view may have 250 kB, and an emoji is twelve bytes of JSON
_KINDS = {"note": "note", "bot": "bot"}


@dataclass(frozen=True)
class TimelineEntry:
    said: Said
    channel: str
    url: str | None = None


@dataclass(frozen=True)
class TimelineCard:
    """`entries` come oldest first; the newest are shown. `title` is a person or an account."""

    title: str
    now: datetime
    zone: str
    entries: tuple[TimelineEntry, ...]
    url: str | None = None


def render(card: TimelineCard) -> View:
    shown = card.entries[-_SHOWN:]
    blocks: list[Block] = []
    link = kit.open_in_intercom(card.url)
    hidden = len(card.entries) - len(shown)
    head = words.dotted(f"The {hidden} oldest messages are left out" if hidden else None, link)
    if head:
        blocks.append(kit.context(head))
    if not shown:
        blocks.append(kit.section("Nothing was said yet. Messages appear here as they come in."))
    limit = min(_WORDS, _ALL_WORDS // max(1, len(shown)))
    blocks.extend(_entry(entry, card, limit) for entry in shown)
    return modal.view(CALLBACK, modal.titled("Timeline:", card.title), blocks)


def brief(entries: Sequence[TimelineEntry], now: datetime, zone: str, limit: int = 140) -> Block:
    """The same in one line each, for a message."""
    items = []
    for entry in entries:
        said = text.shorten(text.one_line(entry.said.words), limit) or "no text"
        start = f"  {text.plain(entry.said.by, 50, empty='(no name)')}{_kind(entry)}: “{said}”"
        items.append(rich.section(kit.rich_when(entry.said.at, now, zone), rich.text(start)))
    return rich.block(rich.listing(items))


def _entry(entry: TimelineEntry, card: TimelineCard, limit: int) -> Block:
    who = rich.text(text.plain(entry.said.by, 60, empty="(no name)"), bold=True)
    said = text.shorten(text.clean(entry.said.words).strip(), limit) or "no text"
    return rich.block(
        rich.section(who, rich.text(f"{_kind(entry)}  "), kit.rich_when(entry.said.at, card.now, card.zone)),
        rich.quote(rich.text(said)),
    )


def _kind(entry: TimelineEntry) -> str:
    told = _KINDS.get(entry.said.kind) or words.channel_plain(entry.channel)
    return f" ({told})"
