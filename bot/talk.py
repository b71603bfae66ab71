"""What was said, as people see it: a conversation's or an account's messages in one order, and in a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot import timeline, twice
from bot.cards.timeline import ACCOUNT, CONVERSATION, TimelineCard, TimelineEntry
from bot.cards.values import Said
from bot.cards.words import channel_plain
from bot.durations import plural
from bot.errors import UserError
from bot.office import Office
from bot.present import NOBODY, account_by_id, author_name, contact_name, said, spoken, standing, url
from bot.slack import text
from bot.store import conversations, merged_contacts, outside
from bot.store.conversations import Conversation
from bot.store.outside import OutsideMessage
from bot.store.parts import Part, parts_of_many
from bot.timeline import AuthorKind, Block, Entry

_STATES = ("open", "snoozed", "closed")
_PAGE = 20
_KINDS: dict[str, AuthorKind] = {
    "customer": "customer",
    "bot": "bot",
    "rep": "rep",
    "note": "rep",
    "phone": "phone",
}
_OUTSIDE: dict[str, AuthorKind] = {"customer": "customer", "rep": "rep"}
_UNKNOWN = "Watchbell does not know that account any more."


@dataclass(frozen=True, slots=True)
class File:
    """A timeline in a file: its name, its words, and how many messages of how many conversations they are.

    `outside` counts those of the messages that are in no conversation of Intercom's.
    """

    name: str
    words: str
    account: str
    messages: int
    conversations: int
    outside: int

    @property
    def count(self) -> str:
        inside = plural(self.messages - self.outside, "message")
        told = f"{inside} of {plural(self.conversations, 'conversation')}"
        return f"{told}, and {self.outside} from outside Intercom" if self.outside else told


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
    """Every conversation of an account in one order, the closed ones too, and what was said outside Intercom.

    Raises UserError likewise.
    """
    company = account_by_id(session, office, account_id)
    if company is None:
        raise UserError(_UNKNOWN)
    entries = _said_at(session, office, account_id)
    shown = _card(company.name, ACCOUNT, account_id, entries, office, now, page, None)
    return replace(shown, account=company)


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
    zone = ZoneInfo(office.zone)
    name = text.one_line(company.name) or account_id
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "account"
    file = File(
        name=f"{slug}-timeline-{now.astimezone(zone):%Y-%m-%d}.md",
        words="",
        account=name,
        messages=len(entries),
        conversations=len({entry.conversation_id for entry in entries if not entry.place}),
        outside=sum(bool(entry.place) for entry in entries),
    )
    head = [
        f"# {name}",
        "",
        f"{file.count}, written down {now.astimezone(zone):%-d %B %Y %H:%M} ({office.zone}). "
        "Notes and internal words are marked: only your team sees them.",
    ]
    return replace(file, words="\n".join([*head, *_written(timeline.blocks(entries), zone), ""]))


def _said_at(session: Session, office: Office, account_id: str) -> tuple[Entry, ...]:
    rows = conversations.of_account(session, office.workspace, account_id, states=_STATES)
    inside = _said_in(session, office, rows)
    beside = outside.of_account(session, office.workspace, account_id)
    beside = outside.without_erased(session, office.workspace, beside)
    mails = _mails(session, office, [each for each in beside if each.source == outside.MAILBOX])
    again = twice.told_twice(inside, mails)
    shown = (_from_outside(each) for each in beside if each.source != outside.MAILBOX or each.id not in again)
    return timeline.merge(inside, shown)


def _said_in(session: Session, office: Office, rows: Sequence[Conversation]) -> tuple[Entry, ...]:
    parts = parts_of_many(session, office.workspace, [row.id for row in rows])
    return timeline.merge(_entry(row, part) for row in rows for part in spoken(parts[row.id]))


def _entry(row: Conversation, part: Part) -> Entry:
    shown = said(row, part)
    return Entry(
        id=part.id,
        conversation_id=row.id,
        channel=row.channel,
        author_id=part.author_id or "",
        author_name=author_name(row, part),
        author_kind=_KINDS[shown.kind],
        at=part.created_at,
        text=shown.words,
        internal=shown.kind == "note",
        opening=part.raw_kind == "source",
    )


def _mails(session: Session, office: Office, rows: Sequence[OutsideMessage]) -> list[twice.Mail]:
    customers = [row for row in rows if row.author_kind == "customer" and row.contact_id is not None]
    known = merged_contacts.known_at(session, office.workspace, {row.address or "" for row in customers})
    people = {row.id: known.get(row.address or "", frozenset()) | {row.contact_id or ""} for row in customers}

    def mail(row: OutsideMessage) -> twice.Mail:
        kind = _OUTSIDE.get(row.author_kind, "other")
        return twice.Mail(row.id, kind, people.get(row.id, frozenset()), row.at, row.text, row.internal)

    return [mail(row) for row in rows]


def _from_outside(row: OutsideMessage) -> Entry:
    title = f"{row.title}\n" if row.title and row.id == row.thread else ""
    return Entry(
        id=row.id,
        conversation_id=f"{row.source}:{row.thread}",
        channel=row.channel,
        author_id=row.author_id,
        author_name=row.author_name,
        author_kind=_OUTSIDE.get(row.author_kind, "other"),
        at=row.at,
        text=title + row.text,
        internal=row.internal,
        edited_at=row.edited_at,
        place=row.place or row.source,
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
    source, _, _ = first.conversation_id.rpartition(":")
    channel = outside.slack_channel(source)
    address = None if first.place else url(office, first.conversation_id)
    if channel is not None:
        address = standing(office, channel, first.id)
    return TimelineEntry(said=told, channel=first.channel, url=address, place=first.place)


def _written(blocks: Iterable[Block], zone: ZoneInfo) -> list[str]:
    lines: list[str] = []
    day = None
    for block in blocks:
        at = block.first_at.astimezone(zone)
        if at.date() != day:
            day = at.date()
            lines += ["", f"## {at:%A, %-d %B %Y}"]
        kind = ("internal" if block.place else "note") if block.internal else block.author_kind
        name = text.one_line(block.author_name) or NOBODY
        place = text.one_line(block.place) or f"conversation {block.conversation_id}"
        where = f"{kind}, {channel_plain(block.channel)}, {place}"
        lines += ["", f"**{at:%H:%M} {name}** ({where})", ""]
        for entry in block.entries:
            # Quoted line by line: whatever a customer typed stays theirs and heads no chapter.
            lines += [f"> {line}".rstrip() for line in text.clean(entry.text).strip().split("\n")]
    return lines
