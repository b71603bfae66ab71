"""Our own messages as Slack has them, found by the key that each carries as metadata."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from bot.slack.answers import Raw
from bot.slack.client import EVENT_TYPE, Slack
from bot.slack.errors import SlackError

_PAGES = 10
_PAGES_FOR_ONE = 40
"""A message that is not found in the end is never posted: more is worth a minute."""

_WAITS = 3
"""How often a call of a look to the end waits for Slack before it gives up."""

_LONGEST_WAIT = 60.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ours:
    """A message of ours: its key, its place, and whether anything stands in its thread."""

    key: str
    ts: str
    has_thread: bool = False


async def ours(
    slack: Slack,
    channel: str,
    oldest: datetime,
    thread_ts: str | None = None,
    *,
    pages: int = _PAGES,
    to_the_end: bool = False,
) -> AsyncIterator[Ours]:
    """Our messages in a channel, or in one thread of it, back to `oldest` (business time, as message ts are).

    Raises SlackError; of kind not_sent and code look_incomplete, after the last one it read, when there was
    more to read than it is willing to. With `to_the_end` it is willing to read all of it, and waits where
    Slack asks to: a long look that began anew after each such wait might never end.
    """
    cursor: str | None = None
    read = 0
    while to_the_end or read < pages:
        page = partial(slack.history_page, channel, oldest, thread_ts, cursor)
        messages, cursor = await (patiently(page) if to_the_end else page())
        read += 1
        for message in messages:
            key = key_of(message)
            if key is not None:
                yield Ours(key, str(message["ts"]), bool(message.get("reply_count")))
        if cursor is None:
            return
    raise SlackError("not_sent", "look_incomplete", f"more than {pages} pages to look through")


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call, and make it again where Slack asks to wait. Raises SlackError."""
    for _ in range(_WAITS):
        try:
            return await call()
        except SlackError as error:
            if error.kind != "rate_limited":
                raise
            await asyncio.sleep(min(error.retry_after or 1.0, _LONGEST_WAIT))
    return await call()


async def find(
    slack: Slack, channel: str, key: str, oldest: datetime, thread_ts: str | None = None
) -> str | None:
    """The ts of the message that was posted with this key, or None if it is not there.

    Raises SlackError rather than answer None when it could not look everywhere.
    """
    async for message in ours(slack, channel, oldest, thread_ts, pages=_PAGES_FOR_ONE):
        if message.key == key:
            return message.ts
    return None


def key_of(message: Raw) -> str | None:
    """The key that a message of ours carries; None for anybody else's."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    key = (metadata.get("event_payload") or {}).get("key")
    return str(key) if key else None
