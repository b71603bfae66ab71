"""The modal that hands a conversation to a colleague."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.cards import kit, modal, rows
from bot.cards.message import Block, View
from bot.cards.values import ConversationLine
from bot.slack import text

CALLBACK = "wb:assign"
COLLEAGUE, CONTEXT = "colleague", "context"
LONGEST = 300


@dataclass(frozen=True)
class Colleague:
    """`id` comes back on submit. `away` is Intercom's away mode; `open_conversations` may be not known.

    `linked`: there is a Slack person who has this seat, and can be told.
    """

    id: str
    name: str
    away: bool = False
    open_conversations: int | None = None
    linked: bool = True


@dataclass(frozen=True)
class AssignCard:
    """`colleagues` in the order to be offered, without the present owner.

    `holder_id` comes back on submit: what somebody else has by then is not handed over.
    """

    line: ConversationLine
    now: datetime
    zone: str
    colleagues: tuple[Colleague, ...]
    holder_id: str = ""


@dataclass(frozen=True)
class Assigned:
    conversation_id: str
    colleague_id: str
    context: str = ""
    holder_id: str = ""


def render(card: AssignCard) -> View:
    title = modal.titled("Hand over", card.line.contact)
    owner = rows.claimed(card.line)
    about = kit.section(rows.conversation_text(card.line, card.now, card.zone))
    if not card.colleagues:
        nobody = "There is nobody to hand it to: Intercom has no other teammate."
        return modal.view(CALLBACK, title, [about, kit.context(f"{owner}."), kit.section(nobody)])
    told = "The colleague is told in Slack, and you can tell them why."
    hint = "Your colleague reads it in Slack; in Intercom it is a note for the team."
    if not all(each.linked for each in card.colleagues):
        told += " Who is not in Slack finds it in Intercom, assigned to them and with a note."
        hint = "In Intercom it is a note for the team; a colleague who is in Slack reads it there too."
    blocks: list[Block] = [about, kit.context(f"{owner}. {told}")]
    options = [kit.option(label(each), each.id, _load(each)) for each in card.colleagues]
    element = kit.choice(COLLEAGUE, options, "colleague")
    blocks.append(modal.field(COLLEAGUE, "Hand it to", element))
    blocks.append(modal.words_input(CONTEXT, "What should they know?", LONGEST, optional=True, hint=hint))
    private = {"conversation": card.line.id, "holder": card.holder_id}
    return modal.view(CALLBACK, title, blocks, submit="Hand over", private=private)


def read(view: Mapping[str, Any]) -> Assigned:
    """What was chosen. Raises modal.NotOurs for a view of another kind or without a choice."""
    held, colleague = modal.private(view), modal.chosen(view, COLLEAGUE)
    conversation = held.get("conversation")
    if not conversation or not colleague:
        raise modal.NotOurs("the view names no conversation or no colleague")
    context, holder = modal.words(view, CONTEXT, LONGEST), str(held.get("holder") or "")
    return Assigned(str(conversation), colleague, context, holder)


def conversation(view: Mapping[str, Any]) -> str:
    """Which conversation a window is about. Raises modal.NotOurs for a view of another kind."""
    found = modal.private(view).get("conversation")
    if not found:
        raise modal.NotOurs("the view names no conversation")
    return str(found)


def label(colleague: Colleague) -> str:
    states = ("away" if colleague.away else "", "" if colleague.linked else "not in Slack")
    told = ", ".join(filter(None, states))
    behind = f" ({told})" if told else ""
    return text.plain(colleague.name, 75 - len(behind), empty="(no name)") + behind


def _load(colleague: Colleague) -> str | None:
    return None if colleague.open_conversations is None else f"{colleague.open_conversations} open"
