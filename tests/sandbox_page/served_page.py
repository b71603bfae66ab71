"""The small workspace, served on a port of its own, with its tiny bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from small_bot import tiny_bot
from small_world import small_page, talk

from sandbox.page.page import Page
from sandbox.server import SandboxServer


@dataclass(frozen=True)
class Served:
    page: Page
    url: str
    alert_ts: str
    http: httpx.AsyncClient

    async def act(self, name: str, **fields: object) -> dict[str, object]:
        answer = await self.http.post(f"/page/{name}", json=fields)
        found: dict[str, object] = answer.json()
        return found


@asynccontextmanager
async def serving() -> AsyncIterator[Served]:
    page = small_page()
    alert_ts = talk(page.slack)
    server = SandboxServer(0)
    await server.start(page)
    bot = tiny_bot(page.slack)
    async with httpx.AsyncClient(base_url=server.url) as http:
        yield Served(page, server.url, alert_ts, http)
    await server.stop()
    await bot.aclose()
