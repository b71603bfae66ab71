"""A few methods of Slack's on a loopback port, with the ways in which an answer can fail to come."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

Reply = dict[str, Any] | Callable[[web.Request, dict[str, Any]], Awaitable[web.StreamResponse]]


class SlackStub:
    """`replies` by method: what to answer; `calls` is what arrived, `posts` what a channel holds."""

    def __init__(self) -> None:
        self.replies: dict[str, Reply] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.url = ""
        self._runner: web.AppRunner | None = None

    def count(self, method: str) -> int:
        return sum(each == method for each, _ in self.calls)

    def last(self, method: str) -> dict[str, Any]:
        return next(arguments for each, arguments in reversed(self.calls) if each == method)

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}/api/"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments: dict[str, Any] = dict(request.query)
        if request.content_type == "application/json":
            arguments.update(await request.json())
        elif request.method == "POST":
            arguments.update(await request.post())
        self.calls.append((method, arguments))
        reply = self.replies.get(method, {"ok": True})
        if callable(reply):
            return await reply(request, arguments)
        return web.json_response(reply)


async def cut(request: web.Request, arguments: dict[str, Any]) -> web.StreamResponse:
    """The work is done and the connection is cut before the answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def hang(request: web.Request, arguments: dict[str, Any]) -> web.StreamResponse:
    await asyncio.sleep(30)
    return web.Response()


def status(code: int, **headers: str) -> Reply:
    async def answer(request: web.Request, arguments: dict[str, Any]) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=code, text="<html>no</html>", content_type="text/html", headers=named)

    return answer


async def nonsense(request: web.Request, arguments: dict[str, Any]) -> web.StreamResponse:
    return web.Response(text="{not json", content_type="application/json")


async def words(request: web.Request, arguments: dict[str, Any]) -> web.StreamResponse:
    return web.Response(text="fine", content_type="text/plain")
