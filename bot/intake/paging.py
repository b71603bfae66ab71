"""Intercom's pages one after the other, the next asked for while one is taken in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

from bot.intercom.pages import Page

T = TypeVar("T")
Fetch = Callable[[str | None], Coroutine[Any, Any, Page[T]]]

BEGINNING = datetime(2001, 9, 9, tzinfo=UTC)
"""Before anything that Intercom holds."""


async def pages(fetch: Fetch[T], cursor: str | None = None) -> AsyncGenerator[Page[T], None]:
    """The pages from `cursor` on. While one is taken in, Intercom is asked for the next already."""
    page = await fetch(cursor)
    while page.next_cursor is not None:
        following = asyncio.create_task(fetch(page.next_cursor))
        try:
            yield page
            page = await following
        finally:
            # Nobody wants it any more where the page before could not be taken in.
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
    yield page
