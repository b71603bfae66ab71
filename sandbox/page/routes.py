"""The page's addresses: the page itself, its fragments, its events, and what can be done on it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.page import clock_acts, inbox_acts, slack_acts
from sandbox.page.asking import Act, act
from sandbox.page.drawing import FRAGMENTS, Drawing
from sandbox.page.page import Page
from sandbox.page.security import PageGuard
from sandbox.page.visit import ACTOR_COOKIE, HOME, NobodyToActAs, visit

Endpoint = Callable[[Request], Awaitable[Response]]

_ACTS: dict[str, Act] = {
    "say": slack_acts.say,
    "click": slack_acts.click,
    "submit": slack_acts.submit,
    "close": slack_acts.close,
    "shortcut": slack_acts.shortcut,
    "open-home": slack_acts.open_home,
    "read": slack_acts.read,
    "join": slack_acts.join,
    "options": slack_acts.options,
    "inbox/write": inbox_acts.write,
    "inbox/start": inbox_acts.start,
    "inbox/assign": inbox_acts.assign,
    "inbox/snooze": inbox_acts.snooze,
    "inbox/close": inbox_acts.close,
    "inbox/open": inbox_acts.reopen,
    "clock/speed": clock_acts.speed,
    "clock/jump": clock_acts.jump,
    "fault": clock_acts.fault,
}


def routes(page: Page) -> list[BaseRoute]:
    """To be mounted last, at `/`: it answers everything that no other part of the sandbox does."""
    drawing = Drawing()
    inner: list[BaseRoute] = [
        Route("/", _page(page, drawing)),
        *(Route(f"/page/{name}", _fragment(page, drawing, name)) for name in FRAGMENTS),
        Route("/page/events", _events(page)),
        Route("/page/files/{file}", slack_acts.download(page)),
        Route("/page/upload", slack_acts.upload(page), methods=["POST"]),
        *(Route(f"/page/{name}", act(page, do), methods=["POST"]) for name, do in _ACTS.items()),
        Mount("/static", StaticFiles(packages=[("sandbox.page", "static")])),
    ]
    return [Mount("/", Starlette(routes=inner, middleware=[Middleware(PageGuard)]))]


def _page(page: Page, drawing: Drawing) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            seen = visit(page, request)
        except NobodyToActAs:
            return PlainTextResponse("The local Slack has no people yet.", status_code=503)
        if seen.place.channel != HOME:
            page.slack.mark_read(seen.actor.id, seen.place.channel)
        response = HTMLResponse(drawing.page(seen))
        response.set_cookie(ACTOR_COOKIE, seen.actor.id, httponly=True, samesite="strict")
        return response

    return endpoint


def _fragment(page: Page, drawing: Drawing, name: str) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            return HTMLResponse(drawing.fragment(name, visit(page, request)))
        except NobodyToActAs:
            return PlainTextResponse("", status_code=503)

    return endpoint


def _events(page: Page) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        viewer = request.query_params.get("as", "")
        return StreamingResponse(page.hub.listen(viewer), media_type="text/event-stream")

    return endpoint
