"""What a browser sends of a form, as Slack's `state.values`, `actions[]` and options would say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.page import editor
from sandbox.page.reader import JSON
from sandbox.page.richtext import children
from sandbox.page.texts import options_of

_TEXT = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})
_ONE = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
}
_MANY = {
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}


def elements_of(blocks: Sequence[JSON]) -> Iterator[tuple[JSON, JSON]]:
    """Every (block, element) a person can act on."""
    for block in blocks:
        for element in (*children(block.get("elements")), block.get("accessory"), block.get("element")):
            if isinstance(element, dict) and element.get("action_id") is not None:
                yield block, element


def find(blocks: Sequence[JSON], action_id: str, block_id: str | None) -> tuple[JSON, JSON] | None:
    """The element with that action, in that block where one is named."""
    for block, element in elements_of(blocks):
        if element.get("action_id") == action_id and block_id in (None, "", block.get("block_id")):
            return block, element
    return None


def values(blocks: Sequence[JSON], raw: Mapping[str, Any], zone: ZoneInfo) -> dict[str, dict[str, Any]]:
    """`state.values` for the raw form `{block_id: {action_id: what the control holds}}`.

    Elements that the form does not mention are left out: they are untouched. Buttons, overflow menus and
    images have no state.
    """
    state: dict[str, dict[str, Any]] = {}
    for block, element in elements_of(blocks):
        if element.get("type") in ("button", "overflow", "workflow_button", "image"):
            continue
        block_id, action_id = str(block.get("block_id", "")), str(element["action_id"])
        held = raw.get(block_id)
        if isinstance(held, Mapping) and action_id in held:
            state.setdefault(block_id, {})[action_id] = value(element, held[action_id], zone)
    return state


def value(element: JSON, entered: Any, zone: ZoneInfo) -> dict[str, Any]:
    """One element's state value. `entered` is a string, a list of strings or, for external selects, options.

    A choice the element does not offer counts as none. `zone` is the person's, for date and time pickers.
    """
    kind = str(element.get("type", ""))
    state: dict[str, Any] = {"type": kind}
    if kind in _TEXT:
        state["value"] = str(entered) if entered else None
    elif kind == "rich_text_input":
        state["rich_text_value"] = editor.from_text(str(entered or ""))
    elif kind in ("static_select", "radio_buttons", "overflow"):
        state["selected_option"] = next(iter(_offered(element, [entered])), None)
    elif kind in ("multi_static_select", "checkboxes"):
        state["selected_options"] = _offered(element, _strings(entered))
    elif kind == "external_select":
        state["selected_option"] = next(iter(children(entered)), None)
    elif kind == "multi_external_select":
        state["selected_options"] = children(entered)
    elif kind in _ONE:
        state[_ONE[kind]] = str(entered) if entered else None
    elif kind in _MANY:
        state[_MANY[kind]] = _strings(entered)
    elif kind == "datetimepicker":
        state["selected_date_time"] = _instant(entered, zone)
    elif kind == "file_input":
        state["files"] = children(entered)
    else:
        state["value"] = element.get("value")
    return state


def _offered(element: JSON, chosen: Sequence[Any]) -> list[dict[str, Any]]:
    wanted = {str(item) for item in chosen if item}
    return [dict(option) for option in options_of(element) if str(option.get("value", "")) in wanted]


def _strings(entered: Any) -> list[str]:
    return [str(item) for item in entered] if isinstance(entered, list) else []


def _instant(entered: Any, zone: ZoneInfo) -> int | None:
    try:
        return int(datetime.fromisoformat(str(entered)).replace(tzinfo=zone).timestamp()) if entered else None
    except ValueError:
        return None
