"""Selects of all sorts: one or many, from options, people, channels, or what the bot offers as one types."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from markupsafe import Markup

from sandbox.page import mrkdwn
from sandbox.page.html import el, join
from sandbox.page.reader import JSON, Reader
from sandbox.page.richtext import children
from sandbox.page.texts import Draw, Hooks, chosen_value, ident, label, number, options_of, text_object


def _select(element: JSON, reader: Reader, hooks: Hooks) -> Markup:
    chosen = chosen_value(element.get("initial_option"))
    return _choice_list(element, hooks, list(_option_tags(element, chosen)), chosen)


def _directory_select(source: Callable[[Reader], Sequence[tuple[str, str]]], initial: str) -> Draw:
    def draw(element: JSON, reader: Reader, hooks: Hooks) -> Markup:
        chosen = str(element.get(initial) or "")
        tags = [el("option", name, value=ident, selected=ident == chosen) for ident, name in source(reader)]
        return _choice_list(element, hooks, tags, chosen)

    return draw


def _choice_list(element: JSON, hooks: Hooks, tags: list[Markup], chosen: str) -> Markup:
    hint = label(element.get("placeholder")) or "Choose an option"
    empty = el("option", hint, value="", selected=not chosen)
    return el(
        "span",
        el("select", empty, *tags, aria_label=hint, data_empty=not chosen, **hooks),
        class_="bk-select",
    )


def _option_tags(element: JSON, chosen: str) -> Iterator[Markup]:
    def tags(options: list[JSON]) -> Iterator[Markup]:
        for option in options:
            value = str(option.get("value", ""))
            about = label(option.get("description"))
            text = label(option.get("text")) + (f" · {about}" if about else "")
            yield el("option", text, value=value, selected=value == chosen and bool(chosen))

    yield from tags(children(element.get("options")))
    for group in children(element.get("option_groups")):
        yield el("optgroup", *tags(children(group.get("options"))), label=label(group.get("label")))


def _multi(element: JSON, reader: Reader, hooks: Hooks) -> Markup:
    chosen = {str(option.get("value", "")) for option in children(element.get("initial_options"))}
    choices = [
        (str(option.get("value", "")), text_object(option.get("text"), reader))
        for option in options_of(element)
    ]
    return _multi_list(element, reader, hooks, choices, chosen)


def _directory_multi(source: Callable[[Reader], Sequence[tuple[str, str]]], initial: str) -> Draw:
    def draw(element: JSON, reader: Reader, hooks: Hooks) -> Markup:
        first = element.get(initial)
        chosen = {str(item) for item in first} if isinstance(first, list) else set()
        choices = [(ident, mrkdwn.plain(name)) for ident, name in source(reader)]
        return _multi_list(element, reader, hooks, choices, chosen)

    return draw


def _multi_list(
    element: JSON,
    reader: Reader,
    hooks: Hooks,
    choices: list[tuple[str, Markup]],
    chosen: set[str],
) -> Markup:
    anchor = ident(reader, hooks, "list")
    rows = [
        el("label", el("input", type="checkbox", value=value, checked=value in chosen), el("span", text))
        for value, text in choices
    ]
    hint = label(element.get("placeholder")) or "Choose options"
    shown = [text for value, text in choices if value in chosen]
    return el(
        "span",
        el(
            "button",
            join(el("span", text, class_="chip") for text in shown) if shown else hint,
            type="button",
            class_="bk-multi-open",
            data_hint=hint,
            aria_haspopup="true",
            popovertarget=anchor,
        ),
        el("div", *rows, class_="menu choices", id=anchor, popover=True),
        class_="bk-multi",
        role="group",
        aria_label=hint,
        data_max=number(element.get("max_selected_items")),
        **hooks,
    )


def _external(element: JSON, reader: Reader, hooks: Hooks) -> Markup:
    """A combobox; the script asks the bot for options and keeps the chosen ones in `data-chosen`."""
    many = element.get("type") == "multi_external_select"
    first = element.get("initial_options") if many else [element.get("initial_option")]
    chosen = children(first)
    hint = label(element.get("placeholder")) or "Search"
    anchor = ident(reader, hooks, "options")
    one = label(chosen[0].get("text")) if chosen and not many else ""
    return el(
        "span",
        join(el("span", label(option.get("text")), class_="chip") for option in chosen) if many else None,
        el(
            "input",
            type="text",
            role="combobox",
            autocomplete="off",
            aria_expanded="false",
            aria_autocomplete="list",
            aria_controls=anchor,
            aria_label=hint,
            placeholder=hint,
            value=one,
        ),
        el("div", id=anchor, class_="menu listbox", role="listbox", popover="manual"),
        class_="bk-external",
        data_chosen=json.dumps([dict(option) for option in chosen]),
        data_many=many,
        data_min=3
        if number(element.get("min_query_length")) is None
        else number(element["min_query_length"]),
        **hooks,
    )


def _people(reader: Reader) -> Sequence[tuple[str, str]]:
    return reader.directory.people()


def _channels(reader: Reader) -> Sequence[tuple[str, str]]:
    return [(ident, f"#{name}") for ident, name in reader.directory.channels()]


DRAW: dict[str, Draw] = {
    "static_select": _select,
    "users_select": _directory_select(_people, "initial_user"),
    "conversations_select": _directory_select(_channels, "initial_conversation"),
    "channels_select": _directory_select(_channels, "initial_channel"),
    "multi_static_select": _multi,
    "multi_users_select": _directory_multi(_people, "initial_users"),
    "multi_conversations_select": _directory_multi(_channels, "initial_conversations"),
    "multi_channels_select": _directory_multi(_channels, "initial_channels"),
    "external_select": _external,
    "multi_external_select": _external,
}
