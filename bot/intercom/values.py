"""Plain values out of whatever JSON holds: nothing here raises on a shape.

Intercom sends the same thing in several dresses: ids as ints and strings, instants as unix seconds and ISO
strings, lists bare or wrapped, nulls, `{}` and missing keys. Every reader takes its values through here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from bot.html_text import clean

EPOCH = datetime.fromtimestamp(0, UTC)
"""Stands for an instant that a required field needs and Intercom did not send."""

_LATEST = 253_402_300_799  # 9999-12-31T23:59:59Z; milliseconds of our age lie far beyond
_DEPTH = 8  # of nested custom attributes

# Bodies kept as HTML lose only what a database or a terminal cannot hold.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_DIGITS = re.compile(r"\d{1,18}(?:\.\d{1,9})?")


class ReadError(Exception):
    """The bytes or value handed in are no JSON object at all."""


def decode(raw: bytes | str) -> dict[str, Any]:
    """One JSON object from its bytes. Raises `ReadError` on anything else."""
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ReadError("the body is not JSON") from error
    return as_object(value)


def as_object(value: object) -> dict[str, Any]:
    """`value` itself if it is a JSON object. Raises `ReadError` otherwise."""
    if not isinstance(value, dict):
        raise ReadError("the body is not a JSON object")
    return value


def as_dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def as_objects(container: object, *keys: str) -> Iterator[dict[str, Any]]:
    """The objects of a list that comes bare, or wrapped as `{"type": …, key: […]}`, or as `{}`, or not."""
    if isinstance(container, dict):
        container = next((container[key] for key in keys if isinstance(container.get(key), list)), None)
    for item in as_list(container):
        if isinstance(item, dict):
            yield item


def as_id(value: object) -> str | None:
    """An id as a string; None for null, "", booleans and containers."""
    if isinstance(value, str):
        return as_line(value)
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return str(value) if abs(value) < 10**40 else None
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**63:
        return str(int(value))
    return None


def as_assignee(value: object) -> str | None:
    """An id where "0" and "-1" mean nobody."""
    found = as_id(value)
    return None if found in ("0", "-1") else found


def as_ids(values: object) -> tuple[str, ...]:
    return tuple(found for value in as_list(values) if (found := as_id(value)))


def as_instant(value: object) -> datetime | None:
    """Aware UTC from unix seconds (number or digits) or ISO 8601; a zone-less ISO string is taken as UTC.

    None for zero, which Intercom writes for "never", for instants outside 1970-9999 and for anything else.
    """
    if isinstance(value, str):
        if _DIGITS.fullmatch(value):
            value = float(value)
        else:
            return _iso(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return datetime.fromtimestamp(value, UTC) if 0 < value < _LATEST else None


def _iso(value: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(value.strip())
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def as_count(value: object) -> int | None:
    """A whole number, zero or more (also as digits); None otherwise."""
    number = as_number(value)
    return int(number) if number is not None and number >= 0 else None


def as_number(value: object) -> float | None:
    """A finite number (also as digits); None otherwise."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if -1e18 < value < 1e18 else None


def as_flag(value: object) -> bool:
    return value is True or value == "true"


def as_line(value: object) -> str | None:
    """A name, title or address: one line, cleaned; None for "" and for what is no string."""
    if not isinstance(value, str):
        return None
    if value.isascii() and value.isprintable():
        return value.strip() or None
    return " ".join(clean(value).split()) or None


def as_markup(value: object) -> str | None:
    """A body as sent, without what no database column takes; None for "" and for what is no string."""
    if not isinstance(value, str):
        return None
    return _UNSTORABLE.sub("", value) or None


def as_attributes(value: object) -> dict[str, Any]:
    """Custom attributes: names and strings cleaned, values of any JSON kind kept, eight levels deep."""
    found = _attribute(value, 0) if isinstance(value, dict) else {}
    return found if isinstance(found, dict) else {}


def _attribute(value: object, depth: int) -> object:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**63 else None
    if isinstance(value, float):
        return as_number(value)
    if depth >= _DEPTH:
        return None
    if isinstance(value, dict):
        return {clean(str(key)): _attribute(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_attribute(item, depth + 1) for item in value]
    return None
