"""Intercom's search language: filters of `field operator value`, in AND and OR groups two levels deep.

`compiled` turns a query into a predicate once; refusals are Intercom's typed errors. A `>` is taken as
strictly greater: the published table says "greater (or equal)" and yet has `>=` beside it, so no client
may lean on the equal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Generic, Literal, TypeVar

from sandbox.intercom.errors import ApiError, invalid, missing

T = TypeVar("T")
Kind = Literal["string", "strings", "words", "integer", "date", "day", "boolean"]
Predicate = Callable[[T], bool]

MAX_FILTERS = 15
MAX_LEVELS = 2
EQUALITY = {"=", "!=", "IN", "NIN"}
ORDER = {">", "<", ">=", "<="}
TEXT = {"~", "!~", "^", "$"}
OPERATORS: dict[Kind, set[str]] = {
    "string": EQUALITY | TEXT,
    "strings": EQUALITY,
    "words": EQUALITY | TEXT,
    "integer": EQUALITY | ORDER,
    "date": EQUALITY | ORDER,
    "day": {"=", ">", "<"},
    "boolean": {"=", "!="},
}


@dataclass(frozen=True)
class Field(Generic[T]):
    """A searchable field. `strings` holds several values, `words` is matched word by word, `day` is a time
    that is compared by calendar day in the workspace's time zone."""

    kind: Kind
    get: Callable[[T], Any]


@dataclass(frozen=True)
class Searchable(Generic[T]):
    """The fields of one kind of object; `custom` reads `custom_attributes.<name>`."""

    fields: Mapping[str, Field[T]]
    custom: Callable[[T], Mapping[str, Any]] | None = None
    zone: tzinfo = UTC

    def field(self, name: Any) -> Field[T]:
        if isinstance(name, str) and name in self.fields:
            return self.fields[name]
        custom = self.custom
        if custom is not None and isinstance(name, str) and name.startswith("custom_attributes."):
            key = name.removeprefix("custom_attributes.")
            return Field("string", lambda one: custom(one).get(key))
        raise invalid(f"The field {name} is not searchable", "field")


def compiled(query: Any, searchable: Searchable[T]) -> Predicate[T]:
    """The predicate of a search body's `query`. ApiError 400 when it is not one."""
    if query is None:
        raise missing("query")
    return _node(query, searchable, 1)


def _node(node: Any, searchable: Searchable[T], level: int) -> Predicate[T]:
    if not isinstance(node, dict):
        raise invalid("query must be an object with an operator and a value", "query")
    operator = node.get("operator")
    if "field" in node:
        return _leaf(searchable.field(node["field"]), operator, node.get("value"), searchable.zone)
    if operator not in ("AND", "OR"):
        raise invalid(f"The operator {operator} is not valid for a group of filters", "operator")
    children = node.get("value")
    if not isinstance(children, list) or not children:
        raise invalid("The value of a group must be a list of filters", "value")
    if len(children) > MAX_FILTERS:
        raise invalid(
            f"A group can have at most {MAX_FILTERS} filters, this one has {len(children)}", "value"
        )
    if level > MAX_LEVELS:
        raise invalid(f"Filters can be nested at most {MAX_LEVELS} levels deep", "query")
    predicates = [_node(child, searchable, level + 1) for child in children]
    if operator == "AND":
        return lambda one: all(predicate(one) for predicate in predicates)
    return lambda one: any(predicate(one) for predicate in predicates)


def _leaf(field: Field[T], operator: Any, value: Any, zone: tzinfo) -> Predicate[T]:
    if operator not in EQUALITY | ORDER | TEXT:
        raise invalid(f"The operator {operator} is not valid", "operator")
    if operator not in OPERATORS[field.kind]:
        raise invalid(f"The operator {operator} does not fit a field of type {field.kind}", "operator")
    get = field.get
    if operator in ("IN", "NIN"):
        if not isinstance(value, list):
            raise invalid(f"The value of {operator} must be an array", "value")
        any_of = [_leaf(field, "=", each, zone) for each in value]
        if operator == "IN":
            return lambda one: any(predicate(one) for predicate in any_of)
        return lambda one: not any(predicate(one) for predicate in any_of)
    wanted = _value(field.kind, value, zone)
    if operator == "!=":
        equal = _leaf(field, "=", value, zone)
        return lambda one: not equal(one)
    if operator in ORDER:
        return _ordered(field, operator, wanted, zone)
    if field.kind == "strings":
        return lambda one: wanted in get(one) if wanted is not None else not get(one)
    if operator == "=":
        return _equal(field, wanted, zone)
    return _text(get, operator, wanted)


