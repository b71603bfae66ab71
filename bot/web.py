"""The bot's own HTTP entrance: Slack's events, Intercom's webhooks, and what operators ask.

One Starlette application. Slack's part exists in HTTP mode only; Intercom's where a client secret is set.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Scope

from bot.intercom.signature import verify
from bot.intercom.values import ReadError

log = structlog.get_logger("watchbell.web")

ANSWER_WITHIN = 4.0
"""Seconds; Intercom itself gives up after five. One that is stored after all comes again and is
known."""

BODY_WITHIN = 4.0
"""Seconds for a whole body to come in. Nobody who means it needs longer, and a stop waits for it."""

BODY_LIMIT = 1024 * 1024
"""Bytes; a notification with a whole conversation, or a Slack window full of words, stays far below."""

Keep = Callable[[bytes], Awaitable[None]]
Slack = Callable[[Request], Awaitable[Response]]
Missing = Callable[[], Awaitable[list[str]]]
"""What is missing, a phrase each."""

Acknowledged = Callable[[str, float], None]
"""Told who was answered (slack, intercom) and after how many seconds."""


def build(
    *,
    slack: Slack | None,
    keep_notification: Keep | None,
    intercom_secret: str | None,
    ready: Missing,
    servable: Missing,
    metrics: Callable[[], Awaitable[bytes]],
    acknowledged: Acknowledged,
) -> Starlette:
    """The application. `ready` names what is not at work, `servable` what keeps clicks and notifications from
    being taken in; `keep_notification` stores a verified body.
    """

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def shown(_: Request) -> Response:
        return Response(await metrics(), media_type=CONTENT_TYPE_LATEST)

    # What comes most often stands first: each is held against one after the other.
    routes: list[BaseRoute] = []
    if slack is not None:
        routes.append(Route("/slack/events", _limited(slack), methods=["POST"]))
    if keep_notification is not None and intercom_secret:
        webhook = _webhook(keep_notification, intercom_secret, acknowledged)
        routes.append(Route("/intercom/webhook", webhook, methods=["POST", "HEAD"]))
    routes += [
        Route("/healthz", healthz),
        Route("/readyz", _state("ready", ready)),
        Route("/servable", _state("servable", servable)),
        Route("/metrics", shown),
    ]
    return Starlette(routes=routes)


def _state(word: str, asked: Missing) -> Callable[[Request], Awaitable[Response]]:
    async def state(_: Request) -> Response:
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                missing = await asked()
        except (SQLAlchemyError, TimeoutError):
            missing = ["the database does not answer"]
        return JSONResponse({word: not missing, "missing": missing}, status_code=503 if missing else 200)

    return state


def _webhook(keep: Keep, secret: str, acknowledged: Acknowledged) -> Callable[[Request], Awaitable[Response]]:
    async def webhook(request: Request) -> Response:
        """Verify, store, then acknowledge. 503 tells Intercom to come again; 429 would make it drop."""
        if request.method == "HEAD":
            return Response()
        arrived = time.monotonic()
        raw = await _body(request)
        if not verify(raw, request.headers.get("x-hub-signature"), secret):
            return PlainTextResponse("bad signature\n", status_code=401)
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await keep(raw)
        except ReadError:
            return PlainTextResponse("not a JSON object\n", status_code=400)
        except (SQLAlchemyError, TimeoutError):
            log.exception("notification_not_stored")
            return PlainTextResponse("not stored, come again\n", status_code=503)
        acknowledged("intercom", time.monotonic() - arrived)
        return PlainTextResponse("ok\n")

    return webhook


def _limited(slack: Slack) -> Slack:
    async def limited(request: Request) -> Response:
        """Bolt reads everything before it checks the signature, so what is too much never reaches it."""
        return await slack(_Whole(request.scope, await _body(request)))

    return limited


class _Whole(Request):
    """A request whose body is here."""

    def __init__(self, scope: Scope, raw: bytes) -> None:
        super().__init__(scope)
        self._raw = raw

    async def body(self) -> bytes:
        return self._raw


async def _body(request: Request) -> bytes:
    """The raw bytes. Raises HTTPException when there are more than any notification has, or more are
    announced, and when they do not all come in time.
    """
    announced = request.headers.get("content-length", "")
    # Python refuses to read a number of thousands of digits.
    if announced.isdecimal() and int(announced[:20]) > BODY_LIMIT:
        raise _too_large()
    raw = bytearray()
    try:
        async with asyncio.timeout(BODY_WITHIN):
            more = True
            while more:
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    raise _lacking()
                raw += message.get("body", b"")
                more = message.get("more_body", False)
                if len(raw) > BODY_LIMIT:
                    raise _too_large()
    except TimeoutError as error:
        raise _lacking() from error
    return bytes(raw)


def _lacking() -> HTTPException:
    return HTTPException(408, "the body did not come\n", {"Connection": "close"})


def _too_large() -> HTTPException:
    return HTTPException(413, "too large\n")
