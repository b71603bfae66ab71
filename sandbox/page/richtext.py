"""`rich_text` blocks as HTML."""

from __future__ import annotations

from markupsafe import Markup, escape

from sandbox.page import emoji, mrkdwn
from sandbox.page.html import el, join
from sandbox.page.reader import JSON, Reader

_TAGS = (("code", "code"), ("strike", "s"), ("underline", "u"), ("italic", "em"), ("bold", "strong"))


def render(block: JSON, reader: Reader) -> Markup:
    """A `rich_text` block. No mrkdwn is parsed in it: what a text element says is shown as it is."""
    return el("div", *(_part(part, reader) for part in children(block.get("elements"))), class_="rich-text")


def _part(part: JSON, reader: Reader) -> Markup:
    inner = children(part.get("elements"))
    match part.get("type"):
        case "rich_text_section":
            return el("div", join(_inline(child, reader) for child in inner), class_="rt-section")
        case "rich_text_list":
            tag = "ol" if part.get("style") == "ordered" else "ul"
            indent = max(0, min(_int(part.get("indent")), 8))
            start = _int(part.get("offset")) + 1
            items = (el("li", _part(child, reader)) for child in inner)
            numbered = str(start) if tag == "ol" and start != 1 else None
            return el(tag, *items, class_=f"rt-list indent-{indent}", start=numbered)
        case "rich_text_quote":
            return el("blockquote", join(_inline(child, reader) for child in inner))
        case "rich_text_preformatted":
            return el("pre", join(_inline(child, reader) for child in inner))
        case other:
            return el("div", f"Not drawn here: {other}", class_="bk-unknown")


def _inline(element: JSON, reader: Reader) -> Markup:
    style = element.get("style") if isinstance(element.get("style"), dict) else {}
    body = _body(element, reader)
    for key, tag in _TAGS:
        if style and style.get(key):
            body = el(tag, body)
    return body


def _body(element: JSON, reader: Reader) -> Markup:
    match element.get("type"):
        case "text":
            lines = mrkdwn.printable(str(element.get("text", ""))).split("\n")
            return Markup("<br>").join(lines)
        case "link":
            url = str(element.get("url", ""))
            return mrkdwn.link(url, mrkdwn.printable(str(element.get("text") or url)))
        case "emoji":
            name = str(element.get("name", ""))
            return emoji.picture(name) or escape(f":{name}:")
        case "user":
            return mrkdwn.user_mention(str(element.get("user_id", "")), reader)
        case "channel":
            return mrkdwn.channel_mention(str(element.get("channel_id", "")), reader)
        case "usergroup":
            return mrkdwn.usergroup_mention(str(element.get("usergroup_id", "")), reader)
        case "broadcast":
            return mrkdwn.broadcast_mention(str(element.get("range", "")))
        case "date":
            layout = str(element.get("format", "{date_long} at {time}"))
            return mrkdwn.date_mention(
                str(element.get("timestamp", "")),
                layout,
                str(element.get("url") or ""),
                str(element.get("fallback") or ""),
                reader,
            )
        case "color":
            return el("code", str(element.get("value", "")))
        case _:
            return escape(mrkdwn.printable(str(element.get("text") or element.get("fallback") or "")))


def children(value: object) -> list[JSON]:
    """The objects of a list of elements; anything else is no element."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _int(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
