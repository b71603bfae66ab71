"""The Date of an answer, by whatever clock the one who answers has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send


def _real() -> datetime:
    return datetime.now(UTC)


class Dated:
    """ASGI wrapper that puts a Date on each answer; `tell` gives an aware UTC instant."""

    def __init__(self, app: ASGIApp, tell: Callable[[], datetime] = _real) -> None:
        self.app = app
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = format_datetime(self._tell().astimezone(UTC), usegmt=True)
                message["headers"] = [*message.get("headers", ()), (b"date", date.encode())]
            await send(message)

        await self.app(scope, receive, dated if scope["type"] == "http" else send)
