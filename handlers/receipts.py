"""Slack's deliveries: a receipt is stored before anything is done, or with it, and always before the answer.

Slack retries events and never interactions, and a signed request can be replayed for five minutes. What was
seen before does nothing and is acknowledged again.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot.cards import modal
from bot.store import receipts
from bot.store.gathered import Gathered
from handlers.front import Front, Receipt
from handlers.routes import RECEIPT

log = structlog.get_logger("watchbell.handlers")

Row = Mapping[str, Any]

SOURCE = "slack"
_GROWING = 20
"""Characters at most of the number that a trigger begins with; Slack's have thirteen."""

_OAUTH = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
NOT_STORED = "Watchbell cannot reach its database at the moment. Nothing was done. Try again in a minute."


class TimedApp(AsyncApp):
    """Bolt's app, which tells how long each delivery took until it was answered.

    It speaks as `client` does. Bolt takes a client or a token, and counts SLACK_BOT_TOKEN in the environment
    as a token that was given: beside a client it would be warned of at each start. Where the environment
    names an OAuth client, perhaps another program's, it would take everybody for somebody whose workspace has
    never installed the app, and answer nothing.
    """

    def __init__(
        self, acknowledged: Callable[[str, float], None], client: AsyncWebClient, **given: Any
    ) -> None:
        with _unnamed(*_OAUTH):
            super().__init__(token=client.token, **given)
        own = self.client
        own.base_url, own.proxy = client.base_url, client.proxy
        own.session, own.retry_handlers = client.session, client.retry_handlers
        self._acknowledged = acknowledged

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        arrived = time.monotonic()
        answer = await super().async_dispatch(req)
        self._acknowledged(SOURCE, time.monotonic() - arrived)
        return answer


@contextmanager
def _unnamed(*names: str) -> Iterator[None]:
    """The environment without these names, for as long as somebody reads it who would believe them."""
    kept = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)


class Receipts(AsyncMiddleware):
    """Stands in front of all listeners. `at_once` are the commands that store their receipt themselves."""

    def __init__(self, front: Front, at_once: Collection[str]) -> None:
        self._front = front
        self._at_once = at_once
        self._kept = Gathered(self._write)

    async def _write(self, several: list[Row]) -> list[bool]:
        return await self._front.store.write_beside(keep_deliveries, several)

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse | None:
        topic = _topic(req.body)
        if topic is None:
            return await next()
        row = receipts.row(
            self._front.office.workspace,
            SOURCE,
            delivery_id(req.body),
            topic=topic,
            body="",
            now=self._front.clock.now(),
            state="done",
        )
        if topic in self._at_once:
            req.context[RECEIPT] = Receipt(row, self._kept.add)
            return await next()
        try:
            new = await self._kept.add(row)
        except SQLAlchemyError as error:
            log.error("delivery_not_stored", topic=topic, error=type(error).__name__)
            return _not_stored(req.body)
        return await next() if new else BoltResponse(status=200, body="")


def keep_deliveries(session: Session, several: Sequence[Row]) -> list[bool]:
    """Store receipts; of each, whether it is new."""
    return [receipts.keep(session, each) for each in several]


def _not_stored(body: Mapping[str, Any]) -> BoltResponse:
    """Nothing was done: said in a sentence where Slack shows one, else as a failure that Slack tells."""
    if body.get("command"):
        told: dict[str, Any] = {"response_type": "ephemeral", "text": NOT_STORED}
    elif body.get("type") == "view_submission":
        beside = modal.beside_first(body.get("view") or {}, NOT_STORED)
        if beside is None:
            return BoltResponse(status=503, body="")
        told = beside
    else:
        return BoltResponse(status=503, body="")
    return BoltResponse(status=200, body=json.dumps(told), headers={"content-type": "application/json"})


def delivery_id(body: Mapping[str, Any]) -> str:
    """The sender's own id of a delivery: the event's, or what makes a click or command unique.

    That begins with the number that grows with Slack's triggers: what comes together stands together in the
    index, and a commit writes few pages of it.
    """
    if body.get("event_id"):
        return str(body["event_id"])
    actions = body.get("actions") or [{}]
    trigger = str(body.get("trigger_id") or "")
    telling = (
        body.get("type") or body.get("command"),
        trigger,
        actions[0].get("action_ts"),
        (body.get("view") or {}).get("id"),
        (body.get("view") or {}).get("hash"),
        body.get("user_id") or (body.get("user") or {}).get("id"),
    )
    return f"{trigger.partition('.')[0][:_GROWING]}-{hashlib.sha256(repr(telling).encode()).hexdigest()[:32]}"


def _topic(body: Mapping[str, Any]) -> str | None:
    """None for menus that ask for options, which change nothing, and for events.

    An event's receipt would be kept as done before its work is, and its work may be done twice: a message is
    a row by its channel and ts; Homes, unfurls and what is known of a channel are made anew.
    """
    if body.get("type") == "event_callback" or body.get("type") == "block_suggestion":
        return None
    return str(body.get("command") or body.get("type") or "")
