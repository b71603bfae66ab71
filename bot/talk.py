"""What was said, as people see it: a conversation's or an account's messages in one order, and in a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot import timeline
from bot.cards.timeline import ACCOUNT, CONVERSATION, TimelineCard, TimelineEntry
from bot.cards.values import Said
from bot.cards.words import channel_plain
from bot.durations import plural
from bot.errors import UserError
from bot.office import Office
from bot.present import NOBODY, account_by_id, contact_name, said, spoken, url
from bot.slack import text
from bot.store import conversations
from bot.store.conversations import Conversation, Part
from bot.timeline import AuthorKind, Block, Entry

_STATES = ("open", "snoozed", "closed")
_PAGE = 20
_KINDS: dict[str, AuthorKind] = {"customer": "customer", "bot": "bot", "rep": "rep", "note": "rep"}
_UNKNOWN = "Watchbell does not know that account any more."


@dataclass(frozen=True, slots=True)
class File:
    """A timeline in a file: its name, its words, and how many messages of how many conversations they are."""

    name: str
    words: str
    account: str
    messages: int
    conversations: int


def of_conversation(
    session: Session, office: Office, conversation_id: str, now: datetime, page: int = 1
) -> TimelineCard:
    """A conversation's messages, notes included. Raises UserError when it is not known."""
    row = conversations.get(session, office.workspace, conversation_id)
    if row is None:
        raise UserError("Watchbell does not know that conversation any more.")
    entries = _said_in(session, office, [row])
    return _card(contact_name(row), CONVERSATION, row.id, entries, office, now, page, url(office, row.id))


def of_account(
    session: Session, office: Office, account_id: str, now: datetime, page: int = 1
) -> TimelineCard:
    """Every conversation of an account in one order, the closed ones too. Raises UserError likewise."""
    company = account_by_id(session, office, account_id)
    if company is None:
        raise UserError(_UNKNOWN)
    entries = _said_at(session, office, account_id)
    return _card(company.name, ACCOUNT, account_id, entries, office, now, page, None)


def latest_of_account(
    session: Session, office: Office, account_id: str, count: int
) -> tuple[TimelineEntry, ...]:
    """What was said last in any conversation of an account, oldest first."""
    latest = timeline.latest(_said_at(session, office, account_id), count)
    return tuple(_shown(office, [entry]) for entry in latest)


def file_of_account(session: Session, office: Office, account_id: str, now: datetime) -> File:
    """An account's whole timeline as Markdown, in the office's zone. Raises UserError likewise."""
    company = account_by_id(session, office, account_id)
    if company is None:
        raise UserError(_UNKNOWN)
    entries = _said_at(session, office, account_id)
    count = len({entry.conversation_id for entry in entries})
    zone = ZoneInfo(office.zone)
    name = text.one_line(company.name) or account_id
    head = [
        f"# {name}",
        "",
        f"{plural(len(entries), 'message')} of {plural(count, 'conversation')}, "
        f"written down {now.astimezone(zone):%-d %B %Y %H:%M} ({office.zone}). "
        "Notes are marked: only your team sees them.",
    ]
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "account"
    return File(
        name=f"{slug}-timeline-{now.astimezone(zone):%Y-%m-%d}.md",
        words="\n".join([*head, *_written(timeline.blocks(entries), zone), ""]),
        account=name,
        messages=len(entries),
        conversations=count,
    )


def _said_at(session: Session, office: Office, account_id: str) -> tuple[Entry, ...]:
    rows = conversations.of_account(session, office.workspace, account_id, states=_STATES)
    return _said_in(session, office, rows)


def _said_in(session: Session, office: Office, rows: Sequence[Conversation]) -> tuple[Entry, ...]:
    parts = conversations.parts_of_many(session, office.workspace, [row.id for row in rows])
    return timeline.merge(_entry(row, part) for row in rows for part in spoken(parts[row.id]))


def _entry(row: Conversation, part: Part) -> Entry:
    shown = said(part)
    return Entry(
        id=part.id,
        conversation_id=row.id,
        channel=row.channel,
        author_id=part.author_id or "",
        author_name=part.author_name or "",
        author_kind=_KINDS[shown.kind],
        at=part.created_at,
        text=shown.words,
        internal=shown.kind == "note",
    )


def _card(
    title: str,
    about: str,
    about_id: str,
    entries: Sequence[Entry],
    office: Office,
    now: datetime,
    number: int,
    address: str | None,
) -> TimelineCard:
    page = timeline.page(entries, number=number, size=_PAGE)
    return TimelineCard(
        title=title,
        now=now,
        zone=office.zone,
        entries=tuple(_shown(office, block.entries) for block in page.blocks),
        url=address,
        about=about,
        about_id=about_id,
        page=page.number,
        pages=page.pages,
        messages=page.messages,
    )


def _shown(office: Office, entries: Sequence[Entry]) -> TimelineEntry:
    """Messages of one author in a row, as one."""
    first = entries[0]
    kind = "note" if first.internal else first.author_kind
    words = "\n".join(entry.text for entry in entries)
    told = Said(by=entries[-1].author_name or NOBODY, words=words, at=first.at, kind=kind)
    return TimelineEntry(said=told, channel=first.channel, url=url(office, first.conversation_id))


def _written(blocks: Iterable[Block], zone: ZoneInfo) -> list[str]:
    lines: list[str] = []
    day = None
    for block in blocks:
        at = block.first_at.astimezone(zone)
        if at.date() != day:
            day = at.date()
            lines += ["", f"## {at:%A, %-d %B %Y}"]
        kind = "note" if block.internal else block.author_kind
        name = text.one_line(block.author_name) or NOBODY
        where = f"{kind}, {channel_plain(block.channel)}, conversation {block.conversation_id}"
        lines += ["", f"**{at:%H:%M} {name}** ({where})", ""]
        for entry in block.entries:
            # Quoted line by line: whatever a customer typed stays theirs and heads no chapter.
            lines += [f"> {line}".rstrip() for line in text.clean(entry.text).strip().split("\n")]
    return lines
