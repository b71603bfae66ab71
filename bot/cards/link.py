"""Connecting a Slack person with an Intercom seat: a proposal to confirm, and the refusals."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cards import kit
from bot.cards.message import Message
from bot.slack import text


@dataclass(frozen=True)
class Seat:
    """An Intercom admin; `id` comes back with the button."""

    id: str
    name: str
    email: str


@dataclass(frozen=True)
class LinkCard:
    """`proposed` is the seat with the person's own e-mail; `linked` the one in force.

    `taken_by` is the Slack id of who has it.
    """

    email: str
    proposed: Seat | None = None
    linked: Seat | None = None
    taken_by: str | None = None


def render(card: LinkCard) -> Message:
    if card.linked is not None:
        seat = card.linked
        said = f"You act in Intercom as *{text.inline(seat.name, 60)}* ({text.inline(seat.email)})."
        return Message(said.replace("*", ""), [kit.section(said), kit.actions(_unlink(seat))])
    if card.proposed is None:
        said = (
            f"No Intercom seat has your e-mail address {text.inline(card.email)}. Nothing was linked. "
            "Ask an Intercom admin to invite that address, or the bot's owner to link you."
        )
        return Message(said, [kit.section(said)])
    seat = card.proposed
    name = text.inline(seat.name, 60)
    if card.taken_by is not None:
        owner = text.mention_user(card.taken_by)
        said = f"The seat {name} is linked to {owner}. Nothing was changed. Ask them to unlink it first."
        plain = f"The seat {name} is linked to somebody else. Nothing was changed."
        return Message(plain, [kit.section(said)])
    said = f"Are you *{name}* ({text.inline(seat.email)}) in Intercom? What you send will be sent as {name}."
    confirm = kit.confirm(
        "Link this seat?",
        f"Customers will read your answers under the name {text.plain(seat.name, 60)}.",
        "Link",
    )
    button = kit.button("Yes, link it", "link", seat.id, style="primary", confirm=confirm)
    return Message(said.replace("*", ""), [kit.section(said), kit.actions(button)])


def _unlink(seat: Seat) -> kit.Element:
    confirm = kit.confirm("Unlink this seat?", "You can then read, not act.", "Unlink", danger=True)
    return kit.button("Unlink", "unlink", seat.id, confirm=confirm)
