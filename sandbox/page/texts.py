"""Text objects and options: the small values that Block Kit's blocks and elements are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from sandbox.page import mrkdwn
from sandbox.page.html import Attribute
from sandbox.page.reader import JSON, Reader
from sandbox.page.richtext import children

Hooks = dict[str, Attribute]
"""The data attributes by which the page's script knows an element: kind, action, block, live or not."""

Draw = Callable[[JSON, Reader, Hooks], Markup]


def text_object(value: object, reader: Reader) -> Markup:
    """A text object of either type; anything else is shown as plain text."""
    if not isinstance(value, dict):
        return mrkdwn.plain(str(value)) if value else Markup("")
    text = str(value.get("text", ""))
    if value.get("type") == "mrkdwn":
        return mrkdwn.render(text, reader, verbatim=bool(value.get("verbatim")))
    return mrkdwn.plain(text, emojis=value.get("emoji") is not False)


def label(value: object) -> str:
    """A text object as a bare string, for attributes and `<option>`, which hold no markup."""
    return str(mrkdwn.plain(str(value.get("text", ""))).striptags()) if isinstance(value, dict) else ""


def options_of(element: JSON) -> list[JSON]:
    """All options of an element, those of its groups in order."""
    grouped = [
        option
        for group in children(element.get("option_groups"))
        for option in children(group.get("options"))
    ]
    return children(element.get("options")) + grouped


def ident(reader: Reader, hooks: Hooks, *more: object) -> str:
    """An element id that no other element of the page has."""
    parts = (reader.scope, hooks["data_block_id"], hooks["data_action_id"], *more)
    return "-".join("".join(c if c.isalnum() else "_" for c in str(part)) for part in parts)


def strings(value: object) -> list[str]:
    """A list's items as strings; anything else is an empty list."""
    return [str(item) for item in value] if isinstance(value, list) else []


def chosen_value(option: Any) -> str:
    """The value of an initial option, empty where there is none."""
    return str(option.get("value", "")) if isinstance(option, dict) else ""


def number(value: object) -> int | None:
    """An integer limit, None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
