"""A server that nobody should ever ask, and one that sends everybody there."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from aiohttp import web
from local_server import served


@dataclass
class Planted:
    """Where it listens, and what reached it: method, path, headers and body in one text each."""

    url: str = ""
    hits: list[str] = field(default_factory=list)


@contextlib.asynccontextmanager
async def listening(redirect_to: str | None = None, status: int = 307) -> AsyncIterator[Planted]:
    """A server on a loopback port; with `redirect_to` it answers everything with a redirect there."""
    planted = Planted()

    async def answer(request: web.Request) -> web.StreamResponse:
        body = await request.text()
        planted.hits.append(f"{request.method} {request.path_qs} {dict(request.headers)} {body}")
        if redirect_to is not None:
            raise_to = f"{redirect_to}{request.path_qs}"
            return web.Response(status=status, headers={"Location": raise_to})
        return web.json_response({"ok": True, "channel": "C1", "ts": "1.1", "type": "admin", "id": "1"})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with served(app) as url:
        planted.url = url
        yield planted
