"""Slack's cursor pagination."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from sandbox.slack.arguments import Arguments
from sandbox.slack.model import SlackError

T = TypeVar("T")


def page(items: Sequence[T], arguments: Arguments, *, default: int, most: int) -> tuple[list[T], str]:
    """One page and the cursor of the next, empty after the last. Raises SlackError invalid_cursor."""
    size = arguments.number("limit", default, most=most)
    start = _position(arguments.text("cursor"))
    found = list(items[start : start + size])
    return found, _cursor(start + size) if start + size < len(items) else ""


def _cursor(position: int) -> str:
    return base64.b64encode(f"next:{position}".encode()).decode()


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        kind, _, position = base64.b64decode(cursor, validate=True).decode().partition(":")
        if kind != "next":
            raise ValueError(cursor)
        return int(position)
    except (binascii.Error, ValueError):
        raise SlackError("invalid_cursor") from None