def _equal(field: Field[T], wanted: Any, zone: tzinfo) -> Predicate[T]:
    get = field.get
    if field.kind == "words" and wanted is not None:
        return lambda one: wanted in _folded(get(one)).split()
    if field.kind == "string":
        return lambda one: (_folded(get(one)) if get(one) is not None else None) == wanted
    if field.kind == "day" and wanted is not None:
        return lambda one: get(one) is not None and _day(get(one), zone) == wanted
    return lambda one: bool(get(one) == wanted)


def _text(get: Callable[[T], Any], operator: str, wanted: Any) -> Predicate[T]:
    if wanted is None:
        raise invalid(f"The value of {operator} must be a string", "value")
    if operator == "~":
        return lambda one: wanted in _folded(get(one))
    if operator == "!~":
        return lambda one: wanted not in _folded(get(one))
    if operator == "^":
        return lambda one: _folded(get(one)).startswith(wanted)
    return lambda one: _folded(get(one)).endswith(wanted)


def _ordered(field: Field[T], operator: str, wanted: Any, zone: tzinfo) -> Predicate[T]:
    get: Callable[[T], Any] = field.get
    if wanted is None:
        raise invalid(f"The value of {operator} must be a number", "value")
    if field.kind == "day":
        read = get
        get = lambda one: None if read(one) is None else _day(read(one), zone)  # noqa: E731
    match operator:
        case ">":
            return lambda one: (have := get(one)) is not None and have > wanted
        case "<":
            return lambda one: (have := get(one)) is not None and have < wanted
        case ">=":
            return lambda one: (have := get(one)) is not None and have >= wanted
        case _:
            return lambda one: (have := get(one)) is not None and have <= wanted


def _value(kind: Kind, value: Any, zone: tzinfo) -> Any:
    """The value as the field's type, or ApiError: Intercom fails a search whose value has another type."""
    if value is None:
        return None
    if kind == "boolean":
        if value in (True, "true", "True"):
            return True
        if value in (False, "false", "False"):
            return False
        raise invalid(f"{value!r} is not a boolean", "value")
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise invalid(f"{value!r} does not fit a field of type {kind}", "value")
    if kind in ("integer", "date", "day"):
        try:
            number = int(value)
        except ValueError:
            raise invalid(f"{value!r} is not a number", "value") from None
        return _day(number, zone) if kind == "day" else number
    return str(value) if kind == "strings" else _folded(str(value))


def _day(seconds: int, zone: tzinfo) -> int:
    try:
        return datetime.fromtimestamp(seconds, zone).toordinal()
    except (OverflowError, OSError, ValueError):
        raise invalid(f"{seconds} is not a time", "value") from None


def _folded(text: Any) -> str:
    """Text is compared without regard to case."""
    return "" if text is None else str(text).casefold()


def sort_order(sort: Any, allowed: Mapping[str, Field[T]], default: str) -> tuple[Callable[[T], Any], bool]:
    """(reader of the sort field, descending) of a search body's optional `sort`."""
    if sort is None:
        return allowed[default].get, True
    if not isinstance(sort, dict) or sort.get("field") not in allowed:
        raise ApiError(400, "invalid_sort_field", "The sort field is not valid", "sort")
    order = sort.get("order", "descending")
    if order not in ("ascending", "descending"):
        raise ApiError(400, "invalid_sort_order", "The sort order must be ascending or descending", "sort")
    return allowed[sort["field"]].get, order == "descending"
