"""Reading Slack's answers: what every success has, and the values that the bot makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.errors import SlackError

Raw = Mapping[str, Any]
Fields = AsyncSlackResponse | Raw


@dataclass(frozen=True)
class Posted:
    """Where a message lives."""

    channel: str
    ts: str


@dataclass(frozen=True)
class OpenView:
    """A view that is open; `hash` guards the next update against a newer one."""

    id: str
    hash: str


@dataclass(frozen=True)
class Me:
    """Who the token belongs to, and what it may do. `told_at` is Slack's own clock when it answered."""

    team_id: str
    team: str
    user_id: str
    bot_id: str
    url: str
    scopes: frozenset[str]
    told_at: datetime | None = field(default=None, compare=False)


def need(answer: Fields, name: str) -> str:
    """A field that every success has. Without it nobody knows what was done."""
    value = answer.get(name)
    if not value:
        raise SlackError("unknown", "unreadable", f"Slack's answer lacks {name}")
    return str(value)


def object_in(answer: Fields, name: str) -> Raw:
    value = answer.get(name)
    if not isinstance(value, dict):
        raise SlackError("unknown", "unreadable", f"Slack's answer lacks {name}")
    return value


def open_view_in(answer: Fields) -> OpenView:
    view = object_in(answer, "view")
    return OpenView(need(view, "id"), str(view.get("hash") or ""))


def server_time(headers: Mapping[str, str]) -> datetime | None:
    """The Date header."""
    try:
        return parsedate_to_datetime(headers.get("date", "")).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def next_cursor(answer: Fields) -> str | None:
    return (answer.get("response_metadata") or {}).get("next_cursor") or None
