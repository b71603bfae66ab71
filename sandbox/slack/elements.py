"""Finding and completing the interactive parts of blocks."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from sandbox.slack.ids import Ids
from sandbox.slack.model import Block, Json
from sandbox.slack.shapes import INTERACTIVE

# Elements that hold something the person chose; buttons and overflow menus only fire.
_FIELDS: dict[str, str] = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
_LISTS = frozenset(
    {"files", "selected_options", "selected_users", "selected_conversations", "selected_channels"}
)
_NESTED = ("elements", "actions", "child_blocks")


def state_field(element_type: str) -> str | None:
    """The key of the chosen value in `state.values` (`selected_option`, `value`, …); None for buttons."""
    return _FIELDS.get(element_type)


def walk(blocks: list[Block]) -> Iterator[tuple[Block, Json]]:
    """Every interactive element with the block that names it, through cards, carousels and containers."""
    for block in blocks:
        yield from _within(block, block)


def find(blocks: list[Block], action_id: str, block_id: str | None = None) -> tuple[Block, Json] | None:
    """The element with this action_id, in this block if one is named."""
    for block, element in walk(blocks):
        if element.get("action_id") == action_id and block_id in (None, block.get("block_id")):
            return block, element
    return None


def complete_ids(blocks: list[Block], ids: Ids) -> list[Block]:
    """A deep copy with the block_ids and action_ids that Slack would generate filled in."""
    done = copy.deepcopy(blocks)
    for block in done:
        _complete_block(block, ids)
    for _, element in walk(done):
        element.setdefault("action_id", ids.short())
    return done


def options_of(element: Json) -> list[Json]:
    """All options of a select, from its groups too."""
    grouped = [option for group in element.get("option_groups") or [] for option in group["options"]]
    return list(element.get("options") or []) + grouped


def initial_state(element: Json) -> Json:
    """The state of an element nobody touched: its initial value, or Slack's empty one."""
    field = _FIELDS[element["type"]]
    key = "initial_value" if field in ("value", "rich_text_value") else field.replace("selected", "initial")
    initial = element.get(key)
    if initial is None and field in _LISTS:
        initial = []
    return {"type": element["type"], field: initial}


def _within(owner: Block, node: Json) -> Iterator[tuple[Block, Json]]:
    for key in ("accessory", "element"):
        element = node.get(key)
        if isinstance(element, dict) and element.get("type") in INTERACTIVE:
            yield owner, element
    for key in _NESTED:
        children = node.get(key)
        for child in children if isinstance(children, list) else []:
            if not isinstance(child, dict):
                continue
            if child.get("type") in INTERACTIVE:
                yield owner, child
            elif key == "child_blocks" or child.get("type") == "card":
                yield from _within(child, child)


def _complete_block(block: Block, ids: Ids) -> None:
    block.setdefault("block_id", ids.short())
    for child in block.get("child_blocks") or []:
        _complete_block(child, ids)
    if block.get("type") == "carousel":
        for card in block["elements"]:
            card.setdefault("block_id", ids.short())
