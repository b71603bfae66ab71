"""Block Kit's interactive elements as HTML controls that state their action and block in data attributes.

The page's script reads `data-action-id`, `data-block-id` and `data-kind`; it knows nothing else of them.
Choices are sent by their value, and the server finds the option again in the blocks (see `state.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from markupsafe import Markup

from sandbox.page import editor, mrkdwn
from sandbox.page.dates import from_timestamp
from sandbox.page.html import Attribute, el, join
from sandbox.page.reader import JSON, Reader
from sandbox.page.richtext import children


def render(element: JSON, block: JSON, reader: Reader, *, live: bool) -> Markup:
    """One element. `live` elements report each change to the bot; the others only count on submit."""
    kind = str(element.get("type", ""))
    draw = _DRAW.get(kind)
    if draw is None:
        return el("span", f"Not drawn here: {kind}", class_="bk-unknown")
    hooks: dict[str, Attribute] = {
        "data_kind": kind,
        "data_action_id": str(element.get("action_id", "")),
        "data_block_id": str(block.get("block_id", "")),
        "data_live": live,
    }
    control = draw(element, reader, hooks)
    confirm = element.get("confirm")
    if isinstance(confirm, dict):
        return el("span", control, _confirm(confirm, reader), class_="bk-element")
    return control


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


def _ident(reader: Reader, hooks: dict[str, Attribute], *more: object) -> str:
    parts = (reader.scope, hooks["data_block_id"], hooks["data_action_id"], *more)
    return "-".join("".join(c if c.isalnum() else "_" for c in str(part)) for part in parts)


def _confirm(confirm: JSON, reader: Reader) -> Markup:
    danger = confirm.get("style") == "danger"
    return el(
        "template",
        el("h2", text_object(confirm.get("title"), reader)),
        el("div", text_object(confirm.get("text"), reader), class_="confirm-text"),
        el("span", text_object(confirm.get("confirm"), reader), class_="confirm-yes", data_danger=danger),
        el("span", text_object(confirm.get("deny"), reader), class_="confirm-no"),
        class_="bk-confirm",
    )


def _button(element: JSON, reader: Reader, hooks: dict[str, Attribute]) -> Markup:
    style = element.get("style")
    styled = f" bk-{style}" if style in ("primary", "danger") else ""
    body = text_object(element.get("text"), reader)
    about = element.get("accessibility_label")
    href = mrkdwn.safe_href(str(element.get("url") or ""))
    if href is not None:
        return el(
            "a",
            body,
            href=href,
            target="_blank",
            rel="noopener noreferrer",
            class_=f"bk-button{styled}",
            aria_label=about,
            **hooks,
        )
    return el("button", body, type="button", class_=f"bk-button{styled}", aria_label=about, **hooks)


def _overflow(element: JSON, reader: Reader, hooks: dict[str, Attribute]) -> Markup:
    ident = _ident(reader, hooks, "menu")
    items = []
    for option in options_of(element):
        href = mrkdwn.safe_href(str(option.get("url") or ""))
        body = (
            el("span", text_object(option.get("text"), reader), class_="menu-label"),
            el("small", text_object(option.get("description"), reader))
            if option.get("description")
            else None,
        )
        value = str(option.get("value", ""))
        if href:
            items.append(
                el(
                    "a",
                    *body,
                    href=href,
                    target="_blank",
                    rel="noopener noreferrer",
                    data_value=value,
                    **hooks,
                )
            )
        else:
            items.append(el("button", *body, type="button", data_value=value, **hooks))
    return el(
        "span",
        el(
            "button",
            el("span", "⋯", aria_hidden="true"),
            type="button",
            class_="bk-button bk-overflow",
            aria_label="More actions",
            aria_haspopup="true",
            popovertarget=ident,
        ),
        el("div", *items, class_="menu", id=ident, popover=True),
        class_="bk-menu",
    )


def _select(element: JSON, reader: Reader, hooks: dict[str, Attribute]) -> Markup:
    chosen = _chosen(element.get("initial_option"))
    return _choice_list(element, hooks, list(_option_tags(element, chosen)), chosen)


def _directory_select(source: Callable[[Reader], Sequence[tuple[str, str]]], initial: str) -> _Draw:
    def draw(element: JSON, reader: Reader, hooks: dict[str, Attribute]) -> Markup:
        chosen = str(element.get(initial) or "")
        tags = [el("option", name, value=ident, selected=ident == chosen) for ident, name in source(reader)]
        return _choice_list(element, hooks, tags, chosen)

    return draw


def _choice_list(element: JSON, hooks: dict[str, Attribute], tags: list[Markup], chosen: str) -> Markup:
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


def _multi(element: JSON, reader: Reader, hooks: dict[str, Attribute]) -> Markup:
    chosen = {str(option.get("value", "")) for option in children(element.get("initial_options"))}
    choices = [
        (str(option.get("value", "")), text_object(option.get("text"), reader))
        for option in options_of(element)
    ]
    return _multi_list(element, reader, hooks, choices, chosen)


def _directory_multi(source: Callable[[Reader], Sequence[tuple[str, str]]], initial: str) -> _Draw:
    def draw(element: JSON, reader: Reader, hooks: dict[str, Attribute]) -> Markup:
        first = element.get(initial)
        chosen = {str(item) for item in first} if isinstance(first, list) else set()
        choices = [(ident, mrkdwn.plain(name)) for ident, name in source(reader)]
        return _multi_list(element, reader, hooks, choices, chosen)

    return draw


def _multi_list(
    element: JSON,
    reader: Reader,
    hooks: dict[str, Attribute],
    choices: list[tuple[str, Markup]],
    chosen: set[str],
) -> Markup:
    ident = _ident(reader, hooks, "list")
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
            popovertarget=ident,
        ),
        el("div", *rows, class_="menu choices", id=ident, popover=True),
        class_="bk-multi",
        role="group",
        aria_label=hint,
        data_max=_number(element.get("max_selected_items")),
        **hooks,
    )


def _external(element: JSON, reader: Reader, hooks: dict[str, Attribute]) -> Markup:
    """A combobox; the script asks the bot for options and keeps the chosen ones in `data-chosen`."""
    many = element.get("type") == "multi_external_select"
    first = element.get("initial_options") if many else [element.get("initial_option")]
    chosen = children(first)
    hint = label(element.get("placeholder")) or "Search"
    ident = _ident(reader, hooks, "options")
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
            aria_controls=ident,
            aria_label=hint,
            placeholder=hint,
            value=one,
        ),
        el("div", id=ident, class_="menu listbox", role="listbox", popover="manual"),
        class_="bk-external",
        data_chosen=json.dumps([dict(option) for option in chosen]),
        data_many=many,
        data_min=3
        if _number(element.get("min_query_length")) is None
        else _number(element["min_query_length"]),
        **hooks,
    )


def _choices(element: JSON, reader: Reader, hooks: dict[str, Attribute]) -> Markup:
    radio = element.get("type") == "radio_buttons"
    initial = [element.get("initial_option")] if radio else element.get("initial_options")
    chosen = {str(option.get("value", "")) for option in children(initial)}
    name = _ident(reader, hooks, "choice")
    rows = []
    for option in options_of(element):
        value = str(option.get("value", ""))
        about = option.get("description")
        box = el(
            "input", type="radio" if radio else "checkbox", name=name, value=value, checked=value in chosen
        )
        text = el("span", text_object(option.get("text"), reader))
        rows.append(el("label", box, text, el("small", text_object(about, reader)) if about else None))
    return el("span", *rows, class_="bk-choices", role="radiogroup" if radio else "group", **hooks)


def _text_input(element: JSON, reader: Reader, hooks: dict[str, Attribute]) -> Markup:
    config = element.get("dispatch_action_config")
    shared: dict[str, Attribute] = {
        "placeholder": label(element.get("placeholder")) or None,
        "minlength": _number(element.get("min_length")),
        "maxlength": _number(element.get("max_length")) or 3000,
        "data_trigger": " ".join(children_text(config.get("trigger_actions_on")))
        if isinstance(config, dict)
        else None,
        "data_focus": bool(element.get("focus_on_load")),
        "dir": "auto",
        **hooks,
    }
    value = str(element.get("initial_value") or "")
    if element.get("multiline"):
        return el("textarea", value, rows="5", class_="bk-control", **shared)
    return el("input", type="text", value=value, class_="bk-control", autocomplete="off", **shared)


def _typed_input(kind: str) -> _Draw:
    def draw(element: JSON, reader: Reader, hooks: dict[str, Attribute]) -> Markup:
        first = element.get("initial_value", "")
        return el(
            "input",
            # A text control for all: the bot and Slack's own words judge the value, not the browser's bubble.
            type="text",
            inputmode=kind,
            value=str(first if first is not None else ""),
            placeholder=label(element.get("placeholder")) or None,
            class_="bk-control",
            autocomplete="off",
            data_focus=bool(element.get("focus_on_load")),
            **hooks,
        )

    return draw


def _rich_input(element: JSON, reader: Reader, hooks: dict[str, Attribute]) -> Markup:
    first = element.get("initial_value")
    marks = (("*", "B", "Bold"), ("_", "I", "Italic"), ("~", "S", "Strikethrough"), ("`", "‹›", "Code"))
    tools = [
        el("button", sign, type="button", data_mark=mark, title=name, aria_label=name, tabindex="-1")
        for mark, sign, name in marks
    ]
    return el(
        "span",
        el("span", *tools, class_="rich-tools"),
        el(
            "textarea",
            editor.to_text(first) if isinstance(first, dict) else "",
            rows="6",
            dir="auto",
            placeholder=label(element.get("placeholder")) or None,
            data_focus=bool(element.get("focus_on_load")),
            **hooks,
        ),
        class_="bk-rich-input",
    )


def _moment(kind: str, initial: str) -> _Draw:
    def draw(element: JSON, reader: Reader, hooks: dict[str, Attribute]) -> Markup:
        first = element.get(initial)
        if kind == "datetime-local" and isinstance(first, int):
            first = from_timestamp(first, reader.zone).strftime("%Y-%m-%dT%H:%M")
        hint = label(element.get("placeholder")) or {"date": "Date", "time": "Time"}.get(
            kind, "Date and time"
        )
        return el(
            "input",
            type=kind,
            value=str(first or ""),
            class_="bk-control bk-moment",
            aria_label=hint,
            **hooks,
        )

    return draw


def _file_input(element: JSON, reader: Reader, hooks: dict[str, Attribute]) -> Markup:
    kinds = ",".join(f".{kind}" for kind in children_text(element.get("filetypes")))
    most = _number(element.get("max_files")) or 10
    return el(
        "input",
        type="file",
        multiple=most > 1,
        accept=kinds or None,
        data_max=most,
        class_="bk-file",
        **hooks,
    )


def _picture(element: JSON, reader: Reader, hooks: dict[str, Attribute]) -> Markup:
    return image(element, reader, "bk-thumb")


def image(element: JSON, reader: Reader, class_: str) -> Markup:
    """An image where the page may load it, else its alternative text: no other host is asked for anything."""
    alt = mrkdwn.printable(str(element.get("alt_text") or "Image"))
    address = reader.directory.image_address(element)
    if address is None:
        return el("span", alt, class_=f"{class_} bk-image-alt", role="img", aria_label=alt)
    return el("img", src=address, alt=alt, title=alt, loading="lazy", class_=class_)


def children_text(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _chosen(option: Any) -> str:
    return str(option.get("value", "")) if isinstance(option, dict) else ""


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _people(reader: Reader) -> Sequence[tuple[str, str]]:
    return reader.directory.people()


def _channels(reader: Reader) -> Sequence[tuple[str, str]]:
    return [(ident, f"#{name}") for ident, name in reader.directory.channels()]


_Draw = Callable[[JSON, Reader, dict[str, Attribute]], Markup]
_DRAW: dict[str, _Draw] = {
    "button": _button,
    "workflow_button": _button,
    "overflow": _overflow,
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
    "checkboxes": _choices,
    "radio_buttons": _choices,
    "plain_text_input": _text_input,
    "email_text_input": _typed_input("email"),
    "url_text_input": _typed_input("url"),
    "number_input": _typed_input("decimal"),
    "rich_text_input": _rich_input,
    "datepicker": _moment("date", "initial_date"),
    "timepicker": _moment("time", "initial_time"),
    "datetimepicker": _moment("datetime-local", "initial_date_time"),
    "file_input": _file_input,
    "image": _picture,
}
