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
_SHOWN = 100


@dataclass(frozen=True)
class Colleague:
    """`id` comes back on submit. `away` is Intercom's away mode; `open_conversations` may be not known."""

    id: str
    name: str
    away: bool = False
    open_conversations: int | None = None


@dataclass(frozen=True)
class AssignCard:
    """`colleagues` in the order to be offered, without the present owner."""

    line: ConversationLine
    now: datetime
    zone: str
    colleagues: tuple[Colleague, ...]


@dataclass(frozen=True)
class Assigned:
    conversation_id: str
    colleague_id: str
    context: str = ""


def render(card: AssignCard) -> View:
    title = modal.titled("Hand over", card.line.contact)
    owner = f"claimed by {text.inline(card.line.owner, 60)}" if card.line.owner else "claimed by nobody"
    blocks: list[Block] = [
        kit.section(rows.conversation_text(card.line, card.now, card.zone)),
        kit.context(f"{owner}. The colleague is told in Slack, and you can tell them why."),
    ]
    if not card.colleagues:
        nobody = "Nobody else has a linked Intercom seat. A colleague links one with `/watchbell link`."
        return modal.view(CALLBACK, title, [*blocks, kit.section(nobody)])
    options = [kit.option(_label(each), each.id, _load(each)) for each in card.colleagues[:_SHOWN]]
    element = kit.select(COLLEAGUE, options, "Choose a colleague")
    blocks.append(modal.field(COLLEAGUE, "Hand it to", element))
    hint = "Your colleague reads it in Slack; in Intercom it is a note for the team."
    blocks.append(modal.words_input(CONTEXT, "What should they know?", LONGEST, optional=True, hint=hint))
    return modal.view(CALLBACK, title, blocks, submit="Hand over", private={"conversation": card.line.id})


def read(view: Mapping[str, Any]) -> Assigned:
    """What was chosen. Raises modal.NotOurs for a view of another kind or without a choice."""
    conversation, colleague = modal.private(view).get("conversation"), modal.chosen(view, COLLEAGUE)
    if not conversation or not colleague:
        raise modal.NotOurs("the view names no conversation or no colleague")
    return Assigned(str(conversation), colleague, modal.words(view, CONTEXT, LONGEST))


def _label(colleague: Colleague) -> str:
    away = " (away)" if colleague.away else ""
    return text.plain(colleague.name, 75 - len(away), empty="(no name)") + away


def _load(colleague: Colleague) -> str | None:
    return None if colleague.open_conversations is None else f"{colleague.open_conversations} open"
