"""How quiet sources and stopped sequences are told, on every card that tells them."""

from __future__ import annotations

from datetime import datetime

from bot.cards import words
from bot.cards.values import NotKnown, Silent
from bot.durations import plural
from bot.slack import text


def not_known(entry: NotKnown, now: datetime, zone: str) -> str:
    """`Not known: usage of 4 accounts (Segment last seen Fri 18:04)`."""
    seen = "never seen" if entry.last_seen is None else f"last seen {words.when(entry.last_seen, now, zone)}"
    of = "" if entry.accounts is None else f" of {plural(entry.accounts, 'account')}"
    return f"Not known: {text.inline(entry.what)}{of} ({text.inline(entry.source, 60)} {seen})"


def not_known_plain(entry: NotKnown, now: datetime, zone: str) -> str:
    """The same as a phrase of plain text: `Paused messages: not known (activity log last read Fri 18:04)`."""
    read = (
        "never read"
        if entry.last_seen is None
        else f"last read {words.when_plain(entry.last_seen, now, zone)}"
    )
    return f"{entry.what[:1].upper()}{entry.what[1:]}: {words.NOT_KNOWN} ({entry.source} {read})"


def silent(entry: Silent, now: datetime, zone: str) -> str:
    """`Silent: “Trial day 3” has sent nothing since Fri 18:00 (usual 38 a day), 61 people were due`."""
    paused = ""
    if entry.paused_at is not None:
        by = f" by {text.inline(entry.paused_by, 60)}" if entry.paused_by else ""
        paused = f", paused {words.when(entry.paused_at, now, zone)}{by}"
    due = ""
    if entry.people_due is not None:
        due = f", {plural(entry.people_due, 'person was', 'people were')} due"
    name = text.inline(entry.name)
    if entry.usual_a_day is None:
        return f"Silent: “{name}” ({usual(entry, now, zone)}){paused}{due}"
    since = "nothing so far"
    if entry.last_sent is not None:
        since = f"nothing since {words.when(entry.last_sent, now, zone)}"
    return f"Silent: “{name}” has sent {since} (usual {_rate(entry.usual_a_day)} a day){paused}{due}"


def usual(entry: Silent, now: datetime, zone: str) -> str:
    """`usual 38 a day, last sent Fri 18:00`, or that neither is known."""
    if entry.usual_a_day is None:
        return f"usual {words.NOT_KNOWN}: nothing it sent was seen"
    last = f", last sent {words.when(entry.last_sent, now, zone)}" if entry.last_sent is not None else ""
    return f"usual {_rate(entry.usual_a_day)} a day{last}"


def _rate(a_day: float) -> str:
    return f"{a_day:,.0f}" if a_day >= 10 else f"{a_day:,.1f}".removesuffix(".0")
