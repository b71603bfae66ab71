"""Open conversations that no policy covers: they have no promise and never ring."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from bot.sla.promises import Promises
from bot.store.conversations import Conversation

_AT_ONCE = 1_000


def uncovered(session: Session, workspace: str, promises: Promises, now: datetime) -> list[Conversation]:
    """Those that are not closed and match no policy, by id."""
    found: list[Conversation] = []
    behind = ""
    while True:
        query = (
            select(Conversation)
            .where(
                Conversation.workspace == workspace,
                Conversation.state != "closed",
                col(Conversation.id) > behind,
            )
            .order_by(col(Conversation.id))
            .limit(_AT_ONCE)
        )
        rows = list(session.exec(query))
        if not rows:
            return found
        found += [row for row in rows if promises.matched(session, workspace, row, now) is None]
        behind = rows[-1].id
