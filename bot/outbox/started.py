"""Conversations begun from words in Slack, as the bot's own tables know them.

Intercom's search knows only minutes later what is there; a notification of it comes at once.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from bot.intercom.replies import CLOCKS_APART, fingerprint
from bot.outbox.kinds import INTERCOM_START
from bot.store import intents
from bot.store.conversations import Conversation
from bot.store.intents import Intent
from bot.store.parts import parts_of


def is_of(session: Session, intent: Intent, contact_id: str) -> None:
    """Note whose conversation it will be, while the attempt at it is still this owner's."""
    row = intents.by_id(session, intent.id) if intent.id is not None else None
    if row is not None and row.token == intent.token:
        row.payload = {**row.payload, "contact_id": contact_id}
        session.add(row)


def known(session: Session, intent: Intent, since: datetime) -> tuple[str | None, set[str]]:
    """The conversation that these words have become, if a notification or a sweep told of it, and those that
    others of ours became: the same words said twice are two.
    """
    others = select(Intent.external_id).where(
        Intent.workspace == intent.workspace,
        Intent.kind == INTERCOM_START,
        col(Intent.id) != intent.id,
        col(Intent.external_id).is_not(None),
    )
    taken = {str(each) for each in session.exec(others)}
    contact_id = intent.payload["contact_id"]
    if contact_id is None:
        return None, taken
    begun = select(Conversation).where(
        Conversation.workspace == intent.workspace,
        Conversation.contact_id == contact_id,
        col(Conversation.created_at) >= since.replace(microsecond=0) - CLOCKS_APART,
    )
    wanted = fingerprint(intent.payload["plain"])
    for row in session.exec(begun.order_by(col(Conversation.created_at), col(Conversation.id))):
        first = next(iter(parts_of(session, intent.workspace, row.id)), None)
        if row.id not in taken and first is not None and fingerprint(first.text) == wanted:
            return row.id, taken
    return None, taken
