"""The local Slack's HTTP side: the Web API, response URLs, file transfer, and the socket's address."""

from __future__ import annotations

import asyncio
import json
import math
from typing import TYPE_CHECKING

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from sandbox.faults import ConnectionCut, CutConnections, Fault
from sandbox.slack.arguments import Arguments, read_arguments
from sandbox.slack.limits import METHODS as METHOD_FACTS
from sandbox.slack.methods import METHODS
from sandbox.slack.model import Json, SlackError
from sandbox.slack.responses import respond
from sandbox.slack.scopes import missing

if TYPE_CHECKING:
    from sandbox.slack.world import SlackWorld

_APP_TOKEN_METHODS = frozenset({"apps.connections.open"})
# What a token carries where the manifest names no scopes: all that methods, commands and events ask for.
_ALL_SCOPES = frozenset(
    {scope for facts in METHOD_FACTS.values() for scope in facts["scopes"] if scope != "connections:write"}
    | {"commands", "app_mentions:read", "links:read", "metadata.message:read"}
)
# Slack answers errors with HTTP 200, but for those by which it says that it is itself unwell.
_UNWELL = frozenset({"internal_error", "fatal_error", "service_unavailable"})


def routes(world: SlackWorld) -> list[BaseRoute]:
    """Everything below `/slack`: mount it where `world.base_url` points."""
    api = WebApi(world)
    # At the route, for further out Starlette would already have answered 500 for a cut connection.
    cut = [Middleware(CutConnections)]
    return [
        Route("/api/{method}", api.call, methods=["GET", "POST"], middleware=cut),
        Route("/response/{name}", api.response, methods=["POST"], middleware=cut),
        Route("/upload/{file_id}", api.upload, methods=["POST"]),
        Route("/files/{file_id}/{name}", api.download, methods=["GET"]),
        WebSocketRoute("/socket", world.sockets.endpoint),
    ]


class WebApi:
    """Endpoints over one world."""

    def __init__(self, world: SlackWorld) -> None:
        self._world = world

    async def call(self, request: Request) -> Response:
        """One Web API method: faults, then the token, the rate limit, the work, faults again."""
        method = request.path_params["method"]
        fault = self._world.faults.take("slack", method)
        if fault is not None and (answer := await before_work(fault)) is not None:
            return answer
        if fault is not None and fault.kind == "late":
            arguments = await read_arguments(request)
            token = _token(request, arguments)
            self._world.background.spawn(self._late(fault.seconds, method, arguments, token))
            raise ConnectionCut
        response = await self._answer(request, method)
        if fault is not None and fault.kind == "drop_after":
            raise ConnectionCut
        if fault is not None and fault.kind == "stale":
            await asyncio.sleep(fault.seconds)
        return response

    async def response(self, request: Request) -> Response:
        """A response URL."""
        fault = self._world.faults.take("slack", "response_url")
        if fault is not None and (answer := await before_work(fault)) is not None:
            return answer
        try:
            body = (await read_arguments(request)).values
            if isinstance(body.get("payload"), str):
                body = json.loads(body["payload"])
            respond(self._world, self._world.response_urls.use(request.path_params["name"]), body)
        except SlackError as error:
            gone = error.code in ("invalid_url", "expired_url", "used_url")
            return JSONResponse({"ok": False, "error": error.code}, 404 if gone else 200)
        if fault is not None:
            raise ConnectionCut  # drop_after, late
        return JSONResponse({"ok": True})

    async def upload(self, request: Request) -> Response:
        """The bytes of a file, raw or as the first file of a form."""
        file = self._world.files.get(request.path_params["file_id"])
        if file is None or file.completed:
            return PlainTextResponse("upload not found", 404)
        content = await request.body()
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            async with request.form() as form:
                parts = [part for part in form.values() if not isinstance(part, str)]
                content = await parts[0].read() if parts else b""
        file.content, file.uploaded = content, True
        return PlainTextResponse(f"OK - {len(content)}")

    async def download(self, request: Request) -> Response:
        """url_private: the bytes for the right token; for any other a page to log in, with status 200."""
        file = self._world.files.get(request.path_params["file_id"])
        if _bearer(request) != self._world.seed.bot_token:
            return HTMLResponse("<!DOCTYPE html><html><title>Sign in</title><body>Sign in</body></html>")
        if file is None or not file.uploaded:
            return HTMLResponse("<!DOCTYPE html><html><body>Not found</body></html>", 404)
        headers = {"Content-Disposition": f'attachment; filename="{file.id}"'}
        return Response(file.content, media_type=file.mimetype, headers=headers)

    async def _answer(self, request: Request, method: str) -> Response:
        try:
            arguments = await read_arguments(request)
            return self._work(method, arguments, _token(request, arguments))
        except SlackError as error:
            return JSONResponse({"ok": False, "error": error.code, **error.extra})

    def _work(self, method: str, arguments: Arguments, token: str) -> Response:
        """Raises SlackError for whatever Slack answers with `ok: false`."""
        world = self._world
        work = METHODS.get(method)
        if work is None:
            raise SlackError("unknown_method", req_method=method)
        self._check_token(method, token)
        if token == world.seed.bot_token:
            self._check_scopes(method, arguments)
        wait = world.limits.take(method, arguments.text("channel"))
        if wait is not None:
            return rate_limited(wait)
        answer: Json = {"ok": True, **work(world, arguments)}
        return JSONResponse(answer, headers=self._scope_header())

    async def _late(self, seconds: float, method: str, arguments: Arguments, token: str) -> None:
        await asyncio.sleep(seconds)
        try:
            self._work(method, arguments, token)
        except SlackError:
            return

    def _check_token(self, method: str, token: str) -> None:
        seed = self._world.seed
        if not token:
            raise SlackError("not_authed")
        if token not in (seed.bot_token, seed.app_token):
            raise SlackError("invalid_auth")
        if (token == seed.app_token) != (method in _APP_TOKEN_METHODS) and method != "auth.test":
            raise SlackError("not_allowed_token_type")

    def _check_scopes(self, method: str, arguments: Arguments) -> None:
        needed = missing(self._world, method, arguments)
        if needed:
            provided = ",".join(sorted(self._world.manifest.scopes or ()))
            raise SlackError("missing_scope", needed=",".join(needed), provided=provided)

    def _scope_header(self) -> dict[str, str]:
        granted = self._world.manifest.scopes
        return {"X-OAuth-Scopes": ",".join(sorted(_ALL_SCOPES if granted is None else granted))}


async def before_work(fault: Fault) -> Response | None:
    """Do what a fault does before the work; None if the work is to be done. Raises ConnectionCut."""
    if fault.kind == "error":
        status = fault.status if fault.error in _UNWELL else 200
        return JSONResponse({"ok": False, "error": fault.error}, status)
    if fault.kind == "rate_limit":
        return rate_limited(math.ceil(fault.seconds))
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
        return None
    if fault.kind == "hang":
        await asyncio.sleep(fault.seconds)
        raise ConnectionCut
    if fault.kind == "drop_before":
        raise ConnectionCut
    return None


def rate_limited(seconds: int) -> Response:
    body = {"ok": False, "error": "ratelimited"}
    return JSONResponse(body, 429, headers={"Retry-After": str(max(1, seconds))})


def _token(request: Request, arguments: Arguments) -> str:
    return _bearer(request) or arguments.text("token")


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
