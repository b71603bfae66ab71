"""Slack's deliveries: a receipt is stored before anything is done or acknowledged.

Slack retries events and never interactions, and a signed request can be replayed for five minutes. What was
seen before does nothing and is acknowledged again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.clock import moment
from bot.store import receipts
from handlers.front import Front

SOURCE = "slack"


def attach_receipts(app: AsyncApp, front: Front) -> None:
    """Store each delivery's receipt in front of all listeners."""

    @app.middleware
    async def keep(body: dict[str, Any], next_: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse | None:
        topic = _topic(body)
        if topic is None:
            return await next_()
        at = moment(front.clock)
        new = await front.store.write(
            receipts.keep,
            front.office.workspace,
            SOURCE,
            delivery_id(body),
            topic=topic,
            body="",
            now=at.now,
            state="done",
        )
        return await next_() if new else BoltResponse(status=200, body="")


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
