"""The rich text editor of the page: what is typed in a textarea as `rich_text`, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sandbox.page import mrkdwn
from sandbox.page.reader import JSON
from sandbox.page.richtext import children

_BULLET = re.compile(r"^[-•] (.*)$")
_NUMBERED = re.compile(r"^\d{1,3}[.)] (.*)$")
_QUOTE = re.compile(r"^> ?(.*)$")
_SPAN = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|(?<![\w*])\*(?P<bold>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>[^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])"
    r"|(?<![\w~])~(?P<strike>[^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])"
    r"|(?P<url>https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]])"
)


def from_text(text: str) -> dict[str, Any] | None:
    """What Slack's editor would hold after typing `text`: lists, quotes, fences and marks become structure.

    None for an empty field, as in `state.values`.
    """
    text = mrkdwn.printable(text)
    if not text.strip():
        return None
    elements: list[dict[str, Any]] = []
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        if lines[at].strip().startswith("```"):
            end = next((n for n in range(at + 1, len(lines)) if lines[n].strip() == "```"), len(lines))
            body = "\n".join(lines[at + 1 : end])
            elements.append({"type": "rich_text_preformatted", "elements": [_text(body or " ")]})
            at = end + 1
            continue
        kind, end = _run(lines, at)
        elements.append(_element(kind, lines[at:end]))
        at = end
    return {"type": "rich_text", "elements": elements}


def to_text(block: JSON | None) -> str:
    """The reverse, for an editor's initial value; mentions and dates are written as plainly as can be."""
    pieces: list[str] = []
    for part in children((block or {}).get("elements")):
        inner = children(part.get("elements"))
        match part.get("type"):
            case "rich_text_list":
                numbered = part.get("style") == "ordered"
                pieces += [
                    (f"{n}. " if numbered else "- ") + _plain(children(item.get("elements")))
                    for n, item in enumerate(inner, 1)
                ]
            case "rich_text_quote":
                pieces += [f"> {line}" for line in _plain(inner).split("\n")]
            case "rich_text_preformatted":
                pieces += ["```", _plain(inner), "```"]
            case _:
                pieces.append(_plain(inner))
    return "\n".join(pieces)


def _run(lines: list[str], at: int) -> tuple[str, int]:
    kind = _kind(lines[at])
    end = at + 1
    while end < len(lines) and _kind(lines[end]) == kind and not lines[end].strip().startswith("```"):
        end += 1
    return kind, end


def _kind(line: str) -> str:
    if _BULLET.match(line):
        return "bullet"
    if _NUMBERED.match(line):
        return "ordered"
    return "quote" if _QUOTE.match(line) else "section"


def _element(kind: str, lines: list[str]) -> dict[str, Any]:
    if kind == "section":
        return {"type": "rich_text_section", "elements": _spans("\n".join(lines))}
    if kind == "quote":
        return {
            "type": "rich_text_quote",
            "elements": _spans("\n".join(_QUOTE.sub(r"\1", one) for one in lines)),
        }
    pattern = _BULLET if kind == "bullet" else _NUMBERED
    items = [{"type": "rich_text_section", "elements": _spans(pattern.sub(r"\1", one))} for one in lines]
    return {"type": "rich_text_list", "style": kind, "indent": 0, "elements": items}


def _spans(text: str) -> list[dict[str, Any]]:
    spans: list[dict[str, Any]] = []
    end = 0
    for found in _SPAN.finditer(text):
        if found.start() > end:
            spans.append(_text(text[end : found.start()]))
        kind = found.lastgroup or "url"
        if kind == "url":
            spans.append({"type": "link", "url": found["url"]})
        else:
            spans.append({**_text(found[kind]), "style": {kind: True}})
        end = found.end()
    if end < len(text):
        spans.append(_text(text[end:]))
    return spans


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _plain(elements: Iterable[JSON]) -> str:
    marks = (("bold", "*"), ("italic", "_"), ("strike", "~"), ("code", "`"))
    pieces: list[str] = []
    for element in elements:
        kind = element.get("type")
        if kind == "emoji":
            text = f":{element.get('name', '')}:"
        elif kind == "link":
            text = str(element.get("text") or element.get("url", ""))
        elif kind == "broadcast":
            text = f"@{element.get('range', '')}"
        else:
            text = str(element.get("text") or element.get("fallback") or element.get("user_id") or "")
        style = element.get("style")
        for key, mark in marks:
            if isinstance(style, dict) and style.get(key):
                text = f"{mark}{text}{mark}"
        pieces.append(text)
    return "".join(pieces)
