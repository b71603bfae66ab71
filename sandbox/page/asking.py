"""Reading what the page's script sends, and answering it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.page.page import Page
from sandbox.page.people import actors
from sandbox.slack.model import Outcome, Refused, User

MAX_BODY = 1_000_000


class BadAsk(Exception):
    """The request makes no sense; the text says why."""


class Ask:
    """One JSON request of the page: what is asked, and as whom."""

    def __init__(self, page: Page, body: Mapping[str, Any]) -> None:
        self.page = page
        self.body = body

    @property
    def actor(self) -> User:
        """The person acted as. Unlike a look at the page, an act never falls back on somebody else."""
        wanted = self.text("as")
        found = next((user for user in actors(self.page.slack) if user.id == wanted), None)
        if found is None:
            raise BadAsk("Nobody here has that id.")
        return found

    def text(self, key: str) -> str:
        """A string that must be there and not empty."""
        found = self.body.get(key)
        if not isinstance(found, str) or not found.strip():
            raise BadAsk(f"{key} is missing.")
        return found

    def maybe(self, key: str) -> str | None:
        found = self.body.get(key)
        return found if isinstance(found, str) and found else None

    def mapping(self, key: str) -> Mapping[str, Any]:
        found = self.body.get(key)
        return found if isinstance(found, dict) else {}


Act = Callable[[Ask], Awaitable[Response]]


def act(page: Page, do: Act) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint around `do`: JSON in, and everything that can be said no to becomes a sentence."""

    async def endpoint(request: Request) -> Response:
        raw = await request.body()
        if len(raw) > MAX_BODY:
            return trouble("That is too large.", 413)
        try:
            body = json.loads(raw or b"{}")
        except ValueError:
            return trouble("That is not JSON.", 400)
        try:
            return await do(Ask(page, body if isinstance(body, dict) else {}))
        except BadAsk as error:
            return trouble(str(error), 400)
        except Refused as error:
            return trouble(str(error), 200)
        except KeyError as error:
            return trouble(f"There is no {error.args[0] if error.args else 'such thing'}.", 404)

    return endpoint


def trouble(sentence: str, status: int) -> JSONResponse:
    return JSONResponse({"ok": False, "message": sentence}, status_code=status)


def fine(**more: Any) -> JSONResponse:
    return JSONResponse({"ok": True, **more})


def ended(outcome: Outcome, **more: Any) -> JSONResponse:
    """How a gesture ended. What Slack would say about a failure comes as a toast of its own."""
    return JSONResponse({"ok": outcome.ok, "error": outcome.error, **more})
