"""What one types, picks or ticks: text, dates, times, files, checkboxes and radio buttons."""

from __future__ import annotations

from markupsafe import Markup

from sandbox.page import editor
from sandbox.page.dates import from_timestamp
from sandbox.page.html import Attribute, el
from sandbox.page.reader import JSON, Reader
from sandbox.page.richtext import children
from sandbox.page.texts import Draw, Hooks, ident, label, number, options_of, strings, text_object


def _choices(element: JSON, reader: Reader, hooks: Hooks) -> Markup:
    radio = element.get("type") == "radio_buttons"
    initial = [element.get("initial_option")] if radio else element.get("initial_options")
    chosen = {str(option.get("value", "")) for option in children(initial)}
    name = ident(reader, hooks, "choice")
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


def _text_input(element: JSON, reader: Reader, hooks: Hooks) -> Markup:
    config = element.get("dispatch_action_config")
    shared: dict[str, Attribute] = {
        "placeholder": label(element.get("placeholder")) or None,
        "minlength": number(element.get("min_length")),
        "maxlength": number(element.get("max_length")) or 3000,
        "data_trigger": " ".join(strings(config.get("trigger_actions_on")))
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


def _typed_input(kind: str) -> Draw:
    def draw(element: JSON, reader: Reader, hooks: Hooks) -> Markup:
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


def _rich_input(element: JSON, reader: Reader, hooks: Hooks) -> Markup:
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


def _moment(kind: str, initial: str) -> Draw:
    def draw(element: JSON, reader: Reader, hooks: Hooks) -> Markup:
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


def _file_input(element: JSON, reader: Reader, hooks: Hooks) -> Markup:
    kinds = ",".join(f".{kind}" for kind in strings(element.get("filetypes")))
    most = number(element.get("max_files")) or 10
    return el(
        "input",
        type="file",
        multiple=most > 1,
        accept=kinds or None,
        data_max=most,
        class_="bk-file",
        **hooks,
    )


DRAW: dict[str, Draw] = {
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
}
