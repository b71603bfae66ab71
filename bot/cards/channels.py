"""Windows around an account's Slack channels: whose a channel is, and for whom words go into Intercom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.cards import kit, modal
from bot.cards.message import Block, View
from bot.slack import rich, text
from bot.slack.text import is_channel_id, mention_channel

MAP, WHOM = "map", "whom"
PERSON = "person"
_ACCOUNT, _ADDRESS = "account", "address"
_LISTED = 20


@dataclass(frozen=True)
class MapCard:
    """`mapped` are (channel id, account's name) of what is read already."""

    channel_id: str
    mapped: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Chosen:
    """What was entered into the window for a channel."""

    channel_id: str
    account_id: str


@dataclass(frozen=True)
class WhomCard:
    """`id` names the words, `words` are they; `people` are (contact id, name with address) of the account.

    `address` is that of who said it, where Slack tells it.
    """

    id: str
    words: str
    people: tuple[tuple[str, str], ...]
    address: str | None = None


@dataclass(frozen=True)
class Whom:
    """Who it was: a contact's id, else an address; neither where nothing was entered."""

    id: str
    contact_id: str | None
    address: str


def map_window(card: MapCard) -> View:
    told = "What is said there stands in the account's timeline. Watchbell never writes there."
    blocks: list[Block] = [
        kit.section(f"Whose channel is {mention_channel(card.channel_id)}?"),
        modal.field(_ACCOUNT, "Account", kit.search(_ACCOUNT, "Search accounts")),
        kit.context(told),
    ]
    if card.mapped:
        lines = [
            f"{mention_channel(channel_id)}: {text.inline(name, 60)}"
            for channel_id, name in card.mapped[:_LISTED]
        ]
        if len(card.mapped) > _LISTED:
            lines.append(f"and {len(card.mapped) - _LISTED} more")
        blocks += [kit.divider(), kit.section("\n".join(lines))]
        blocks.append(kit.context("`/watchbell unmap #channel` ends it."))
    private = {"channel": card.channel_id}
    return modal.view(MAP_CALLBACK, "An account's channel", blocks, submit="Save", private=private)


def read_map(view: Mapping[str, Any]) -> Chosen:
    """What was chosen. Raises modal.NotOurs for a view that names no channel."""
    channel = str(modal.private(view).get("channel") or "")
    if not is_channel_id(channel):
        raise modal.NotOurs("the view names no channel")
    return Chosen(channel, modal.chosen(view, _ACCOUNT) or "")


def whom_window(card: WhomCard) -> View:
    told = text.shorten(text.clean(card.words).strip(), 600) or "no text"
    options = [kit.option(name, contact_id) for contact_id, name in card.people]
    blocks: list[Block] = [rich.block(rich.quote(rich.text(told)))]
    if options:
        choice = kit.choice(PERSON, options, "person", several="people")
        blocks.append(modal.field(PERSON, "Who said it?", choice, optional=True))
    typed: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": kit.PREFIX + _ADDRESS,
        "max_length": 254,
    }
    if card.address is not None:
        typed["initial_value"] = card.address
    label = "Or somebody else, by e-mail address" if options else "Their e-mail address"
    blocks.append(modal.field(_ADDRESS, label, typed, optional=True))
    blocks.append(kit.context("It becomes a message of theirs in Intercom. They are sent nothing."))
    return modal.view(
        WHOM_CALLBACK, "Make a conversation", blocks, submit="Make it", private={"words": card.id}
    )


def words_asked(view: Mapping[str, Any]) -> str:
    """Which words the window is about. Raises modal.NotOurs for a view of another kind."""
    about = modal.private(view).get("words")
    if not about:
        raise modal.NotOurs("the view names no words")
    return str(about)


def read_whom(view: Mapping[str, Any]) -> Whom:
    """What was entered. Raises modal.NotOurs for a view of another kind."""
    about = words_asked(view)
    person = modal.chosen(view, PERSON)
    return Whom(about, person, "" if person else modal.words(view, _ADDRESS, 254))


def nobody(offered: bool) -> dict[str, str]:
    """The validation error of a submission that names nobody. `offered`: there was somebody to choose."""
    told = "Choose a person, or write an address." if offered else "Write their e-mail address."
    return {_ADDRESS: f"Nothing was made. {told}"}


MAP_CALLBACK = kit.PREFIX + MAP
WHOM_CALLBACK = kit.PREFIX + WHOM
