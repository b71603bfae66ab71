"""Where a person's conversations and mails stand: with the account they belong to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, update
from sqlmodel import Session, col

from bot.store import outside, rechecks
from bot.store.accounts import Contact
from bot.store.conversations import Conversation


def follow(session: Session, row: Contact, before: str | None, *, now: datetime) -> None:
    """Have a person's conversations and mails stand with the account they belong to now; `before` is where
    they did.

    `now` is machine time. Without an account nothing is moved.
    """
    if row.account_id is None:
        return
    left = before if before != row.account_id else None
    mine = (col(Conversation.workspace) == row.workspace, col(Conversation.contact_id) == row.id)
    nowhere = col(Conversation.account_id).is_(None)
    stray = nowhere if left is None else or_(nowhere, col(Conversation.account_id) == left)
    if left is not None:
        outside.follow(session, row.workspace, row.id, left, row.account_id)
    moved = session.execute(update(Conversation).where(*mine, stray).values(account_id=row.account_id))
    if moved.rowcount:  # type: ignore[attr-defined]
        for account_id in (left, row.account_id):
            if account_id is not None:
                rechecks.ask(session, row.workspace, rechecks.ACCOUNT, account_id, now=now)
