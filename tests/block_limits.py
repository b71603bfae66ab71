"""Checks messages and views against the published Block Kit limits, apart from the code that builds them.

The numbers come from the shared `facts/block_kit_limits.json`; this module only knows where each applies.
slack_sdk's models are asked as well: they validate nested objects, and a block that does not come back from
them unchanged holds a field that they do not know.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from shared_files import shared
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

Json = Mapping[str, Any]
_OPTION_LISTS = ("options", "option_groups", "initial_options")
_RICH_PARTS = {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}
_RICH_RUNS = {"text", "link", "user", "date", "emoji", "channel", "usergroup", "broadcast", "color"}


def limits() -> dict[str, Any]:
    """The published limits; skips the test where they are absent."""
    found: dict[str, Any] = json.loads(shared("facts/block_kit_limits.json").read_text("utf-8"))
    # Of this element the facts tell nothing; what is chosen in it at first are options like any others.
    found["elements"].setdefault("multi_external_select", {"initial_options": {"max_items": 100}})
    return found


def message_problems(text: str, blocks: list[dict[str, Any]], rules: Json) -> list[str]:
    """Everything Slack would refuse or cut in this message; empty when it is fine."""
    found = list(_surface("message", blocks, rules))
    found += _bounds(
        "text", text, {"min_length": 1, "max_length": rules["message"]["text"]["recommended_max"]}
    )
    total = sum(len(words) for words in words_of(blocks))
    ceiling = rules["message"]["blocks_total_text"]["safe_ceiling"]
    if total > ceiling:
        found.append(f"{total} characters in all blocks, at most {ceiling}")
    return found + _sdk_blocks(blocks)


def view_problems(view: dict[str, Any], rules: Json) -> list[str]:
    """The same for a modal or an App Home."""
    found = list(_surface(view["type"], view["blocks"], rules))
    spec = rules["view"]
    for name in ("title", "submit", "close"):
        if name in view:
            found += _text_object(name, view[name], spec[name], rules)
    for name in ("private_metadata", "callback_id", "external_id"):
        if name in view:
            found += _bounds(name, view[name], spec[name])
    if len(json.dumps(view).encode()) > spec["total_size_bytes"]["max"]:
        found.append("the view is too large")
    if view["type"] == "home":
        found += [
            f"a home has no {name}" for name in rules["surfaces"]["home_forbids_fields"] if name in view
        ]
    elif "title" not in view:
        found.append("a modal needs a title")
    if "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
        found.append("a modal with an input needs a submit")
    try:
        if View(**view).to_dict() != view:
            found.append("slack_sdk does not give the view back unchanged")
    except SlackObjectFormationError as error:
        found.append(f"slack_sdk: {error}")
    return found + _sdk_blocks(view["blocks"])


def words_of(value: Any) -> Iterator[str]:
    """Every text that is shown, anywhere below."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in {"text", "fallback"} and isinstance(inner, str):
                yield inner
            else:
                yield from words_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from words_of(inner)


def mrkdwn_of(value: Any) -> Iterator[str]:
    """Every text that Slack parses, anywhere below."""
    if isinstance(value, Mapping):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for inner in value.values():
            yield from mrkdwn_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from mrkdwn_of(inner)


def elements_of(value: Any, *kinds: str) -> Iterator[Json]:
    """Every element of these types, anywhere below."""
    if isinstance(value, Mapping):
        if value.get("type") in kinds:
            yield value
        for inner in value.values():
            yield from elements_of(inner, *kinds)
    elif isinstance(value, list):
        for inner in value:
            yield from elements_of(inner, *kinds)


def _surface(name: str, blocks: list[dict[str, Any]], rules: Json) -> Iterator[str]:
    spec = rules["surfaces"][name]
    if not spec.get("min_blocks", 1) <= len(blocks) <= spec["max_blocks"]:
        yield f"{len(blocks)} blocks in a {name}"
    ids = Counter(block["block_id"] for block in blocks if "block_id" in block)
    yield from (f"block_id {each} is there {count} times" for each, count in ids.items() if count > 1)
    for at, block in enumerate(blocks):
        if block["type"] in spec["forbidden_blocks"]:
            yield f"{block['type']} is not allowed in a {name}"
        yield from (f"block {at} ({block['type']}): {problem}" for problem in _block(block, rules))


def _block(block: Json, rules: Json) -> Iterator[str]:
    spec = rules["blocks"].get(block["type"])
    if spec is None:
        yield "no such block"
        return
    if "block_id" in block:
        yield from _bounds("block_id", block["block_id"], rules["common"]["block_id"])
    for name, rule in spec.items():
        if name.startswith("require_") or not isinstance(rule, Mapping):
            continue
        if name == "field.text":
            for field in block.get("fields", []):
                yield from _text_object(name, field, rule, rules)
        elif name in block:
            yield from _value(name, block[name], rule, rules)
    if "require_any_of" in spec and not any(block.get(name) for name in spec["require_any_of"]):
        yield f"needs one of {spec['require_any_of']}"
    allowed = spec.get("element_types")
    elements = list(_elements(block))
    if allowed:
        yield from (f"{each['type']} is not allowed here" for each in elements if each["type"] not in allowed)
    ids = Counter(each["action_id"] for each in elements if "action_id" in each)
    yield from (f"action_id {each} is there {count} times" for each, count in ids.items() if count > 1)
    for element in elements:
        yield from _element(element, rules)
    if block["type"] == "rich_text":
        yield from _rich(block["elements"], _RICH_PARTS)


