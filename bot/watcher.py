"""Whoever watches from outside: an address that expects to hear from the bot, and raises alarm if not."""

from __future__ import annotations

import aiohttp

TIMEOUT = aiohttp.ClientTimeout(total=10)


async def ping(session: aiohttp.ClientSession, url: str) -> bool:
    """Say that all is well; whether that was taken. Never raises: its absence is no fault of ours."""
    try:
        async with session.get(url, timeout=TIMEOUT, allow_redirects=False) as answer:
            return answer.status < 300
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False
