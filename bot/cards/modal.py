"""The frame of a modal, and what it remembers between opening and submitting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.cards import kit
from bot.cards.message import Block, View
from bot.slack import text

TITLE_LIMIT = 24
BLOCKS_LIMIT = 100
ERROR_LIMIT = 1500
"""Characters of a sentence beside an input."""


def view(
    callback: str,
    title: str,
    blocks: list[Block],
    *,
    submit: str | None = None,
    private: Mapping[str, Any] | None = None,
) -> View:
    """A modal. `private` comes back with the submission; it holds ids only, never customer words."""
    made: View = {
        "type": "modal",
        "callback_id": callback,
        "title": kit.plain_text(title, TITLE_LIMIT),
        "close": kit.plain_text("Close" if submit is None else "Cancel", TITLE_LIMIT),
        "blocks": blocks[:BLOCKS_LIMIT],
    }
    if private is not None:
        made["private_metadata"] = json.dumps(private, separators=(",", ":"))
    if submit is not None:
        made["submit"] = kit.plain_text(submit, TITLE_LIMIT)
    return made


def loading(callback: str, title: str, waiting_for: str) -> View:
    """Opened at once, before anything is fetched: a trigger lives three seconds."""
    return view(callback, title, [kit.section(kit.sentence(waiting_for))])


class NotOurs(ValueError):
    """A window that was not made here, or was changed on its way: it does not say what it is about."""


def private(submitted: Mapping[str, Any]) -> dict[str, Any]:
    """What `view` was given. Raises NotOurs for one that it was not."""
    try:
        held = json.loads(submitted.get("private_metadata") or "{}")
    except ValueError as error:
        raise NotOurs("the view's private metadata is not ours") from error
    if not isinstance(held, dict):
        raise NotOurs("the view's private metadata is not ours")
    return held


@dataclass(frozen=True, slots=True)
class Begun:
    """Where a window was asked for: in a channel, `under` the message that heads a thread there, or on the
    Home. None of it: in another window."""

    channel: str | None = None
    under: str | None = None
    at_home: bool = False


def begun_at(made: View, begun: Begun) -> View:
    """A view of ours that remembers where it was asked for, whoever draws what comes after it."""
    if begun == Begun():
        return made
    told = {"channel": begun.channel, "under": begun.under, "home": begun.at_home}
    held = {**private(made), "begun": {name: value for name, value in told.items() if value}}
    return {**made, "private_metadata": json.dumps(held, separators=(",", ":"))}


def begun(submitted: Mapping[str, Any]) -> Begun:
    """What `begun_at` was given. Raises NotOurs as `private` does."""
    told = private(submitted).get("begun")
    if not isinstance(told, dict):
        return Begun()
    channel, under = (str(told[name]) if told.get(name) else None for name in ("channel", "under"))
    return Begun(channel, under, told.get("home") is True)


def titled(verb: str, name: str | None) -> str:
    """`Answer Dana Reyes`, cut to what a title holds."""
    return text.plain(f"{verb} {text.one_line(name or '')}", TITLE_LIMIT)


def field(
    block_id: str, label: str, element: kit.Element, *, optional: bool = False, hint: str = ""
) -> Block:
    """An input with its label. `block_id` names it in what comes back (`state`)."""
    made: Block = {
        "type": "input",
        "block_id": block_id,
        "label": kit.plain_text(label),
        "element": element,
        "optional": optional,
    }
    if hint:
        made["hint"] = kit.plain_text(hint, 150)
    return made


def boxes(block_id: str, label: str, options: list[kit.Element], *, optional: bool = False) -> Block:
    """An input of check boxes, at most ten."""
    element: kit.Element = {
        "type": "checkboxes",
        "action_id": kit.PREFIX + block_id,
        "options": options,
    }
    return field(block_id, label, element, optional=optional)


def radio(block_id: str, label: str, options: list[kit.Element], initial: int | None = 0) -> Block:
    """An input of radio buttons, at most ten, each value once."""
    options = list({each["value"]: each for each in options}.values())[:10]
    element: dict[str, Any] = {
        "type": "radio_buttons",
        "action_id": kit.PREFIX + block_id,
        "options": options,
    }
    if initial is not None:
        element["initial_option"] = options[initial]
    return field(block_id, label, element)


def words_input(block_id: str, label: str, longest: int, *, optional: bool = False, hint: str = "") -> Block:
    """An input for a line or two, at most `longest` characters."""
    element: kit.Element = {
        "type": "plain_text_input",
        "action_id": kit.PREFIX + block_id,
        "multiline": True,
        "max_length": longest,
    }
    return field(block_id, label, element, optional=optional, hint=hint)


def words(submitted: Mapping[str, Any], block_id: str, longest: int) -> str:
    """What was typed there, cleaned and cut, for a form can be forged; empty when there was nothing."""
    return text.shorten(text.clean(str(state(submitted, block_id).get("value") or "")).strip(), longest)


def beside_first(submitted: Mapping[str, Any], said: str) -> dict[str, Any] | None:
    """The response to a submission that says something beside the first input: what was typed stays.

    None for a window without inputs, where there is nothing to lose.
    """
    for block in submitted.get("blocks") or ():
        if block.get("type") == "input" and block.get("block_id"):
            errors = {str(block["block_id"]): text.plain(said, ERROR_LIMIT)}
            return {"response_action": "errors", "errors": errors}
    return None


def state(submitted: Mapping[str, Any], block_id: str) -> Mapping[str, Any]:
    """What was entered into the input of that block; empty when there was none."""
    found = submitted.get("state", {}).get("values", {}).get(block_id, {}).get(kit.PREFIX + block_id)
    return found if isinstance(found, Mapping) else {}


def ticked(submitted: Mapping[str, Any], block_id: str) -> list[str]:
    """The values of the options that were ticked, or chosen, in that block; each once."""
    options = state(submitted, block_id).get("selected_options") or []
    values = (str(each["value"]) for each in options if isinstance(each, Mapping) and "value" in each)
    return list(dict.fromkeys(values))


def chosen(submitted: Mapping[str, Any], block_id: str) -> str | None:
    """The value of the option that was chosen in that block."""
    option = state(submitted, block_id).get("selected_option")
    return str(option["value"]) if isinstance(option, Mapping) and "value" in option else None
