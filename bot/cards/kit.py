"""The few Block Kit pieces that the cards are made of, and the way back from a click to its verb and id.

Action ids are `wb:<verb>`; a button's value is an opaque id. An overflow has the action id `wb:more` and
options valued `<verb>:<id>`. `pressed` reads both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.cards import words
from bot.cards.message import Block
from bot.slack import rich, text

Element = dict[str, Any]
PREFIX = "wb:"
MORE = "wb:more"
TEXT_LIMIT = 2900  # Slack allows 3,000 characters in a section
MOST_OPTIONS = 100
"""Options that Slack takes in a select, and in the answer to a search."""


@dataclass(frozen=True)
class Item:
    """An entry of an overflow; with `url` it opens that page as well."""

    label: str
    verb: str
    id: str
    url: str | None = None


@dataclass(frozen=True)
class Pressed:
    """What a person pressed or chose. `choice` is the option's value where the element had options."""

    verb: str
    id: str
    choice: str | None = None


def pressed(action: Mapping[str, Any]) -> Pressed:
    """The verb and id of one entry of a block_actions payload. Raises ValueError for a foreign action id."""
    action_id = str(action.get("action_id", ""))
    if not action_id.startswith(PREFIX):
        raise ValueError(f"not one of our actions: {action_id!r}")
    option = action.get("selected_option")
    choice = str(option["value"]) if isinstance(option, Mapping) and option.get("value") else None
    if action_id == MORE:
        verb, _, target = (choice or "").partition(":")
        return Pressed(verb, target)
    return Pressed(action_id.removeprefix(PREFIX), str(action.get("value") or ""), choice)


def plain_text(said: str, limit: int = 75) -> Element:
    """Words of ours or a name; emoji codes stay words."""
    return {"type": "plain_text", "text": text.plain(said, limit), "emoji": False}


def mrkdwn(said: str) -> Element:
    """Our own sentence, names already escaped. `verbatim`: Slack adds no links or mentions of its own."""
    return {"type": "mrkdwn", "text": text.cut(said, TEXT_LIMIT), "verbatim": True}


def rich_when(instant: datetime, now: datetime, zone: str) -> Element:
    """An instant for rich text, shown as `words.when` shows it in mrkdwn."""
    return rich.date(instant, words.instant_format(instant, now, zone), words.zone_of(zone))


def section(said: str, accessory: Element | None = None) -> Block:
    block: Block = {"type": "section", "text": mrkdwn(said)}
    if accessory is not None:
        block["accessory"] = accessory
    return block


def sentence(said: str, limit: int = 600, *, empty: str = "Something went wrong. Try again.") -> str:
    """A sentence made elsewhere, perhaps around a name: escaped, one paragraph, at most `limit`."""
    return text.cut(text.escape(text.plain(said, limit, empty=empty)), limit)


def heading(said: str) -> Block:
    """A heading between parts of a long view."""
    return {"type": "header", "text": plain_text(said, 150)}


def context(*said: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(each) for each in said]}


def divider() -> Block:
    return {"type": "divider"}


def actions(*elements: Element | None, block_id: str | None = None) -> Block:
    block: Block = {"type": "actions", "elements": [element for element in elements if element is not None]}
    if block_id is not None:
        block["block_id"] = block_id
    return block


def button(
    label: str,
    verb: str,
    target: str,
    *,
    style: Literal["primary", "danger"] | None = None,
    confirm: Element | None = None,
    url: str | None = None,
) -> Element:
    element: Element = {
        "type": "button",
        "text": plain_text(label),
        "action_id": PREFIX + verb,
        "value": target,
    }
    if style is not None:
        element["style"] = style
    if confirm is not None:
        element["confirm"] = confirm
    address = text.safe_url(url) if url else None
    if address is not None:
        element["url"] = address
    return element


def confirm(title: str, said: str, yes: str, no: str = "Cancel", *, danger: bool = False) -> Element:
    """Asked before something that leaves the team or cannot be undone; `said` names the audience."""
    element: Element = {
        "title": plain_text(title, 100),
        "text": plain_text(said, 300),
        "confirm": plain_text(yes, 30),
        "deny": plain_text(no, 30),
    }
    if danger:
        element["style"] = "danger"
    return element


def overflow(*items: Item | None) -> Element | None:
    """The rest of a card's actions: one to five, None when there is nothing to offer."""
    options: list[Element] = []
    for item in items:
        if item is None:
            continue
        option: Element = {"text": plain_text(item.label), "value": f"{item.verb}:{item.id}"}
        address = text.safe_url(item.url) if item.url else None
        if address is not None:
            option["url"] = address
        options.append(option)
    if not options:
        return None
    return {"type": "overflow", "action_id": MORE, "options": options}


def option(label: str, value: str, description: str | None = None) -> Element:
    element: Element = {"text": plain_text(label), "value": value}
    if description:
        element["description"] = plain_text(description)
    return element


def choice(
    verb: str, options: Sequence[Element], what: str, initial: str | None = None, *, several: str = ""
) -> Element:
    """One of these, as in "Choose a team"; of more than a select holds, one that is searched for.

    For the second there is a search under the same name in a handler module.
    """
    if len(options) > MOST_OPTIONS:
        element = search(verb, f"Search {several or what + 's'}")
        return _beginning(element, options, initial)
    return select(verb, options, f"Choose a {what}", initial)


def choices(verb: str, options: Sequence[Element], what: str, initial: Sequence[str]) -> Element:
    """Any number of these, as in "Choose tags", likewise; `initial` are chosen to begin with."""
    many = len(options) > MOST_OPTIONS
    element: Element = {
        "type": "multi_external_select" if many else "multi_static_select",
        "action_id": PREFIX + verb,
        "placeholder": plain_text(f"{'Search' if many else 'Choose'} {what}", 150),
    }
    if many:
        element["min_query_length"] = 0
    else:
        element["options"] = list(options)
    chosen = [each for each in options if each["value"] in initial][:MOST_OPTIONS]
    if chosen:
        element["initial_options"] = chosen
    return element


def fitting(offered: Sequence[tuple[str, str]], query: str) -> list[tuple[str, str]]:
    """Of labels with their values those that contain what was typed, first those that begin with it."""
    wanted = query.strip().casefold()
    found = [each for each in offered if wanted in each[0].casefold()]
    found.sort(key=lambda each: not each[0].casefold().startswith(wanted))
    return found[:MOST_OPTIONS]


def select(verb: str, options: Sequence[Element], placeholder: str, initial: str | None = None) -> Element:
    """A static select; at most 100 options are shown."""
    element: Element = {
        "type": "static_select",
        "action_id": PREFIX + verb,
        "placeholder": plain_text(placeholder, 150),
        "options": list(options[:MOST_OPTIONS]),
    }
    return _beginning(element, element["options"], initial)


def _beginning(element: Element, options: Sequence[Element], initial: str | None) -> Element:
    """With this one chosen to begin with, where it is there."""
    chosen = next((each for each in options if each["value"] == initial), None)
    if chosen is not None:
        element["initial_option"] = chosen
    return element


def search(verb: str, placeholder: str) -> Element:
    """A field that asks for what fits while somebody types, from the first letter on and before it."""
    return {
        "type": "external_select",
        "action_id": PREFIX + verb,
        "placeholder": plain_text(placeholder, 150),
        "min_query_length": 0,
    }


def open_in_intercom(url: str | None) -> str | None:
    """A link for a context line, where the address is known and safe."""
    return text.link(url, "Open in Intercom") if url and text.safe_url(url) else None
