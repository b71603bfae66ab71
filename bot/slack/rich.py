"""Rich text blocks: the safest place for a customer's words, since Slack parses nothing inside them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any, Literal

from bot.slack.text import ELLIPSIS, clean, date_plain, safe_url, seconds_of, shorten

Element = dict[str, Any]
Block = dict[str, Any]
QUOTE_LIMIT = 300
QUOTE_LINES = 8
_TITLE_LIMIT = 120
_BLANK_LINES = re.compile(r"\n\s*\n")


def text(
    words: str, *, bold: bool = False, italic: bool = False, strike: bool = False, code: bool = False
) -> Element:
    """A run of text. Cleaned; never parsed."""
    element: Element = {"type": "text", "text": clean(words)}
    chosen = (("bold", bold), ("italic", italic), ("strike", strike), ("code", code))
    style = {name: True for name, wanted in chosen if wanted}
    if style:
        element["style"] = style
    return element


def link(url: str, words: str) -> Element:
    """A link of ours; anything but http and https becomes plain text."""
    address = safe_url(url)
    if address is None:
        return text(words)
    return {"type": "link", "url": address, "text": clean(words)}


def date(instant: datetime, fmt: str, zone: tzinfo) -> Element:
    """An instant in each reader's zone; `fmt` as in `bot.slack.text.date`."""
    return {
        "type": "date",
        "timestamp": seconds_of(instant),
        "format": fmt,
        "fallback": date_plain(instant, fmt, zone),
    }


def section(*elements: Element) -> Element:
    return {"type": "rich_text_section", "elements": _filled(elements)}


def quote(*elements: Element) -> Element:
    return {"type": "rich_text_quote", "elements": _filled(elements)}


def listing(
    items: Iterable[Element], style: Literal["bullet", "ordered"] = "bullet", indent: int = 0
) -> Element:
    """A list; each item is a `section`."""
    return {"type": "rich_text_list", "style": style, "indent": indent, "elements": list(items)}


def block(*elements: Element, block_id: str | None = None) -> Block:
    made: Block = {"type": "rich_text", "elements": list(elements)}
    if block_id is not None:
        made["block_id"] = block_id
    return made


def customer_words(
    words: str, *, limit: int = QUOTE_LIMIT, lines: int = QUOTE_LINES, more: str | None = None
) -> Element:
    """A customer's words as a quote: `limit` characters and so many `lines` at most.

    `more` says where the rest can be read; it stands after the cut.
    """
    said = _BLANK_LINES.sub("\n\n", clean(words)).strip()
    if not said:
        return quote(text("no text (an attachment or an empty message)", italic=True))
    each = said.split("\n")
    short = shorten("\n".join(each[:lines]), limit)
    if short == said:
        return quote(text(said))
    if len(each) > lines and not short.endswith(ELLIPSIS):
        short += ELLIPSIS
    return quote(text(f"{short} "), text(f"({more})", italic=True)) if more else quote(text(short))


def title(words: str, *, bold: bool = False) -> Element:
    """A customer's phrase used as a title: one short line."""
    line = " ".join(clean(words).split())
    return text(shorten(line, _TITLE_LIMIT) or "no subject", bold=bold)


def _filled(elements: Iterable[Element]) -> list[Element]:
    """Slack refuses text elements without text."""
    return [element for element in elements if element["type"] != "text" or element["text"]]
