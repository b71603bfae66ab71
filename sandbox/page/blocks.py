"""Block Kit as HTML: one function per block, each escaping whatever it is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from sandbox.page import elements, markdown, mrkdwn, richtext
from sandbox.page.html import el, join
from sandbox.page.reader import JSON, Reader
from sandbox.page.richtext import children
from sandbox.page.texts import label, text_object


def render(blocks: Sequence[JSON], reader: Reader) -> Markup:
    """All blocks in order. A block of a type not drawn here becomes a grey note, never an error."""
    return join(_block(block, reader) for block in blocks)


def _block(block: JSON, reader: Reader) -> Markup:
    kind = str(block.get("type", ""))
    draw = _DRAW.get(kind)
    hook = str(block.get("block_id", "")) or None
    if draw is None:
        return el("div", f"Not drawn here: a “{kind}” block", class_="bk bk-unknown", data_block_id=hook)
    return el("div", draw(block, reader), class_=f"bk bk-{kind.replace('_', '-')}", data_block_id=hook)


def _section(block: JSON, reader: Reader) -> Markup:
    fields = [
        el("div", text_object(field, reader), class_="bk-field") for field in children(block.get("fields"))
    ]
    accessory = block.get("accessory")
    return join(
        (
            el(
                "div",
                el("div", text_object(block["text"], reader), class_="bk-text")
                if block.get("text")
                else None,
                el("div", *fields, class_="bk-fields") if fields else None,
                class_="bk-main",
            ),
            el("div", elements.render(accessory, block, reader, live=True), class_="bk-accessory")
            if isinstance(accessory, dict)
            else None,
        )
    )


def _header(block: JSON, reader: Reader) -> Markup:
    return el("h3", text_object(block.get("text"), reader))


def _context(block: JSON, reader: Reader) -> Markup:
    def part(item: JSON) -> Markup:
        if item.get("type") == "image":
            return elements.image(item, reader, "bk-context-image")
        return el("span", text_object(item, reader), class_="bk-context-text")

    return join(part(item) for item in children(block.get("elements")))


def _divider(block: JSON, reader: Reader) -> Markup:
    return el("hr", class_="bk-divider")


def _actions(block: JSON, reader: Reader) -> Markup:
    return join(elements.render(item, block, reader, live=True) for item in children(block.get("elements")))


def _input(block: JSON, reader: Reader) -> Markup:
    element = block.get("element")
    if not isinstance(element, dict):
        return el("span", "An input without an element", class_="bk-unknown")
    optional = el("span", "(optional)", class_="bk-optional") if block.get("optional") else None
    group = element.get("type") in ("checkboxes", "radio_buttons", "external_select", "multi_external_select")
    ident = f"{reader.scope}-{block.get('block_id', '')}-label"
    heading = el("span", text_object(block.get("label"), reader), " ", optional, class_="bk-label", id=ident)
    control = elements.render(element, block, reader, live=bool(block.get("dispatch_action")))
    hint = el("p", text_object(block["hint"], reader), class_="bk-hint") if block.get("hint") else None
    # A label around several controls would name each of them; those are named by the group instead.
    wrapper = (
        el("div", heading, control, role="group", aria_labelledby=ident)
        if group
        else el("label", heading, control)
    )
    error = el("p", class_="bk-error", role="alert", hidden=True)
    return join((wrapper, error, hint))


def _rich_text(block: JSON, reader: Reader) -> Markup:
    return richtext.render(block, reader)


def _markdown(block: JSON, reader: Reader) -> Markup:
    return markdown.render(str(block.get("text", "")))


def _image(block: JSON, reader: Reader) -> Markup:
    title = block.get("title")
    caption = el("figcaption", text_object(title, reader)) if title else None
    return el("figure", caption, elements.image(block, reader, "bk-picture"))


def _table(block: JSON, reader: Reader) -> Markup:
    rows = block.get("rows")
    settings = block.get("column_settings")
    columns = settings if isinstance(settings, list) else []

    def cell(content: object, column: int, tag: str) -> Markup:
        setting = columns[column] if column < len(columns) and isinstance(columns[column], dict) else {}
        align = setting.get("align")
        classes = f"align-{align}" if align in ("center", "right") else ""
        if setting.get("is_wrapped"):
            classes += " wrapped"
        return el(
            tag, _cell(content, reader), class_=classes.strip() or None, scope="col" if tag == "th" else None
        )

    drawn = []
    for number, row in enumerate(rows if isinstance(rows, list) else []):
        cells = row if isinstance(row, list) else []
        drawn.append(
            el("tr", *(cell(content, n, "th" if number == 0 else "td") for n, content in enumerate(cells)))
        )
    return el("div", el("table", *drawn), class_="bk-table", tabindex="0")


def _cell(content: object, reader: Reader) -> Markup:
    if not isinstance(content, dict):
        return mrkdwn.plain(str(content))
    if content.get("type") == "rich_text":
        return richtext.render(content, reader)
    shown = content.get("text", content.get("value", ""))
    return mrkdwn.plain(str(shown), emojis=False)


def _data_table(block: JSON, reader: Reader) -> Markup:
    caption = block.get("caption") or block.get("title")
    title = el("p", text_object(caption, reader), class_="bk-table-title") if caption else None
    return join((title, _table(block, reader)))


def _video(block: JSON, reader: Reader) -> Markup:
    title = label(block.get("title")) or "Video"
    return mrkdwn.link(str(block.get("title_url") or block.get("video_url") or ""), f"▶ {title}")


def _alert(block: JSON, reader: Reader) -> Markup:
    level = str(block.get("level", "info"))
    body = text_object(block.get("text"), reader)
    return el("div", body, class_="bk-alert-box", data_level=level, role="note")


_DRAW: dict[str, Callable[[JSON, Reader], Markup]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "divider": _divider,
    "actions": _actions,
    "input": _input,
    "rich_text": _rich_text,
    "markdown": _markdown,
    "image": _image,
    "table": _table,
    "data_table": _data_table,
    "video": _video,
    "alert": _alert,
}
