"""Checks blocks and views against `limits.json`, and says what is wrong where, as Slack does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.slack.shapes import GROUPS, LIMITS, SHAPES

Spec = dict[str, Any]
_TEXT_TYPES = {"plain_text": {"plain_text"}, "mrkdwn": {"mrkdwn"}, "any": {"plain_text", "mrkdwn"}}
_TEXT_FIELDS = {"plain_text": {"type", "text", "emoji"}, "mrkdwn": {"type", "text", "verbatim"}}


@dataclass(frozen=True)
class Problem:
    """One thing wrong: `pointer` is a JSON pointer into what was sent, `code` a short name for machines."""

    pointer: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"


def check_block(block: Any, at: str) -> Iterator[Problem]:
    """Problems of one block, whatever the surface."""
    yield from _check_one(block, "block", at)


def check_text(value: Any, spec: Spec, at: str) -> Iterator[Problem]:
    """Problems of a text object against `{"text": [min, max], "type": …}`."""
    if not isinstance(value, dict):
        yield Problem(at, "type", "must provide an object")
        return
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in _TEXT_TYPES[spec["type"]]:
        allowed = " or ".join(sorted(_TEXT_TYPES[spec["type"]]))
        yield Problem(f"{at}/type", "text_type", f"must be {allowed}")
        return
    for name in value.keys() - _TEXT_FIELDS[kind]:
        yield _unknown(at, name)
    if "emoji" in value and not isinstance(value["emoji"], bool):
        yield Problem(f"{at}/emoji", "type", "must be a boolean")
    yield from _check_str(value.get("text"), {"str": spec["text"]}, f"{at}/text")


def _check(value: Any, spec: Spec, at: str) -> Iterator[Problem]:
    if "any" in spec:
        return
    if "text" in spec:
        yield from check_text(value, spec, at)
    elif "str" in spec:
        yield from _check_str(value, spec, at)
    elif "int" in spec:
        yield from _check_int(value, spec["int"], at)
    elif "bool" in spec:
        if not isinstance(value, bool):
            yield Problem(at, "type", "must be a boolean")
    elif "list" in spec:
        yield from _check_list(value, spec, at)
    elif "one" in spec:
        yield from _check_one(value, spec["one"], at)
    elif not (value is None and spec.get("nullable")):
        yield from _check_shape(value, spec["shape"], at)


def _check_str(value: Any, spec: Spec, at: str) -> Iterator[Problem]:
    low, high = spec["str"]
    if not isinstance(value, str):
        yield Problem(at, "type", "must be a string")
    elif len(value) < low:
        yield Problem(at, "too_short", f"must be more than {low - 1} characters")
    elif high is not None and len(value) > high:
        yield Problem(at, "too_long", f"must be less than {high + 1} characters")
    elif "enum" in spec and value not in spec["enum"]:
        yield Problem(at, "enum", f"must be one of {', '.join(spec['enum'])}")
    elif "pattern" in spec and not re.fullmatch(spec["pattern"], value):
        yield Problem(at, "pattern", f"must match the format {spec['pattern_name']}")


def _check_int(value: Any, bounds: list[int], at: str) -> Iterator[Problem]:
    if not isinstance(value, int) or isinstance(value, bool):
        yield Problem(at, "type", "must be an integer")
    elif not bounds[0] <= value <= bounds[1]:
        yield Problem(at, "range", f"must be between {bounds[0]} and {bounds[1]}")


def _check_list(value: Any, spec: Spec, at: str) -> Iterator[Problem]:
    low, high = spec["list"]
    if not isinstance(value, list):
        yield Problem(at, "type", "must be an array")
        return
    if len(value) < low:
        yield Problem(at, "too_few", f"no fewer than {low} items allowed")
    if len(value) > high:
        yield Problem(at, "too_many", f"no more than {high} items allowed")
        return
    for index, item in enumerate(value):
        yield from _check(item, spec["of"], f"{at}/{index}")


def _check_one(value: Any, group: str, at: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(at, "type", "must provide an object")
        return
    kind = value.get("type")
    shape = GROUPS[group].get(kind) if isinstance(kind, str) else None
    if "type" not in value:
        yield Problem(at, "missing", "missing required field: type")
    elif shape is None:
        yield Problem(f"{at}/type", "unsupported_type", f"unsupported type: {kind}")
    else:
        yield from _check_shape(value, shape, at)


def _check_shape(value: Any, name: str, at: str) -> Iterator[Problem]:
    shape = SHAPES[name]
    if not isinstance(value, dict):
        yield Problem(at, "type", "must provide an object")
        return
    fields: dict[str, Spec] = shape["fields"] | _standing_fields(name, shape)
    for missing in [key for key in shape.get("required", []) if value.get(key) is None]:
        yield Problem(at, "missing", f"missing required field: {missing}")
    wanted = shape.get("any_of")
    if wanted and not any(value.get(key) is not None for key in wanted):
        yield Problem(at, "missing", f"missing one of the fields: {', '.join(wanted)}")
    exclusive = shape.get("exactly_one_of")
    if exclusive and sum(value.get(key) is not None for key in exclusive) != 1:
        yield Problem(at, "exactly_one", f"must have exactly one of the fields: {', '.join(exclusive)}")
    for key, item in value.items():
        if key in fields:
            if item is not None:
                yield from _check(item, fields[key], f"{at}/{key}")
        elif key != "type" and not shape.get("open"):
            yield _unknown(at, key)
    yield from _relations(value, name, at)


def _standing_fields(name: str, shape: Spec) -> dict[str, Spec]:
    """block_id for blocks, action_id for interactive elements."""
    if name in GROUPS["block"].values():
        return {"block_id": {"str": [1, LIMITS["ids"]["block_id"]]}}
    if shape.get("interactive"):
        return {"action_id": {"str": [1, LIMITS["ids"]["action_id"]]}}
    return {}


def _relations(value: dict[str, Any], name: str, at: str) -> Iterator[Problem]:
    """What one element's fields demand of each other."""
    if name == "plain_text_input":
        low, high = value.get("min_length", 0), value.get("max_length", 3000)
        if isinstance(low, int) and isinstance(high, int) and low > high:
            yield Problem(f"{at}/min_length", "range", "min_length must not be greater than max_length")
    elif name == "number_input":
        try:
            low, high = float(value.get("min_value", "-inf")), float(value.get("max_value", "inf"))
        except (TypeError, ValueError):
            yield Problem(at, "type", "min_value and max_value must be numbers")
        else:
            if low > high:
                yield Problem(f"{at}/min_value", "range", "min_value must not be greater than max_value")
    for key in ("initial_option", "initial_options"):
        if value.get(key) and name in ("static_select", "multi_static_select", "radio_buttons", "checkboxes"):
            yield from _initials_offered(value, key, at)


def _initials_offered(value: dict[str, Any], key: str, at: str) -> Iterator[Problem]:
    groups = [group for group in _listed(value.get("option_groups")) if isinstance(group, dict)]
    offered = [
        *_listed(value.get("options")),
        *(o for group in groups for o in _listed(group.get("options"))),
    ]
    initial = value[key] if key == "initial_options" else [value[key]]
    if isinstance(initial, list) and any(option not in offered for option in initial):
        yield Problem(f"{at}/{key}", "initial_not_offered", f"{key} must be among the options offered")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _unknown(at: str, name: str) -> Problem:
    return Problem(at, "additional_property", f"invalid additional property: {name}")
