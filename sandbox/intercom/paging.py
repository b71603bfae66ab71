"""Pages of results: cursors (`starting_after`) for what changes under the reader, numbers for the rest.

A cursor marks the last row that was given, by its place in the order. A row that changes meanwhile may so be
met twice or not at all, as with the real service.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sandbox.intercom.errors import invalid

T = TypeVar("T")
Place = tuple[Any, str]
"""Where a row stands in the order: its sort value, then its id."""


@dataclass(frozen=True)
class Page(Generic[T]):
    rows: list[T]
    total: int
    shape: dict[str, Any]
    """The `pages` object of the answer."""


def by_cursor(
    rows: Iterable[T],
    key: Callable[[T], Any],
    id_of: Callable[[T], str],
    *,
    descending: bool,
    per_page: int,
    cursor: str | None,
) -> Page[T]:
    """One page of `rows` ordered by `key`, ties by id. ApiError 400 when the cursor is not one of ours."""

    def place(one: T) -> Place:
        value = key(one)
        return (-1 if value is None else value, id_of(one))

    ordered = sorted(rows, key=place, reverse=descending)
    page, start = 1, 0
    if cursor is not None:
        mark, page = _read(cursor)
        start = next(
            (i for i, one in enumerate(ordered) if _after(place(one), mark, descending)), len(ordered)
        )
    taken = ordered[start : start + per_page]
    shape: dict[str, Any] = {
        "type": "pages",
        "page": page,
        "per_page": per_page,
        "total_pages": -(-len(ordered) // per_page),
    }
    if start + per_page < len(ordered):
        mark_text = base64.urlsafe_b64encode(json.dumps([*place(taken[-1]), page + 1]).encode()).decode()
        shape["next"] = {"per_page": per_page, "starting_after": mark_text}
    return Page(taken, len(ordered), shape)


def by_number(rows: list[T], page: int, per_page: int) -> Page[T]:
    """Page `page` (from 1) of `rows`."""
    start = (page - 1) * per_page
    shape = {
        "type": "pages",
        "next": None,
        "page": page,
        "per_page": per_page,
        "total_pages": -(-len(rows) // per_page),
    }
    return Page(rows[start : start + per_page], len(rows), shape)


def _after(place: Place, mark: Place, descending: bool) -> bool:
    return place < mark if descending else place > mark


def _read(cursor: str) -> tuple[Place, int]:
    try:
        value, id_, page = json.loads(base64.urlsafe_b64decode(cursor))
        if not isinstance(value, int | str) or not isinstance(id_, str) or not isinstance(page, int):
            raise ValueError(cursor)
    except (ValueError, TypeError):
        raise invalid("The cursor in starting_after is not valid", "starting_after") from None
    return (value, id_), page
