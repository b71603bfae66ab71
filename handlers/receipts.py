"""Slack's deliveries: a receipt is stored before anything is done or acknowledged.

Slack retries events and never interactions, and a signed request can be replayed for five minutes. What was
seen before does nothing and is acknowledged again.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot.clock import moment
from bot.store import receipts
from bot.store.gathered import Gathered
from handlers.front import Front

log = structlog.get_logger("watchbell.handlers")

Receipt = Mapping[str, Any]

SOURCE = "slack"
NOT_STORED = "Watchbell cannot reach its database at the moment. Nothing was done. Try again in a minute."


def attach_receipts(app: AsyncApp, front: Front, acknowledged: Callable[[str, float], None]) -> None:
    """Store each delivery's receipt in front of all listeners; tell how long each took to be answered."""

    @app.middleware
    async def timed(next_: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse | None:
        arrived = time.monotonic()
        answer = await next_()
        acknowledged(SOURCE, time.monotonic() - arrived)
        return answer

    async def write(several: list[Receipt]) -> list[bool]:
        return await front.store.write_beside(keep_deliveries, several)

    kept = Gathered(write)

    @app.middleware
    async def keep(body: dict[str, Any], next_: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse | None:
        topic = _topic(body)
        if topic is None:
            return await next_()
        receipt = receipts.row(
            front.office.workspace,
            SOURCE,
            delivery_id(body),
            topic=topic,
            body="",
            now=moment(front.clock).now,
            state="done",
        )
        try:
            new = await kept.add(receipt)
        except SQLAlchemyError as error:
            log.error("delivery_not_stored", topic=topic, error=type(error).__name__)
            return _not_stored(body)
        return await next_() if new else BoltResponse(status=200, body="")


def keep_deliveries(session: Session, several: Sequence[Receipt]) -> list[bool]:
    """Store receipts; of each, whether it is new."""
    return [receipts.keep(session, each) for each in several]


def _not_stored(body: Mapping[str, Any]) -> BoltResponse:
    """Nothing was done: said in a sentence where Slack shows one, else as a failure that Slack tells."""
    if body.get("command"):
        told: dict[str, Any] = {"response_type": "ephemeral", "text": NOT_STORED}
    elif body.get("type") == "view_submission":
        view = body.get("view") or {}
        blocks = [each.get("block_id") for each in view.get("blocks", ()) if each.get("type") == "input"]
        if not blocks:
            return BoltResponse(status=503, body="")
        # Beside the first field, so that what was typed stays where it is.
        told = {"response_action": "errors", "errors": {blocks[0]: NOT_STORED}}
    else:
        return BoltResponse(status=503, body="")
    return BoltResponse(status=200, body=json.dumps(told), headers={"content-type": "application/json"})


def delivery_id(body: Mapping[str, Any]) -> str:
    """The sender's own id of a delivery: the event's, or what makes a click or command unique."""
    if body.get("event_id"):
        return str(body["event_id"])
    actions = body.get("actions") or [{}]
    telling = [
        body.get("type") or body.get("command"),
        body.get("trigger_id"),
        actions[0].get("action_ts"),
        (body.get("view") or {}).get("id"),
        (body.get("view") or {}).get("hash"),
        body.get("user_id") or (body.get("user") or {}).get("id"),
    ]
    return hashlib.sha256(json.dumps(telling).encode()).hexdigest()


def _topic(body: Mapping[str, Any]) -> str | None:
    """None for what changes nothing: menus that ask for options, and the App Home being opened.

    An event's receipt would be kept as done before its work is; the one event that is handled only draws the
    App Home, which may be drawn twice.
    """
    if body.get("type") == "event_callback" or body.get("type") == "block_suggestion":
        return None
    return str(body.get("command") or body.get("type") or "")
