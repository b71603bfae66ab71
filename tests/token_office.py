"""A local server that gives access tokens (RFC 6749), and tells the mail server whose they are (RFC 7662)."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from local_server import served

from bot.settings.mailbox import TokenSecrets

CLIENT = "watchbell-reads-mail"
SECRET = "planted-client-secret-3c1e"
REFRESH = "planted-refresh-token-90ab"
SCOPE = "mail.example/.default"
GIVEN = "planted-access-token"


@dataclass
class TokenOffice:
    """Gives a new token to each who asks as it wants it. `owners` says whose a token is.

    `asked` are the forms that came, `elsewhere` what came where nobody should ask. `answer`: what it says
    instead of giving a token, as (status, body).
    """

    user: str = ""
    lasts: Any = 3599
    answer: tuple[int, Any] | None = None
    url: str = ""
    asked: list[Mapping[str, Any]] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def judge(self) -> str:
        """Where the mail server asks; the token goes behind it."""
        return f"{self.url}/whose?token="

    def secrets(self, **changes: Any) -> TokenSecrets:
        """As an application has them that reads in its own name."""
        usual = {"url": f"{self.url}/token", "client_id": CLIENT, "client_secret": SECRET, "scope": SCOPE}
        return TokenSecrets(**{**usual, **changes})

    async def give(self, request: web.Request) -> web.Response:
        form = {str(key): str(value) for key, value in (await request.post()).items()}
        self.asked.append(form)
        await self.hold.wait()
        if self.answer is not None:
            status, body = self.answer
            headers = {"Location": f"{self.url}/elsewhere"}
            if isinstance(body, str):
                return web.Response(status=status, text=body, headers=headers)
            return web.json_response(body, status=status, headers=headers)
        if (error := _amiss(form)) is not None:
            return web.json_response({"error": error, "error_description": f"no, {SECRET}"}, status=400)
        token = f"{GIVEN}-{next(self._numbers)}"
        self.owners[token] = self.user
        return web.json_response({"token_type": "Bearer", "access_token": token, "expires_in": self.lasts})

    async def whose(self, request: web.Request) -> web.Response:
        owner = self.owners.get(request.query["token"])
        return web.json_response({"active": owner is not None, "username": owner or ""})

    async def other(self, request: web.Request) -> web.Response:
        self.elsewhere.append(request.path)
        return web.json_response({"token_type": "Bearer", "access_token": "stolen", "expires_in": 60})


def _amiss(form: Mapping[str, str]) -> str | None:
    match form.get("grant_type"):
        case "client_credentials":
            right = form.get("client_secret") == SECRET and form.get("client_id") == CLIENT
            return None if right and form.get("scope") == SCOPE else "invalid_client"
        case "refresh_token":
            return None if form.get("refresh_token") == REFRESH else "invalid_grant"
    return "unsupported_grant_type"


@contextlib.asynccontextmanager
async def opened() -> AsyncIterator[TokenOffice]:
    office = TokenOffice()
    office.hold.set()
    app = web.Application()
    app.router.add_post("/token", office.give)
    app.router.add_get("/whose", office.whose)
    app.router.add_route("*", "/{path:.*}", office.other)
    async with served(app) as url:
        office.url = url
        yield office
