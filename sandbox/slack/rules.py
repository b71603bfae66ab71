"""What a whole message or view must obey: surfaces, totals, uniqueness. Builds on the checks of one block."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sandbox.slack.elements import walk
from sandbox.slack.model import Block, Json, SlackError
from sandbox.slack.shapes import LIMITS
from sandbox.slack.validate import Problem, check_block, check_text

_SPOKEN = frozenset({"text", "alt_text", "caption", "title", "label", "fallback"})
_MESSAGE: dict[str, int] = LIMITS["message"]
_VIEW: dict[str, Any] = LIMITS["view"]
_MODAL_ONLY = ("submit", "close")
_VIEW_TEXTS = ("private_metadata", "callback_id", "external_id")
_VIEW_FLAGS = ("clear_on_close", "notify_on_close", "submit_disabled")
_VIEW_FIELDS = frozenset({"type", "title", "submit", "close", "blocks", *_VIEW_TEXTS, *_VIEW_FLAGS})


def message_problems(blocks: Any, at: str = "/blocks") -> list[Problem]:
    """Everything wrong with the blocks of a message, but for its total size."""
    problems = list(_surface(blocks, "message", at))
    return problems or list(_message_totals(blocks, at))


def check_message(blocks: Any, attachments: Any = None) -> None:
    """Raise what chat.postMessage would answer.

    Raises SlackError: invalid_blocks_format, invalid_blocks (with pointers), only_one_table_allowed,
    msg_blocks_too_long, invalid_attachments, too_many_attachments.
    """
    if blocks is not None:
        if not isinstance(blocks, list):
            raise SlackError("invalid_blocks_format")
        refuse("invalid_blocks", message_problems(blocks))
        if Counter(b["type"] in ("table", "data_table") for b in blocks)[True] > _MESSAGE["tables"]:
            raise SlackError("only_one_table_allowed")
        if spoken_length(blocks) > _MESSAGE["blocks_total_text"]:
            raise SlackError("msg_blocks_too_long")
    if attachments is not None:
        _check_attachments(attachments)


def view_problems(view: Any) -> list[Problem]:
    """Everything wrong with a modal or App Home, but for its total size."""
    if not isinstance(view, dict):
        return [Problem("/view", "type", "must provide an object")]
    kind = view.get("type")
    if kind not in ("modal", "home"):
        return [Problem("/view/type", "enum", "must be one of modal, home")]
    return list(_view_fields(view, kind)) + list(_surface(view.get("blocks"), kind, "/view/blocks"))


def check_view(view: Any) -> None:
    """Raise what views.* would answer: invalid_arguments with pointers, view_too_large."""
    refuse("invalid_arguments", view_problems(view))
    if len(json.dumps(view, ensure_ascii=False).encode()) > _VIEW["bytes"]:
        raise SlackError("view_too_large")


def spoken_length(node: Any) -> int:
    """Characters of text in blocks, as the whole-message limit counts them: not ids, values or addresses."""
    if isinstance(node, list):
        return sum(spoken_length(item) for item in node)
    if not isinstance(node, dict):
        return 0
    return sum(
        len(value) if isinstance(value, str) and key in _SPOKEN else spoken_length(value)
        for key, value in node.items()
    )


def refuse(code: str, problems: list[Problem]) -> None:
    """Raise SlackError(code) with the pointers, if there are problems."""
    if problems:
        lines = [str(problem) for problem in problems]
        raise SlackError(
            code,
            errors=[line.removeprefix("[ERROR] ") for line in lines],
            response_metadata={"messages": lines},
        )


def _surface(blocks: Any, surface: str, at: str) -> Iterator[Problem]:
    limits = LIMITS["surfaces"][surface]
    if not isinstance(blocks, list):
        yield Problem(at, "type", "must be an array")
        return
    if len(blocks) < limits["min_blocks"]:
        yield Problem(at, "too_few", f"no fewer than {limits['min_blocks']} items allowed")
    if len(blocks) > limits["max_blocks"]:
        yield Problem(at, "too_many", f"no more than {limits['max_blocks']} items allowed")
    sound = True
    for index, block in enumerate(blocks):
        for problem in check_block(block, f"{at}/{index}"):
            sound = False
            yield problem
        if isinstance(block, dict) and block.get("type") in limits["forbidden"]:
            sound = False
            yield Problem(f"{at}/{index}/type", "unsupported_type", f"unsupported type: {block['type']}")
    if sound:
        yield from _uniqueness(blocks, at)
        yield from _element_rules(blocks, surface, at)


def _uniqueness(blocks: list[Block], at: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        name = block.get("block_id")
        if name is not None and block["type"] != "markdown":
            if name in seen:
                yield Problem(f"{at}/{index}/block_id", "duplicate", f"block_id must be unique: {name}")
            seen.add(name)
        used = Counter(
            e["action_id"] for _, e in walk([block]) if "action_id" in e and block["type"] != "card"
        )
        for action_id, count in used.items():
            if count > 1 and block["type"] not in ("carousel", "container"):
                text = f"action_id must be unique in its block: {action_id}"
                yield Problem(f"{at}/{index}", "duplicate", text)


def _element_rules(blocks: list[Block], surface: str, at: str) -> Iterator[Problem]:
    focused = 0
    for block, element in walk(blocks):
        if element["type"] == "file_input" and surface != "modal":
            index = next(i for i, b in enumerate(blocks) if b is block)
            yield Problem(f"{at}/{index}/element/type", "unsupported_type", "unsupported type: file_input")
        focused += bool(element.get("focus_on_load"))
    if focused > _VIEW["focus_on_load"]:
        yield Problem(at, "focus", "only one element may have focus_on_load")


def _message_totals(blocks: list[Block], at: str) -> Iterator[Problem]:
    kinds = Counter(block["type"] for block in blocks)
    for kind, limit in (("data_visualization", "data_visualizations"), ("plan", "plans")):
        if kinds[kind] > _MESSAGE[limit]:
            yield Problem(at, "too_many", f"no more than {_MESSAGE[limit]} {kind} blocks allowed")
    if sum(len(b["text"]) for b in blocks if b["type"] == "markdown") > _MESSAGE["markdown_total"]:
        most = _MESSAGE["markdown_total"]
        yield Problem(at, "too_long", f"markdown blocks must have less than {most + 1} characters together")
    for index, block in enumerate(blocks):
        if block["type"] == "data_table" and spoken_length(block["rows"]) > _MESSAGE["data_table_text"]:
            most = _MESSAGE["data_table_text"]
            yield Problem(f"{at}/{index}/rows", "too_long", f"must be less than {most + 1} characters")


def _check_attachments(attachments: Any) -> None:
    if not isinstance(attachments, list) or not all(isinstance(a, dict) for a in attachments):
        raise SlackError("invalid_attachments")
    if len(attachments) > _MESSAGE["attachments"]:
        raise SlackError("too_many_attachments")
    for index, attachment in enumerate(attachments):
        if "blocks" in attachment:
            problems = message_problems(attachment["blocks"], f"/attachments/{index}/blocks")
            refuse("invalid_attachments", problems)


def _view_fields(view: Json, kind: str) -> Iterator[Problem]:
    for name in view.keys() - _VIEW_FIELDS:
        yield Problem("/view", "additional_property", f"invalid additional property: {name}")
    if kind == "modal" and view.get("title") is None:
        yield Problem("/view", "missing", "missing required field: title")
    for name in ("title", "submit", "close"):
        if view.get(name) is None:
            continue
        if kind == "home" and name in _MODAL_ONLY:
            yield Problem("/view", "additional_property", f"invalid additional property: {name}")
        else:
            yield from check_text(view[name], _VIEW[name], f"/view/{name}")
    for name in _VIEW_TEXTS:
        value = view.get(name)
        if value is None:
            continue
        if not isinstance(value, str):
            yield Problem(f"/view/{name}", "type", "must be a string")
        elif len(value) > _VIEW[name]:
            yield Problem(f"/view/{name}", "too_long", f"must be less than {_VIEW[name] + 1} characters")
    blocks = view.get("blocks")
    has_input = isinstance(blocks, list) and any(
        isinstance(b, dict) and b.get("type") == "input" for b in blocks
    )
    if kind == "modal" and has_input and not view.get("submit"):
        text = "missing required field: submit, needed because a block is an input"
        yield Problem("/view", "submit_required", text)
