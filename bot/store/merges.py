"""Conversations that a teammate merged in Intercom, and where what was said in them goes on.

Intercom closes the secondary conversation and leaves a part in both, of the kinds below and of the same
moment; neither part names the other conversation. `bot/intake/merging.py` finds the two that belong together.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import or_
from sqlmodel import Session, col, select

from bot.store.conversations import Conversation
from bot.store.parts import Part
from bot.store.rows import row_of

SECONDARY = "merged_secondary_conversation"
"""The part of the conversation that was merged away."""
PRIMARY = "merged_primary_conversation"
"""The part of the one that goes on."""

SAME_MOMENT = timedelta(seconds=5)
"""The two parts of one merge are at most that far apart."""


def landing(conversation_id: str, merged_into: Mapping[str, str]) -> str:
    """The conversation on which a reply to `conversation_id` lands once merges are followed.

    A ring of merges has no safe target: the reply is then handled where it was written, never lost.
    """
    seen = {conversation_id}
    current = conversation_id
    while (target := merged_into.get(current)) is not None:
        if target in seen:
            return conversation_id
        seen.add(target)
        current = target
    return current


def goes_on_in(session: Session, row: Conversation) -> Conversation:
    """The conversation in which `row` goes on: itself, unless it is closed because it was merged away."""
    merged: dict[str, str] = {}
    current: Conversation | None = row
    while current is not None and current.state == "closed" and current.id not in merged:
        target = _target(session, current)
        if target is None:
            break
        merged[current.id] = target
        current = row_of(session, Conversation, row.workspace, target)
    landed = landing(row.id, merged)
    return (row_of(session, Conversation, row.workspace, landed) if landed != row.id else None) or row


def _target(session: Session, row: Conversation) -> str | None:
    query = (
        select(Part.merged_with)
        .where(
            Part.workspace == row.workspace,
            Part.conversation_id == row.id,
            Part.raw_kind == SECONDARY,
            col(Part.merged_with).is_not(None),
        )
        .order_by(col(Part.created_at).desc())
        .limit(1)
    )
    return session.exec(query).first()


def merges_of(session: Session, workspace: str, conversation_id: str) -> list[Part]:
    """The parts in which a conversation was merged, away or with others."""
    query = select(Part).where(
        Part.workspace == workspace,
        Part.conversation_id == conversation_id,
        col(Part.raw_kind).in_((SECONDARY, PRIMARY)),
    )
    return list(session.exec(query))


def counterparts(session: Session, row: Conversation, part: Part) -> list[tuple[Part, Conversation]]:
    """Other ends of the merge that `part` tells of: of the same person or account and the same moment."""
    theirs = [
        column == known
        for column, known in (
            (col(Conversation.contact_id), row.contact_id),
            (col(Conversation.account_id), row.account_id),
        )
        if known is not None
    ]
    if not theirs:
        return []
    query = (
        select(Part, Conversation)
        .join(
            Conversation,
            (col(Conversation.workspace) == col(Part.workspace))
            & (col(Conversation.id) == col(Part.conversation_id)),
        )
        .where(
            Conversation.workspace == row.workspace,
            Conversation.id != row.id,
            or_(*theirs),
            Part.raw_kind == (PRIMARY if part.raw_kind == SECONDARY else SECONDARY),
            col(Part.created_at).between(part.created_at - SAME_MOMENT, part.created_at + SAME_MOMENT),
        )
    )
    return [(found, other) for found, other in session.exec(query)]
