"""What people see in Slack, and how they use it: the words of blocks, their buttons, what one enters."""

from __future__ import annotations

import copy
from typing import Any

from sandbox.slack.model import Message, View


def kept(message: Message) -> Message:
    """A message as somebody still has it on the screen, whatever becomes of it."""
    return copy.deepcopy(message)


def rich(text: str) -> dict[str, Any]:
    """What a person typed into a rich text input."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {
        "type": "rich_text_input",
        "rich_text_value": {"type": "rich_text", "elements": [section]},
    }


def option(view: View, block_id: str, starts: str) -> dict[str, Any]:
    """The option of a radio or select whose value starts so, as a state value."""
    for block in view.blocks:
        if block.get("block_id") == block_id:
            for each in block["element"]["options"]:
                if each["value"].startswith(starts):
                    return {"type": block["element"]["type"], "selected_option": each}
    raise AssertionError(f"no option {starts} in {block_id}")


def words(blocks: list[dict[str, Any]]) -> str:
    """All text in blocks, markup included, in reading order."""
    return "\n".join(_texts(blocks))


def verbs(blocks: list[dict[str, Any]]) -> list[str]:
    """What can be pressed in blocks: buttons, and the entries of overflows."""
    found: list[str] = []
    for element in _elements(blocks):
        action = str(element["action_id"]).removeprefix("wb:")
        if action == "more":
            found.extend(each["value"].partition(":")[0] for each in element["options"])
        else:
            found.append(action)
    return found


def targets(blocks: list[dict[str, Any]], verb: str) -> list[str]:
    """The ids behind a verb's buttons, in reading order."""
    return [each["value"] for each in _elements(blocks) if each["action_id"] == f"wb:{verb}"]


def key_of(message: Message) -> str:
    """The key that the bot put into a message's metadata."""
    payload = (message.metadata or {}).get("event_payload") or {}
    return str(payload.get("key", ""))


def pressable(blocks: list[dict[str, Any]], verb: str) -> tuple[str, str | None]:
    """(action id, option value) by which a verb is pressed."""
    for element in _elements(blocks):
        if element["action_id"] == f"wb:{verb}":
            return str(element["action_id"]), None
        for each in element.get("options", ()) if element["action_id"] == "wb:more" else ():
            if each["value"].partition(":")[0] == verb:
                return str(element["action_id"]), str(each["value"])
    return f"wb:{verb}", None


def _elements(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for block in blocks:
        candidates = [*block.get("elements", []), block.get("accessory"), block.get("element")]
        found.extend(each for each in candidates if isinstance(each, dict) and "action_id" in each)
    return found


def _texts(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    if not isinstance(value, dict):
        return []
    own = [value["text"]] if isinstance(value.get("text"), str) else []
    return own + [text for key, each in value.items() if key != "text" or not own for text in _texts(each)]
