"""The `markdown` block: the part of Markdown that Slack promises, escaped first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from markupsafe import Markup, escape

from sandbox.page import emoji
from sandbox.page.html import el, join
from sandbox.page.mrkdwn import link, printable

_FENCE = re.compile(r"^(```|~~~)")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_RULE = re.compile(r"^\s{0,3}([-*_])(?:\s*\1){2,}\s*$")
_ITEM = re.compile(r"^(\s*)(?:[-*+]|(\d{1,9})[.)])\s+(.*)$")
_TASK = re.compile(r"^\[([ xX])\]\s+")
_QUOTE = re.compile(r"^\s{0,3}>\s?")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")

_HELD = re.compile("\ue000(\\d+)\ue001")
_CODE = re.compile(r"(`+)(.+?)\1")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|~<>])")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\(\s*<?([^\s()<>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_BARE_URL = re.compile(r"<?(https?://[^\s<>\"'`\ue000\ue001]+[^\s<>\"'`.,;:!?)\]\ue000\ue001])>?")
_STYLES = (
    ("strong", re.compile(r"\*\*(?=\S)([^*]+?)(?<=\S)\*\*")),
    ("strong", re.compile(r"(?<!\w)__(?=\S)([^_]+?)(?<=\S)__(?!\w)")),
    ("em", re.compile(r"\*(?=[^\s*])([^*]*[^\s*])\*")),
    ("em", re.compile(r"(?<!\w)_(?=[^\s_])([^_]*[^\s_])_(?!\w)")),
    ("s", re.compile(r"~~(?=\S)([^~]+?)(?<=\S)~~")),
)


def render(text: str) -> Markup:
    """Markdown as HTML. Raw HTML in it is shown as written, images become links."""
    return join(_blocks(printable(text).split("\n")))


def _blocks(lines: list[str]) -> Iterator[Markup]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
        elif _FENCE.match(line.strip()):
            mark = line.strip()[:3]
            end = next(
                (n for n in range(at + 1, len(lines)) if lines[n].strip().startswith(mark)), len(lines)
            )
            yield el("pre", "\n".join(lines[at + 1 : end]))
            at = end + 1
        elif heading := _HEADING.match(line):
            # Slack draws headings of all levels alike; the page's own h1-h2 are not for messages.
            yield el("h4", inline(heading[2]), class_="md-heading")
            at += 1
        elif _RULE.match(line):
            yield el("hr", class_="bk-divider")
            at += 1
        elif (
            "|" in line and at + 1 < len(lines) and _TABLE_RULE.match(lines[at + 1]) and "|" in lines[at + 1]
        ):
            end = _while(lines, at + 2, lambda text: "|" in text)
            yield _table(line, lines[at + 2 : end])
            at = end
        elif _QUOTE.match(line):
            end = _while(lines, at, lambda text: bool(_QUOTE.match(text)))
            yield el("blockquote", join(_blocks([_QUOTE.sub("", quoted) for quoted in lines[at:end]])))
            at = end
        elif _ITEM.match(line):
            end = _while(lines, at, lambda text: bool(_ITEM.match(text)) or text.startswith("  "))
            yield _list(lines[at:end])
            at = end
        else:
            end = _while(lines, at + 1, lambda text: not _starts_block(text))
            yield el("p", inline("\n".join(lines[at:end])))
            at = end


def _starts_block(line: str) -> bool:
    patterns = (_HEADING, _RULE, _ITEM, _QUOTE)
    return not line.strip() or bool(_FENCE.match(line.strip())) or any(one.match(line) for one in patterns)


def _while(lines: list[str], start: int, holds: Callable[[str], bool]) -> int:
    end = start
    while end < len(lines) and holds(lines[end]):
        end += 1
    return end


def _list(lines: list[str]) -> Markup:
    """Nested lists by indentation, drawn flat with an indent class, as Slack stores them."""
    items: list[Markup] = []
    ordered = bool(re.match(r"\s*\d", lines[0]))
    for line in lines:
        found = _ITEM.match(line)
        if found is None:
            items.append(el("li", inline(line.strip()), class_="continued"))
            continue
        indent = min(len(found[1].expandtabs(4)) // 2, 4)
        task = _TASK.match(found[3])
        body: Markup = inline(found[3][task.end() :] if task else found[3])
        if task:
            body = Markup("{} {}").format("☑" if task[1] in "xX" else "☐", body)
        items.append(el("li", body, class_=f"indent-{indent}" + (" task" if task else "")))
    return el("ol" if ordered else "ul", *items, class_="md-list")


def _table(head: str, rows: list[str]) -> Markup:
    def cells(row: str, tag: str) -> Markup:
        parts = row.strip().removeprefix("|").removesuffix("|").split("|")
        return el("tr", *(el(tag, inline(part.strip())) for part in parts))

    body = el("tbody", *(cells(row, "td") for row in rows))
    return el("div", el("table", el("thead", cells(head, "th")), body), class_="bk-table", tabindex="0")


def inline(text: str) -> Markup:
    """Emphasis, code, links and emoji of one paragraph."""
    held: list[Markup] = []

    def hold(markup: Markup) -> str:
        held.append(markup)
        return f"\ue000{len(held) - 1}\ue001"

    text = _CODE.sub(lambda found: hold(el("code", found[2].strip())), text)
    text = _ESCAPED.sub(lambda found: hold(escape(found[1])), text)
    text = _LINK.sub(lambda found: hold(link(_filled(found[2], held), _filled(found[1], held))), text)
    text = _BARE_URL.sub(lambda found: hold(link(found[1], found[1])), text)
    escaped = str(escape(text))
    for tag, pattern in _STYLES:
        escaped = pattern.sub(rf"<{tag}>\1</{tag}>", escaped)
    escaped = emoji.NAME.sub(lambda found: str(emoji.picture(found[1]) or found[0]), escaped)
    escaped = _HELD.sub(lambda found: str(held[int(found[1])]), escaped)
    return Markup(escaped.replace("\n", "<br>"))  # noqa: S704 - escaped before any mark became an element


def _filled(text: str, held: list[Markup]) -> str:
    """Text of a link part in which an escaped character or code may have been put aside."""
    return _HELD.sub(lambda found: Markup(str(held[int(found[1])])).striptags(), text)  # noqa: S704 - only stripped