def _elements(block: Json) -> Iterator[Json]:
    if block["type"] == "rich_text":
        return
    for name in ("elements", "element", "accessory"):
        held = block.get(name)
        yield from held if isinstance(held, list) else [held] if held else []


def _element(element: Json, rules: Json) -> Iterator[str]:
    kind = element["type"]
    if kind in {"mrkdwn", "plain_text"}:
        yield from _text_object(kind, element, {}, rules)
        return
    spec = rules["elements"].get(kind)
    if spec is None:
        yield f"no such element: {kind}"
        return
    for name in ("action_id", "placeholder"):
        if name in element:
            yield from _value(f"{kind}.{name}", element[name], rules["common"][name], rules)
    for name, rule in spec.items():
        if name in element and isinstance(rule, Mapping):
            yield from _value(f"{kind}.{name}", element[name], rule, rules)
    for options in (element.get(name) for name in _OPTION_LISTS):
        for option in options or []:
            yield from _parts("option", option, rules, url_allowed=kind == "overflow")
    values = Counter(option["value"] for option in element.get("options", []))
    yield from (
        f"{kind}: the value {each} is there {count} times" for each, count in values.items() if count > 1
    )
    if "initial_option" in element and kind == "external_select":
        # Its options come later, from the bot; what it begins with is no less an option.
        yield from _parts("option", element["initial_option"], rules, url_allowed=False)
    elif "initial_option" in element and element["initial_option"] not in element.get("options", []):
        yield f"{kind}: the initial option is none of the options"
    if "confirm" in element:
        yield from _parts("confirm", element["confirm"], rules)


def _parts(name: str, value: Json, rules: Json, *, url_allowed: bool = True) -> Iterator[str]:
    for field, rule in rules["composition"][name].items():
        if field in value:
            yield from _value(f"{name}.{field}", value[field], rule, rules)
        elif field in {"text", "value", "title", "confirm", "deny"}:
            yield f"{name} needs {field}"
    if "url" in value and not url_allowed:
        yield f"{name}.url is for overflows only"


def _value(name: str, value: Any, rule: Json, rules: Json) -> Iterator[str]:
    if isinstance(value, Mapping) and value.get("type") in {"plain_text", "mrkdwn"}:
        yield from _text_object(name, value, rule, rules)
    else:
        yield from _bounds(name, value, rule)


def _text_object(name: str, value: Json, rule: Json, rules: Json) -> list[str]:
    found = []
    if value["type"] not in rule.get("text_type", "plain_text|mrkdwn").split("|"):
        found.append(f"{name} must be {rule['text_type']}")
    found += _bounds(name, value["text"], rules["composition"][f"text.{value['type']}"])
    return found + _bounds(name, value["text"], rule)


def _bounds(name: str, value: Any, rule: Json) -> list[str]:
    found = []
    if isinstance(value, str):
        if len(value) > rule.get("max_length", len(value)):
            found.append(f"{name} has {len(value)} characters, at most {rule['max_length']}")
        if len(value) < rule.get("min_length", 0):
            found.append(f"{name} has {len(value)} characters, at least {rule['min_length']}")
        if "enum" in rule and value not in rule["enum"]:
            found.append(f"{name} is {value!r}, not one of {rule['enum']}")
    elif isinstance(value, list):
        if len(value) > rule.get("max_items", len(value)):
            found.append(f"{name} has {len(value)} items, at most {rule['max_items']}")
        if len(value) < rule.get("min_items", 0):
            found.append(f"{name} has {len(value)} items, at least {rule['min_items']}")
    return found


def _rich(parts: list[Json], allowed: set[str]) -> Iterator[str]:
    for part in parts:
        kind = part["type"]
        if kind not in allowed:
            yield f"no {kind} here"
        elif kind == "rich_text_list":
            if not part["elements"]:
                yield "an empty list"
            yield from _rich(part["elements"], {"rich_text_section"})
        elif kind in _RICH_PARTS:
            if not part["elements"]:
                yield f"an empty {kind}"
            yield from _rich(part["elements"], _RICH_RUNS)
        elif kind == "text" and not part["text"]:
            yield "a text run without text"
        elif kind == "link" and not part["url"].startswith(("http://", "https://")):
            yield f"a link to {part['url']}"


def _sdk_blocks(blocks: list[dict[str, Any]]) -> list[str]:
    found = []
    for block in blocks:
        try:
            parsed = Block.parse(block)
            if parsed is None or parsed.to_dict() != block:
                found.append(f"slack_sdk does not give back unchanged: {block}")
        except SlackObjectFormationError as error:
            found.append(f"slack_sdk: {error}")
    return found
