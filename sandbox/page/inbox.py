"""The Intercom pane: the list of conversations and one conversation, as values for the templates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import nh3
from markupsafe import Markup

from sandbox.intercom.model import Conversation, Part
from sandbox.intercom.text import plain
from sandbox.intercom.world import IntercomWorld
from sandbox.page import dates
from sandbox.page.messages import Stamp, count
from sandbox.page.mrkdwn import printable
from sandbox.page.people import Face, face

Filter = Literal["open", "snoozed", "closed"]
FILTERS: tuple[Filter, ...] = ("open", "snoozed", "closed")
Side = Literal["customer", "teammate", "note", "bot", "event"]

_TAGS = {
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "div",
    "em",
    "h1",
    "h2",
    "h3",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "s",
}
_TAGS |= {"strong", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"}
_CHANNELS = {
    "conversation": "Messenger",
    "messenger": "Messenger",
    "email": "E-mail",
    "whatsapp": "WhatsApp",
    "sms": "SMS",
    "phone_call": "Phone",
    "phone_switch": "Phone",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "twitter": "X",
    "push": "Push",
}
_CHANNEL_ICONS = {"email": "mail", "phone_call": "phone", "phone_switch": "phone", "sms": "phone"}


@dataclass(frozen=True)
class Row:
    """One line of the list. `waiting_since` is an ISO instant, or empty when nobody waits."""

    id: str
    face: Face
    customer: str
    account: str
    snippet: str
    channel: str
    icon: str
    waiting_since: str
    waiting: str
    assignee: Face | None
    priority: bool
    state: Filter
    when: str
    until: str


@dataclass(frozen=True)
class Entry:
    """One part of the story, or a line about what happened (`event`)."""

    key: str
    side: Side
    face: Face
    stamp: Stamp
    body: Markup
    event: str = ""


@dataclass(frozen=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True)
class Open:
    """The conversation that is open in the pane."""

    row: Row
    title: str
    facts: tuple[Fact, ...]
    entries: tuple[Entry, ...]
    assignee_id: str
    writers: tuple[tuple[str, str], ...]
    """(contact id, name) of those who can write as customers."""
    rating: str


def clean(body: str | None) -> Markup:
    """An HTML body made harmless: structure stays, images, scripts, styles and odd links go."""
    cleaned = nh3.clean(
        printable(body or ""),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        set_tag_attribute_values={"a": {"target": "_blank"}},
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(cleaned)  # noqa: S704 - nh3 is an allow-list sanitiser


def spent(seconds: float) -> str:
    """A duration in at most two units: `2 d 3 h`, `2 h 10 min`, `45 s`."""
    left = max(0, int(seconds))
    units = (("d", 86400), ("h", 3600), ("min", 60))
    for place, (unit, size) in enumerate(units):
        if left >= size:
            whole, rest = divmod(left, size)
            if place + 1 < len(units):
                lower, lower_size = units[place + 1]
                if rest // lower_size:
                    return f"{whole} {unit} {rest // lower_size} {lower}"
            return f"{whole} {unit}"
    return f"{left} s"


def counts(world: IntercomWorld) -> dict[Filter, int]:
    states = [conversation.state for conversation in world.workspace.conversations.values()]
    return {name: states.count(name) for name in FILTERS}


def rows(world: IntercomWorld, which: Filter, zone: ZoneInfo) -> list[Row]:
    """Conversations of one state: the longest wait first, then those where nobody waits, newest first."""
    chosen = [one for one in world.workspace.conversations.values() if one.state == which]
    chosen.sort(key=lambda one: (one.waiting_from is None, one.waiting_from or 0, -one.updated_at))
    return [row(world, one, zone) for one in chosen]


def row(world: IntercomWorld, conversation: Conversation, zone: ZoneInfo) -> Row:
    ws = world.workspace
    contact = ws.contacts.get(next(iter(conversation.contact_ids), ""))
    name = printable((contact.name or contact.email) if contact else conversation.author.name or "Somebody")
    admin = ws.admins.get(conversation.admin_assignee_id or "")
    since = conversation.waiting_from
    now = world.clock.now()
    words = [part.body for part in conversation.parts if part.is_public and part.body]
    return Row(
        id=conversation.id,
        face=face(contact.id if contact else conversation.id, name),
        customer=name,
        account=_account(world, conversation),
        snippet=_snippet(words[-1] if words else conversation.body),
        channel=_CHANNELS.get(conversation.channel, conversation.channel),
        icon=_CHANNEL_ICONS.get(conversation.channel, "chat"),
        waiting_since=datetime.fromtimestamp(since, UTC).isoformat() if since else "",
        waiting=spent(now.timestamp() - since) if since else "",
        assignee=face(admin.id, admin.name) if admin else None,
        priority=conversation.priority == "priority",
        state=conversation.state,
        when=_near(conversation.updated_at, zone, now),
        until=_near(conversation.snoozed_until, zone, now) if conversation.snoozed_until else "",
    )


def opened(world: IntercomWorld, conversation_id: str, zone: ZoneInfo) -> Open | None:
    """The conversation with its story, None where there is no such conversation."""
    ws = world.workspace
    conversation = ws.conversations.get(conversation_id)
    if conversation is None:
        return None
    line = row(world, conversation, zone)
    title = printable(conversation.title or conversation.subject or _snippet(conversation.body))
    known = [ws.contacts[contact] for contact in conversation.contact_ids if contact in ws.contacts]
    rating = conversation.rating
    return Open(
        row=line,
        title=title,
        facts=tuple(_facts(world, conversation, zone)),
        entries=tuple(_entries(world, conversation, zone)),
        assignee_id=conversation.admin_assignee_id or "",
        writers=tuple((contact.id, contact.name or contact.email) for contact in known),
        rating=f"Rated {rating.score} of 5" + (f": {rating.remark}" if rating.remark else "")
        if rating
        else "",
    )


def customers(world: IntercomWorld) -> list[tuple[str, str]]:
    """(id, name and account) of everybody who can start a conversation, by name."""
    ws = world.workspace
    found = []
    for contact in ws.contacts.values():
        companies = [ws.companies[ident].name for ident in contact.company_ids if ident in ws.companies]
        name = contact.name or contact.email
        found.append((contact.id, printable(f"{name}, {companies[0]}" if companies else name)))
    return sorted(found, key=lambda entry: entry[1])


def snooze_choices(now: datetime, zone: ZoneInfo) -> list[tuple[str, str]]:
    """(label, ISO instant) of the moments one can snooze until."""
    here = now.astimezone(zone)
    nine = here.replace(hour=9, minute=0, second=0, microsecond=0)
    tomorrow, monday = nine + timedelta(days=1), nine + timedelta(days=7 - here.weekday())
    moments = (
        ("30 minutes", here + timedelta(minutes=30)),
        ("3 hours", here + timedelta(hours=3)),
        (f"Tomorrow, {dates.clock_time(tomorrow)}", tomorrow),
        (f"Next Monday, {dates.clock_time(monday)}", monday),
    )
    return [(label, moment.astimezone(UTC).isoformat()) for label, moment in moments]


def _account(world: IntercomWorld, conversation: Conversation) -> str:
    ws = world.workspace
    contacts = [ws.contacts[ident] for ident in conversation.contact_ids if ident in ws.contacts]
    ids = [conversation.company_id, *(company for contact in contacts for company in contact.company_ids)]
    return next((printable(ws.companies[ident].name) for ident in ids if ident and ident in ws.companies), "")


def _facts(world: IntercomWorld, conversation: Conversation, zone: ZoneInfo) -> Iterable[Fact]:
    ws = world.workspace
    contacts = [ws.contacts[ident] for ident in conversation.contact_ids if ident in ws.contacts]
    if contacts and contacts[0].email:
        yield Fact("E-mail", contacts[0].email)
    ids = [conversation.company_id, *(company for contact in contacts for company in contact.company_ids)]
    company = next((ws.companies[ident] for ident in ids if ident and ident in ws.companies), None)
    if company is not None:
        if company.plan:
            yield Fact("Plan", company.plan)
        yield Fact("Monthly spend", f"{company.monthly_spend:,}")
        renewal = company.custom_attributes.get("renewal_on")
        if renewal:
            yield Fact("Renews", _day(str(renewal)))
    team = ws.teams.get(conversation.team_assignee_id or "")
    if team is not None:
        yield Fact("Team", team.name)
    tags = ", ".join(applied.tag.name for applied in conversation.tags.values())
    if tags:
        yield Fact("Tags", tags)


def _entries(world: IntercomWorld, conversation: Conversation, zone: ZoneInfo) -> Iterable[Entry]:
    who = conversation.author
    yield Entry(
        key=conversation.source_id,
        side=_side(who.type, "comment"),
        face=face(who.id, printable(who.name or "Somebody"), is_bot=who.type == "bot"),
        stamp=_stamp(conversation.created_at, zone),
        body=clean(conversation.body),
    )
    for part in conversation.parts:
        event = _event(world, part, zone)
        if part.body is None and not event:
            continue
        who = part.author
        yield Entry(
            key=part.id,
            side=_side(who.type, part.part_type) if part.body is not None else "event",
            face=face(who.id, printable(who.name or "Somebody"), is_bot=who.type == "bot"),
            stamp=_stamp(part.at, zone),
            body=clean(part.body),
            event=event,
        )


def _side(author_type: str, part_type: str) -> Side:
    if part_type == "note":
        return "note"
    if author_type in ("user", "lead"):
        return "customer"
    return "bot" if author_type == "bot" else "teammate"


def _event(world: IntercomWorld, part: Part, zone: ZoneInfo) -> str:
    """What a part did, in words; empty for a part that only says something."""
    ws = world.workspace
    name = printable(part.author.name or "Somebody")
    if part.assigned_to is not None:
        kind, target = part.assigned_to
        names = {
            **{one.id: one.name for one in ws.admins.values()},
            **{one.id: one.name for one in ws.teams.values()},
        }
        if target is None:
            return f"{name} took the assignee away" if kind == "admin" else f"{name} took the team away"
        return (
            f"{name} took it"
            if target == part.author.id
            else f"{name} assigned it to {names.get(target, target)}"
        )
    match part.part_type:
        case "close":
            return f"{name} closed it"
        case "open":
            return f"{name} opened it again"
        case "snoozed":
            until = _near(part.snoozed_until, zone, world.clock.now()) if part.snoozed_until else "later"
            return f"{name} snoozed it until {until}"
        case "timer_unsnooze":
            return "The snooze ended"
        case "conversation_rating_changed":
            return f"{name} rated the conversation"
        case "priority_changed":
            return f"{name} changed the priority"
        case "comment" | "note" | "quick_reply":
            return ""
        case other:
            return f"{name}: {other.replace('_', ' ')}" if part.body is None else ""


def _day(written: str) -> str:
    """`14 Dec 2026` for an ISO date; anything else as it is."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return printable(written)
    return f"{day.day} {day:%b %Y}"


def _snippet(body: str) -> str:
    text = " ".join(printable(plain(body)).split())
    return text if len(text) <= 160 else text[:159].rstrip() + "…"


def _stamp(at: int, zone: ZoneInfo) -> Stamp:
    moment = datetime.fromtimestamp(at, zone)
    return Stamp(f"{moment:%a} {dates.clock_time(moment)}", dates.full(moment), moment.isoformat())


def _near(at: int, zone: ZoneInfo, now: datetime) -> str:
    moment = datetime.fromtimestamp(at, zone)
    days = (moment.date() - now.astimezone(zone).date()).days
    if days == 0:
        return dates.clock_time(moment)
    if abs(days) < 7:
        return f"{moment:%a} {dates.clock_time(moment)}"
    return f"{moment.day} {moment:%b}"


def waiting(world: IntercomWorld) -> str:
    """`3 people waiting`, for the pane's head."""
    number = sum(
        1 for one in world.workspace.conversations.values() if one.state == "open" and one.waiting_from
    )
    return f"{count(number, 'person', 'people')} waiting" if number else "Nobody is waiting"
