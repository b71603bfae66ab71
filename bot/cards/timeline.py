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
_A_BLOCK = 3000
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
    said = [text.clean(entry.said.words).strip() or "no text" for entry in card.entries]
    limits = _shares([len(each) for each in said])
    cut = any(len(each) > limit for each, limit in zip(said, limits, strict=True))
    if card.entries:
        marked = "too long to be shown whole, cut where marked" if cut else None
        blocks.append(kit.context(words.dotted(plural(card.messages, "message"), which, marked, link)))
    else:
        blocks.append(kit.section("Nothing was said yet. Messages appear here as they come in."))
        if link:
            blocks.append(kit.context(link))
    for entry, whole, limit in zip(card.entries, said, limits, strict=True):
        blocks.extend(_entry(entry, card, whole, limit))
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


def _shares(needed: Sequence[int]) -> list[int]:
    """How many characters of each are shown: what the short ones do not need is left to the long ones."""
    shares, left = [0] * len(needed), _ALL_WORDS
    by_length = sorted(range(len(needed)), key=lambda place: needed[place])
    for done, place in enumerate(by_length):
        shares[place] = min(needed[place], left // (len(needed) - done))
        left -= shares[place]
    return shares


def _entry(entry: TimelineEntry, card: TimelineCard, whole: str, limit: int) -> list[Block]:
    who = rich.text(text.plain(entry.said.by, 60, empty="(no name)"), bold=True)
    head = rich.section(
        who, rich.text(f"{_kind(entry)}  "), kit.rich_when(entry.said.at, card.now, card.zone)
    )
    said = text.shorten(whole, limit)
    first, *more = _pieces(said)
    blocks = [rich.block(head, rich.quote(rich.text(first)))]
    blocks += [rich.block(rich.quote(rich.text(each))) for each in more]
    if said != whole:
        left = plural(len(whole) - len(said.removesuffix(text.ELLIPSIS)), "character")
        blocks.append(kit.context(f"Cut here, {left} before the end. {_rest(entry, card)}"))
    return blocks


def _pieces(said: str) -> list[str]:
    """In lengths that a block takes, parted at a line's end or a word's."""
    pieces = []
    while len(said) > _A_BLOCK:
        ends = (said.rfind(each, _A_BLOCK // 2, _A_BLOCK) for each in "\n ")
        end = next((each for each in ends if each > 0), _A_BLOCK)
        pieces.append(said[:end])
        said = said[end:].strip()
    return [each for each in (*pieces, said) if each.strip()]


def _rest(entry: TimelineEntry, card: TimelineCard) -> str:
    """Where the rest of what was cut can be read."""
    where = "Slack" if entry.place else "Intercom"
    if entry.url and text.safe_url(entry.url):
        return text.link(entry.url, f"Read all of it in {where}")
    return "The file under ⋯ Export has all of it." if card.about == ACCOUNT else f"All of it is in {where}."


def _kind(entry: TimelineEntry) -> str:
    if entry.place:
        inside = "internal, " if entry.said.kind == "note" else ""
        return f" ({inside}{words.channel_plain(entry.channel)} {text.plain(entry.place, 60)})"
    told = _KINDS.get(entry.said.kind) or words.channel_plain(entry.channel)
    return f" ({told})"
