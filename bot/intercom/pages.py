"""Searches in Intercom's language, and their answers page by page."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qs, urlsplit

from bot.intercom.facts import ConversationFacts, State
from bot.intercom.facts_people import TicketFacts
from bot.intercom.values import as_count, as_dict, as_id

T = TypeVar("T")
Row = TypeVar("Row", ConversationFacts, TicketFacts)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page. `next_cursor` is None on the last; `total` is Intercom's count over all pages."""

    items: tuple[T, ...]
    next_cursor: str | None
    total: int | None


def conversation_query(
    updated_after: datetime, states: Collection[State], updated_before: datetime | None = None
) -> dict[str, object]:
    """By the published schema a group holds leaves only or groups only, so a lone leaf has its own group."""
    bounds = [_since(updated_after)]
    if updated_before is not None:
        bounds.append({"field": "updated_at", "operator": "<", "value": int(updated_before.timestamp()) + 1})
    newer: dict[str, object] = {"operator": "AND", "value": bounds}
    if not states:
        return newer
    either = [{"field": "state", "operator": "=", "value": state} for state in sorted(states)]
    return {"operator": "AND", "value": [newer, {"operator": "OR", "value": either}]}


def ticket_query(updated_after: datetime, *, only_open: bool) -> dict[str, object]:
    """The same for tickets."""
    bounds = [_since(updated_after)]
    if only_open:
        bounds.append({"field": "open", "operator": "=", "value": True})
    return {"operator": "AND", "value": bounds}


def _since(updated_after: datetime) -> dict[str, object]:
    # Intercom documents ">" as greater and as "greater (or equal)": one second less is right for both.
    return {"field": "updated_at", "operator": ">", "value": int(updated_after.timestamp()) - 1}


def read_page(answer: dict[str, Any], rows: Iterator[Row], cursor: str | None) -> Page[Row]:
    """Rows without an id are nothing; a cursor that does not move is the end."""
    following = as_dict(answer.get("pages")).get("next")
    after = as_id(as_dict(following).get("starting_after")) or next_params(following).get("starting_after")
    items = tuple(row for row in rows if row.id)
    return Page(items, None if after == cursor else after, as_count(answer.get("total_count")))


def next_params(link: object) -> dict[str, str]:
    """The parameters of a `next` link. Only they are followed: the token goes nowhere a link says."""
    if not isinstance(link, str):
        return {}
    try:
        return {key: values[-1] for key, values in parse_qs(urlsplit(link).query).items()}
    except ValueError:
        return {}
