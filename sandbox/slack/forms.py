"""Filling in forms: what a person chose becomes state, and what Slack checks before the app hears of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.slack.elements import find, state_field, walk
from sandbox.slack.model import Json, Refused, View
from sandbox.slack.payloads import resolve_option

StateValues = Mapping[str, Mapping[str, Any]]
REQUIRED = "Please complete this required field."
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def choice(element: Json, value: Any = None, selected: Any = None, chosen: Json | None = None) -> Json:
    """What was chosen in an element, as in `state.values`.

    `chosen` is taken as it is; otherwise `selected` (an option or its value) or `value` (text, date, user id,
    option value, or a list of them) is put under the element's own key. Buttons keep the bot's value.
    """
    kind = element["type"]
    if chosen is not None:
        return _normal(element, {"type": kind, **chosen})
    given = selected if selected is not None else value
    if kind == "overflow":
        return {"type": kind, "selected_option": resolve_option(element, given)}
    field = state_field(kind)
    if field is None:
        return {"type": kind} if given is None else {"type": kind, "value": given}
    return _normal(element, {"type": kind, field: given})


def fill(view: View, values: StateValues | None) -> None:
    """Take what the person typed into the view's state. Raises Refused for a field that is not there."""
    for block_id, actions in (values or {}).items():
        for action_id, given in actions.items():
            found = find(view.blocks, action_id, block_id)
            if found is None or action_id not in view.state.get(block_id, {}):
                raise Refused(f"There is no field {action_id} in block {block_id} of this form.")
            value = dict(given) if isinstance(given, Mapping) else None
            view.state[block_id][action_id] = choice(found[1], value=given, chosen=value)


def refused_fields(view: View) -> dict[str, str]:
    """block_id -> the sentence Slack shows for an input it will not submit."""
    errors: dict[str, str] = {}
    for block, element in walk(view.blocks):
        if block["type"] != "input":
            continue
        field = state_field(element["type"]) or "value"
        value = view.state[block["block_id"]][element["action_id"]].get(field)
        if value in (None, "", []) or _blank_rich_text(value):
            if not block.get("optional"):
                errors[block["block_id"]] = REQUIRED
            continue
        problem = _problem(element, value)
        if problem:
            errors[block["block_id"]] = problem
    return errors


def _normal(element: Json, state: Json) -> Json:
    """Option values given by name become option objects; empty text becomes null, as Slack sends it."""
    if "selected_option" in state and isinstance(state["selected_option"], str):
        state["selected_option"] = resolve_option(element, state["selected_option"])
    if "selected_options" in state:
        state["selected_options"] = [resolve_option(element, o) for o in state["selected_options"] or []]
    if element["type"] == "datetimepicker" and isinstance(state.get("selected_date_time"), str):
        state["selected_date_time"] = int(state["selected_date_time"])
    field = state_field(element["type"])
    if field and state.get(field) == "":
        state[field] = None
    return state


def _problem(element: Json, value: Any) -> str | None:
    kind = element["type"]
    if kind == "plain_text_input":
        low, high = element.get("min_length", 0), element.get("max_length", 3000)
        if len(value) < low:
            return f"Please enter at least {low} characters."
        if len(value) > high:
            return f"Please enter no more than {high} characters."
    if kind == "number_input":
        return _number_problem(element, value)
    if kind == "email_text_input" and not _EMAIL.fullmatch(value):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not re.match(r"https?://\S+$", value):
        return "Please enter a valid URL."
    most = element.get("max_selected_items")
    if most is not None and isinstance(value, list) and len(value) > most:
        return f"Please choose no more than {most}."
    return None


def _number_problem(element: Json, value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "Please enter a number."
    if not element["is_decimal_allowed"] and not number.is_integer():
        return "Please enter a whole number."
    if "min_value" in element and number < float(element["min_value"]):
        return f"Please enter at least {element['min_value']}."
    if "max_value" in element and number > float(element["max_value"]):
        return f"Please enter no more than {element['max_value']}."
    return None


def _blank_rich_text(value: Any) -> bool:
    if not isinstance(value, dict) or value.get("type") != "rich_text":
        return False
    return not any(
        part.get("text") or part.get("type") not in ("text", None)
        for element in value.get("elements", [])
        for part in element.get("elements", [])
    )
