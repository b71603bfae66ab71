"""Between what people type and the HTML that Intercom stores."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import nh3

TAGS = {
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "div",
    "em",
    "h1",
    "h2",
    "h3",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
}
TAGS |= {"s", "strong", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"}
_LOOKS_LIKE_HTML = re.compile(rf"</?(?:{'|'.join(sorted(TAGS))})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "pre", "blockquote", "ul", "ol"}


def typed(text: str) -> str:
    """HTML of what a person typed: every character means itself, a blank line parts two paragraphs."""
    paragraphs = re.split(r"\n\s*\n", text.strip("\n"))
    return "\n".join("<p>" + html.escape(p, quote=False).replace("\n", "<br>") + "</p>" for p in paragraphs)


def posted(body: str) -> str:
    """HTML of a body that came over the API: HTML is kept, made harmless; plain text becomes paragraphs."""
    if _LOOKS_LIKE_HTML.search(body):
        return nh3.clean(body, tags=TAGS, link_rel=None)
    return typed(html.unescape(body))


def plain(body: str) -> str:
    """The words of an HTML body, a line for each block."""
    reader = _Plain()
    reader.feed(body)
    reader.close()
    lines = "".join(reader.words).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip(" ") for line in lines)).strip("\n")


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS and tag != "br":
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        self.words.append(data)
