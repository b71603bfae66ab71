"""Block Kit's interactive elements as HTML controls that state their action and block in data attributes.

The page's script reads `data-action-id`, `data-block-id` and `data-kind`; it knows nothing else of them.
Choices are sent by their value, and the server finds the option again in the blocks (see `state.py`).
"""

from __future__ import annotations

from markupsafe import Markup

from sandbox.page import inputs, mrkdwn, selects
from sandbox.page.html import el
from sandbox.page.reader import JSON, Reader
from sandbox.page.texts import Draw, Hooks, ident, options_of, text_object


def render(element: JSON, block: JSON, reader: Reader, *, live: bool) -> Markup:
    """One element. `live` elements report each change to the bot; the others only count on submit."""
    kind = str(element.get("type", ""))
    draw = _DRAW.get(kind)
    if draw is None:
        return el("span", f"Not drawn here: {kind}", class_="bk-unknown")
    hooks: Hooks = {
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


def _button(element: JSON, reader: Reader, hooks: Hooks) -> Markup:
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


def _overflow(element: JSON, reader: Reader, hooks: Hooks) -> Markup:
    anchor = ident(reader, hooks, "menu")
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
            popovertarget=anchor,
        ),
        el("div", *items, class_="menu", id=anchor, popover=True),
        class_="bk-menu",
    )


def _picture(element: JSON, reader: Reader, hooks: Hooks) -> Markup:
    return image(element, reader, "bk-thumb")


def image(element: JSON, reader: Reader, class_: str) -> Markup:
    """An image where the page may load it, else its alternative text: no other host is asked for anything."""
    alt = mrkdwn.printable(str(element.get("alt_text") or "Image"))
    address = reader.directory.image_address(element)
    if address is None:
        return el("span", alt, class_=f"{class_} bk-image-alt", role="img", aria_label=alt)
    return el("img", src=address, alt=alt, title=alt, loading="lazy", class_=class_)


_DRAW: dict[str, Draw] = {
    "button": _button,
    "workflow_button": _button,
    "overflow": _overflow,
    "image": _picture,
    **selects.DRAW,
    **inputs.DRAW,
}
