"""What a rep typed into a rich text input, as HTML for Intercom and as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape as html_escape
from typing import Any

import nh3

from bot.slack.text import clean, safe_url

# Tags that Intercom shows in a reply. Quotes and strikes it does not know stay as their words.
_TAGS = {"p", "br", "b", "i", "code", "pre", "a", "ul", "ol", "li", "blockquote"}
_PARAGRAPHS = re.compile(r"\n\s*\n")
_EMOJI_POINTS = re.compile(r"[0-9a-f]{1,6}(-[0-9a-f]{1,6})*")
_DEEPEST = 8
_INDENT = "\u00a0\u00a0"
_UNNAMED = {"user": "somebody", "channel": "a channel", "usergroup": "a group"}

Names = Mapping[str, str]


def to_html(value: Mapping[str, Any] | None, names: Names | None = None) -> str:
    """HTML of a `rich_text_value`, sanitised; empty for nothing.

    `names` gives what is mentioned its name, by id (see `mentioned`); of what it lacks the kind is said, for
    a word that is left out changes the sentence. Broadcast mentions become their bare word.
    """
    if not value:
        return ""
    elements = [each for each in value.get("elements", []) if isinstance(each, Mapping)]
    return _sanitised(_blocks_html(elements, names or {}))


def mentioned(value: Mapping[str, Any] | None) -> set[str]:
    """The ids of the people and channels that are mentioned in it."""
    found: set[str] = set()
    left: list[Any] = [value]
    while left:
        each = left.pop()
        if isinstance(each, Mapping):
            found |= {str(each[key]) for key in ("user_id", "channel_id") if each.get(key)}
            left.extend(each.get("elements") or ())
    return found


def plain_to_html(words: str) -> str:
    """HTML of plain text: paragraphs and line breaks, everything else escaped."""
    body = clean(words).strip()
    return _sanitised(_paragraphs(html_escape(body, quote=False))) if body else ""


def to_plain(value: Mapping[str, Any] | None, names: Names | None = None) -> str:
    """The same words without formatting; list items start with a dash or their number."""
    if not value:
        return ""
    elements = [each for each in value.get("elements", []) if isinstance(each, Mapping)]
    return "\n".join(_blocks_plain(elements, names or {})).strip()


def _sanitised(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


def _blocks_html(elements: list[Mapping[str, Any]], names: Names) -> str:
    made: list[str] = []
    at = 0
    while at < len(elements):
        if elements[at].get("type") == "rich_text_list":
            end = at
            while end < len(elements) and elements[end].get("type") == "rich_text_list":
                end += 1
            made.append(_lists_html(elements[at:end], names))
            at = end
        else:
            made.append(_block_html(elements[at], names))
            at += 1
    return "".join(made)


def _block_html(element: Mapping[str, Any], names: Names) -> str:
    match element.get("type"):
        case "rich_text_preformatted":
            return f"<pre>{_runs_html(element, names)}</pre>"
        case "rich_text_quote":
            return f"<blockquote>{_paragraphs(_runs_html(element, names))}</blockquote>"
        case _:
            return _paragraphs(_runs_html(element, names))


def _lists_html(lists: list[Mapping[str, Any]], names: Names) -> str:
    """Slack gives nested lists as neighbours with an indent; HTML wants them inside the item before.

    Where one goes on from a number, as behind a paragraph, they are lines: nothing says that Intercom keeps a
    list's `start`, and begun anew at 1 it would tell the customer something else.
    """
    html = ""
    stack: list[str] = []
    for element in lists:
        tag = "ol" if element.get("style") == "ordered" else "ul"
        depth = min(_DEEPEST, max(0, int(element.get("indent") or 0))) + 1
        depth = min(depth, len(stack) + 1)
        while len(stack) > depth or (len(stack) == depth and stack[-1] != tag):
            html += f"</li></{stack.pop()}>"
        opened = len(stack) < depth
        if opened and tag == "ol" and _start(element) > 1:
            return _lines_html(lists, names)
        if opened:
            html += f"<{tag}>"
            stack.append(tag)
        for place, item in enumerate(element.get("elements", [])):
            html += "" if opened and place == 0 else "</li>"
            html += f"<li>{_runs_html(item, names).replace(chr(10), '<br>')}"
    while stack:
        html += f"</li></{stack.pop()}>"
    return html


def _lines_html(lists: list[Mapping[str, Any]], names: Names) -> str:
    """The same items with dashes and numbers of their own."""
    lines = (
        lead.replace("  ", _INDENT) + _runs_html(item, names) for each in lists for lead, item in _items(each)
    )
    return f"<p>{chr(10).join(lines).replace(chr(10), '<br>')}</p>"


def _paragraphs(html: str) -> str:
    parts = [part.strip("\n") for part in _PARAGRAPHS.split(html)]
    return "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in parts if part.strip())


def _runs_html(element: Mapping[str, Any], names: Names) -> str:
    return "".join(_run_html(run, names) for run in element.get("elements", []) if isinstance(run, Mapping))


def _run_html(run: Mapping[str, Any], names: Names) -> str:
    words = html_escape(_run_plain(run, names), quote=False)
    if run.get("type") == "link":
        url = str(run.get("url", ""))
        if safe_url(url) or url.startswith("mailto:"):
            words = f'<a href="{html_escape(url)}">{words}</a>'
    style = run.get("style")
    if not isinstance(style, Mapping):
        return words
    for name, tag in (("code", "code"), ("italic", "i"), ("bold", "b")):
        if style.get(name):
            words = f"<{tag}>{words}</{tag}>"
    return words


def _blocks_plain(elements: list[Mapping[str, Any]], names: Names) -> list[str]:
    lines: list[str] = []
    for element in elements:
        kind = element.get("type")
        if kind == "rich_text_list":
            lines.extend(lead + _runs_plain(item, names) for lead, item in _items(element))
        elif kind == "rich_text_quote":
            lines.extend(f"> {line}" for line in _runs_plain(element, names).split("\n"))
        else:
            lines.append(_runs_plain(element, names))
    return lines


def _items(element: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A list's items, each with what stands before it in a line of its own."""
    indent = "  " * min(_DEEPEST, max(0, int(element.get("indent") or 0)))
    ordered = element.get("style") == "ordered"
    for number, item in enumerate(element.get("elements", []), start=_start(element)):
        yield f"{indent}{f'{number}.' if ordered else '-'} ", item


def _start(element: Mapping[str, Any]) -> int:
    return int(element.get("offset") or 0) + 1


def _runs_plain(element: Mapping[str, Any], names: Names) -> str:
    return "".join(_run_plain(run, names) for run in element.get("elements", []) if isinstance(run, Mapping))


def _run_plain(run: Mapping[str, Any], names: Names) -> str:
    match run.get("type"):
        case "text":
            return clean(str(run.get("text", "")))
        case "link":
            return clean(str(run.get("text") or run.get("url", "")))
        case "emoji":
            return _emoji(run)
        case "user" | "channel" | "usergroup" as kind:
            return names.get(str(run.get(f"{kind}_id")), _UNNAMED[kind])
        case "date":
            return clean(str(run.get("fallback", "")))
        case "broadcast":
            return str(run.get("range", ""))
        case "color":
            return clean(str(run.get("value", "")))
        case _:
            return ""


def _emoji(run: Mapping[str, Any]) -> str:
    points = str(run.get("unicode", "")).lower()
    if _EMOJI_POINTS.fullmatch(points):
        try:
            return "".join(chr(int(point, 16)) for point in points.split("-"))
        except ValueError:
            pass
    return f":{clean(str(run.get('name', '')))}:"
