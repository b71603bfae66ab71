"""What people say in a channel, read from Slack's events and from its history alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.slack.answers import Raw

_SPOKEN = (None, "", "file_share", "thread_broadcast", "me_message")
"""Subtypes of messages that somebody wrote; the others tell of joins, topics, pins."""

_TOMBSTONE = "tombstone"
"""What stands in place of a message that was deleted while replies hang on it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of a person. `text` is in Slack's markup; `thread_ts` is None outside threads.

    `team` is the author's workspace where Slack tells it.
    """

    channel: str
    ts: str
    user: str
    team: str | None
    text: str
    thread_ts: str | None = None
    files: int = 0
    edited_at: datetime | None = None

    @property
    def at(self) -> datetime:
        return instant(self.ts)


@dataclass(frozen=True, slots=True)
class Deleted:
    """A message that its author or an admin took away."""

    channel: str
    ts: str


def read_event(event: Raw) -> Heard | Deleted | None:
    """What a `message` event tells; None where no person said anything."""
    channel = str(event.get("channel") or "")
    if event.get("subtype") == "message_deleted":
        ts = str(event.get("deleted_ts") or "")
        return Deleted(channel, ts) if channel and ts else None
    if event.get("subtype") == "message_changed":
        changed = event.get("message")
        return read_history(channel, changed) if isinstance(changed, dict) else None
    return read_message(channel, event)


def read_history(channel: str, raw: Raw) -> Heard | Deleted | None:
    """A message as history has it, or that it was taken away; None where no person said anything."""
    ts = str(raw.get("ts") or "")
    if raw.get("subtype") == _TOMBSTONE:
        return Deleted(channel, ts) if channel and is_ts(ts) else None
    return read_message(channel, raw)


def read_message(channel: str, raw: Raw) -> Heard | None:
    """A message as history has it; None for a bot's, and for what nobody wrote."""
    ts, user = str(raw.get("ts") or ""), str(raw.get("user") or "")
    if not channel or not user or not is_ts(ts) or raw.get("bot_id") or raw.get("subtype") not in _SPOKEN:
        return None
    thread, edited = raw.get("thread_ts"), raw.get("edited")
    edited_ts = str(edited.get("ts") or "") if isinstance(edited, dict) else ""
    team = raw.get("user_team") or raw.get("team")
    return Heard(
        channel=channel,
        ts=ts,
        user=user,
        team=str(team) if team else None,
        text=str(raw.get("text") or ""),
        thread_ts=str(thread) if thread and is_ts(str(thread)) else None,
        files=len(raw.get("files") or ()),
        edited_at=instant(edited_ts) if is_ts(edited_ts) else None,
    )


def is_ts(text: str) -> bool:
    """Whether this is a message's ts: seconds and microseconds, with a point between."""
    seconds, point, rest = text.partition(".")
    return bool(point) and len(seconds) <= 12 and seconds.isdigit() and rest.isdigit()


def instant(ts: str) -> datetime:
    """When a message was said, aware UTC. Raises ValueError for what is no ts."""
    return datetime.fromtimestamp(float(ts), UTC)


def ts_of(moment: datetime) -> str:
    """The ts that a message said at this instant would have."""
    return f"{moment.timestamp():.6f}"
