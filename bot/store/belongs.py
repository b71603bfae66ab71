"""Where a person's conversations and mails stand: with the account they belong to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from bot.store import outside, rechecks
from bot.store.accounts import Contact, is_deleted
from bot.store.conversations import Conversation, of_account


def follow(session: Session, row: Contact, before: str | None, *, now: datetime) -> None:
    """Have a person's conversations and mails stand with the account they belong to now; `before` is where
    they did. What stood at no account, or at one that Intercom has no more, comes along.

    What is not closed is judged anew, for an account's plan decides what is promised. `now` is machine time.
    Of somebody who is without an account for now, what is over stays where it was.
    """
    left = before if before != row.account_id else None
    if before != row.account_id:
        outside.follow(session, row.workspace, row.id, left, row.account_id)
    if row.account_id is None:
        _leave(session, row, left, now)
        return
    where = col(Conversation.account_id)
    stray = or_(where.is_(None), where == left) if left is not None else where.is_(None)
    mine = (
        col(Conversation.workspace) == row.workspace,
        col(Conversation.contact_id) == row.id,
        or_(stray, is_deleted(where, row.workspace) & (where != row.account_id)),
    )
    found = list(session.exec(select(Conversation.id, Conversation.state).where(*mine)))
    if not found:
        return
    session.execute(update(Conversation).where(*mine).values(account_id=row.account_id))
    for account_id in (left, row.account_id):
        if account_id is not None:
            rechecks.ask(session, row.workspace, rechecks.ACCOUNT, account_id, now=now)
    for conversation_id, state in found:
        if state != "closed":
            rechecks.ask(session, row.workspace, rechecks.CONVERSATION, conversation_id, now=now)


def _leave(session: Session, row: Contact, left: str | None, now: datetime) -> None:
    """Have what is not closed stand at no account, so that it comes along to wherever they belong next."""
    if left is None:
        return
    alive = [each for each in of_account(session, row.workspace, left) if each.contact_id == row.id]
    rechecks.ask_about(session, *alive, now=now)
    for conversation in alive:
        conversation.account_id = None
        session.add(conversation)


def accounts_of(session: Session, row: Contact) -> list[str]:
    """The accounts at which a person's conversations stand."""
    query = select(Conversation.account_id).where(
        Conversation.workspace == row.workspace,
        Conversation.contact_id == row.id,
        col(Conversation.account_id).is_not(None),
    )
    return sorted({each for each in session.exec(query.distinct()) if each is not None})
