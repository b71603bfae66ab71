"""All that was said in a conversation or an account, newest last, in a modal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.cards import kit, modal, words
from bot.cards.message import Block, View
from bot.cards.values import Account, Said
from bot.durations import plural
from bot.slack import rich, text

CALLBACK = "wb:timeline"
ACCOUNT, CONVERSATION = "account", "conversation"
_WORDS = 3000
_ALL_WORDS = 15_000  # a view may have 250 kB, and an emoji is twelve bytes of JSON
_KINDS = {"note": "note", "bot": "bot", "phone": "phone"}


@dataclass(frozen=True)
class TimelineEntry:
    """Words of one author in a row. `place` is where they were said outside Intercom."""

    said: Said
    channel: str
    url: str | None = None
    place: str = ""


@dataclass(frozen=True)
class TimelineCard:
    """A page of what was said: `entries` come oldest first, page 1 holds the newest.

    `title` is a person or an account, `about` says which (CONVERSATION or ACCOUNT), and `about_id` names it.
    `messages` counts those of all pages. `notice` is a line about what became of an export. `account`: whose
    it is, for an account's.
    """

    title: str
    now: datetime
    zone: str
    entries: tuple[TimelineEntry, ...]
    url: str | None = None
    about: str = CONVERSATION
    about_id: str = ""
    page: int = 1
    pages: int = 1
    messages: int = 0
    notice: str | None = None
    account: Account | None = None


@dataclass(frozen=True)
class Shown:
    """Which page of whose timeline a view of ours shows."""

    about: str
    about_id: str
    page: int


def render(card: TimelineCard) -> View:
    blocks: list[Block] = _head(card)
    which = f"page {card.page} of {card.pages}" if card.pages > 1 else None
    link = kit.open_in_intercom(card.url)
    if card.entries:
        blocks.append(kit.context(words.dotted(plural(card.messages, "message"), which, link)))
    else:
        blocks.append(kit.section("Nothing was said yet. Messages appear here as they come in."))
        if link:
            blocks.append(kit.context(link))
    limit = min(_WORDS, _ALL_WORDS // max(1, len(card.entries)))
    blocks.extend(_entry(entry, card, limit) for entry in card.entries)
    if card.notice:
        blocks.append(kit.context(text.inline(card.notice, 300)))
    blocks.extend(_buttons(card))
    private = {"about": card.about, "id": card.about_id, "page": card.page}
    return modal.view(CALLBACK, modal.titled("Timeline:", card.title), blocks, private=private)


def read(view: Mapping[str, Any]) -> Shown:
    """What a view of ours shows. Raises modal.NotOurs for one that says nothing of it."""
    private = modal.private(view)
    about, page = private.get("about"), private.get("page")
    if about not in (ACCOUNT, CONVERSATION) or not isinstance(page, int) or not private.get("id"):
        raise modal.NotOurs("the view names no timeline")
    return Shown(str(about), str(private["id"]), page)


def _buttons(card: TimelineCard) -> list[Block]:
    if not card.entries:
        return []
    older = kit.button("Older", "timeline_older", card.about_id) if card.page < card.pages else None
    newer = kit.button("Newer", "timeline_newer", card.about_id) if card.page > 1 else None
    export = kit.Item("Export", "export_account", card.about_id) if card.about == ACCOUNT else None
    return [kit.actions(older, newer, kit.overflow(export))] if older or newer or export else []


def _head(card: TimelineCard) -> list[Block]:
    """Who an account is, and how much they use."""
    if card.account is None:
        return []
    today = card.now.astimezone(words.zone_of(card.zone)).date()
    usage = words.usage(card.account, card.now, card.zone)
    return [kit.context(line) for line in (words.account_state(card.account, today), usage) if line]


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
    if entry.place:
        inside = "internal, " if entry.said.kind == "note" else ""
        return f" ({inside}{words.channel_plain(entry.channel)} {text.plain(entry.place, 60)})"
    told = _KINDS.get(entry.said.kind) or words.channel_plain(entry.channel)
    return f" ({told})"
