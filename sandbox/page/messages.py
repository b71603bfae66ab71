"""Messages as the page shows them: who, when, what, and what hangs on it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from markupsafe import Markup

from sandbox.page import blocks, dates, emoji, mrkdwn
from sandbox.page.html import el, join
from sandbox.page.people import Face, face, user_face
from sandbox.page.reader import JSON, Reader
from sandbox.page.richtext import children
from sandbox.page.texts import text_object
from sandbox.slack.model import Message, SlackFile
from sandbox.slack.world import SlackWorld

SHOWN = 200
_TOGETHER_S = 300


@dataclass(frozen=True)
class Stamp:
    """A moment in the reader's zone: as text, for hovering, and for machines."""

    time: str
    full: str
    iso: str


@dataclass(frozen=True)
class ThreadSummary:
    replies: str
    faces: tuple[Face, ...]
    last: str


@dataclass(frozen=True)
class Shown:
    """One message, or a day's line where `day` is set."""

    key: str
    day: str | None = None
    ts: str = ""
    author: Face | None = None
    stamp: Stamp | None = None
    body: Markup = field(default_factory=Markup)
    compact: bool = False
    edited: bool = False
    ephemeral: bool = False
    deleted: bool = False
    thread: ThreadSummary | None = None
    files: tuple[SlackFile, ...] = ()
    reactions: tuple[tuple[Markup, int, bool], ...] = ()
    can_reply: bool = True


def stamp(ts: str, reader: Reader) -> Stamp:
    at = dates.from_timestamp(float(ts), reader.zone)
    return Stamp(dates.clock_time(at), dates.full(at), at.isoformat(timespec="seconds"))


def channel_rows(world: SlackWorld, channel_id: str, reader: Reader) -> list[Shown]:
    """The newest messages of a channel, threads' replies left out, with a line before each day."""
    seen = [
        message
        for message in world.seen_by(reader.viewer, channel_id)
        if not message.is_reply or message.subtype == "thread_broadcast"
    ]
    return list(_with_days(world, seen[-SHOWN:], reader))


def thread_rows(world: SlackWorld, channel_id: str, thread_ts: str, reader: Reader) -> list[Shown]:
    """A parent and its replies."""
    seen = world.seen_by(reader.viewer, channel_id)
    chosen = [message for message in seen if message.ts == thread_ts or message.thread_ts == thread_ts]
    rows: list[Shown] = []
    before: Message | None = None
    for message in chosen:
        rows.append(_shown(world, message, reader, before if len(rows) > 1 else None, in_thread=True))
        before = message
    return rows


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 reply`, `2 replies`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _with_days(world: SlackWorld, messages: Sequence[Message], reader: Reader) -> Iterable[Shown]:
    day: object = None
    before: Message | None = None
    for message in messages:
        at = dates.from_timestamp(float(message.ts), reader.zone)
        if at.date() != day:
            day, before = at.date(), None
            yield Shown(key=f"day-{at:%Y-%m-%d}", day=dates.day_divider(at, reader.local_now))
        yield _shown(world, message, reader, before, in_thread=False)
        before = message


def _shown(
    world: SlackWorld, message: Message, reader: Reader, before: Message | None, *, in_thread: bool
) -> Shown:
    return Shown(
        key=message.ts,
        ts=message.ts,
        author=author(world, message),
        stamp=stamp(message.ts, reader),
        body=Markup("") if message.deleted else body(message, reader),
        compact=_continues(before, message),
        edited=message.edited is not None and not message.deleted,
        ephemeral=message.ephemeral_to is not None,
        deleted=message.deleted,
        thread=None if in_thread else _summary(world, message, reader),
        files=tuple(message.files),
        reactions=tuple(_reactions(message, reader)),
        can_reply=message.ephemeral_to is None and not in_thread,
    )


def author(world: SlackWorld, message: Message) -> Face:
    user = world.users.get(message.user or "")
    if message.username:
        return face(message.bot_id or message.username, message.username, is_bot=True)
    if user is None:
        return face(message.bot_id or "someone", "Slackbot" if not message.bot_id else "App", is_bot=True)
    return user_face(user)


def body(message: Message, reader: Reader) -> Markup:
    """What the message says: its blocks, else its text, then attachments and unfurls."""
    # Messages of one card share their block ids; ids of elements must differ.
    reader = dataclasses.replace(reader, scope=f"{reader.scope}-{message.ts}")
    said = blocks.render(message.blocks, reader) if message.blocks else mrkdwn.render(message.text, reader)
    extras = [*message.attachments, *message.unfurls.values()]
    return join((said, *(_attachment(extra, reader) for extra in extras)))


def _attachment(attachment: JSON, reader: Reader) -> Markup:
    inner = children(attachment.get("blocks"))
    if inner:
        return el("div", blocks.render(inner, reader), class_="attachment")
    title = str(attachment.get("title") or "")
    link = mrkdwn.link(str(attachment.get("title_link") or ""), title) if title else None
    text = {"type": "mrkdwn", "text": str(attachment.get("text") or attachment.get("fallback") or "")}
    return el("div", el("strong", link) if link else None, text_object(text, reader), class_="attachment")


def _continues(before: Message | None, message: Message) -> bool:
    """Whether the message stands under its author's previous one without a name of its own."""
    if before is None or before.user != message.user or before.username != message.username:
        return False
    if before.ephemeral_to != message.ephemeral_to or before.deleted or before.reply_count:
        return False
    return float(message.ts) - float(before.ts) < _TOGETHER_S and message.user is not None


def _summary(world: SlackWorld, message: Message, reader: Reader) -> ThreadSummary | None:
    if not message.reply_count:
        return None
    faces = tuple(user_face(world.users[user]) for user in message.reply_users[:4] if user in world.users)
    last = ""
    if message.latest_reply:
        at: datetime = dates.from_timestamp(float(message.latest_reply), reader.zone)
        near = dates.near_day(at, reader.local_now)
        last = f"last reply {near or dates.date_short(at)} at {dates.clock_time(at)}"
    return ThreadSummary(count(message.reply_count, "reply", "replies"), faces, last)


def _reactions(message: Message, reader: Reader) -> Iterable[tuple[Markup, int, bool]]:
    for name, users in message.reactions.items():
        if users:
            yield emoji.picture(name) or Markup(":{}:").format(name), len(users), reader.viewer in users
