"""How conversations began that customers began themselves, as those that compare them ask: a few columns."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col

from bot.store.conversations import Conversation
from bot.store.insert import core
from bot.store.parts import Part


class Beginning(NamedTuple):
    """A conversation whose words are all here. One that differs from before is to be read again."""

    id: str
    account_id: str | None
    contact_id: str | None
    channel: str
    title: str | None
    created_at: datetime
    updated_at: datetime


_COLUMNS = tuple(col(getattr(Conversation, name)) for name in Beginning._fields)


def since(session: Session, workspace: str, when: datetime, *, limit: int) -> dict[str, Beginning]:
    """Those begun since then, by id; of more than `limit` the newest."""
    query = (
        columns(*_COLUMNS)
        .where(_theirs(workspace), col(Conversation.created_at) >= when)
        .order_by(col(Conversation.created_at).desc(), col(Conversation.id))
        .limit(limit)
    )
    return _by_id(core(session).execute(query))


def of(session: Session, workspace: str, conversation_ids: Sequence[str]) -> dict[str, Beginning]:
    """Those of these conversations that a customer began, and whose words are here."""
    found: dict[str, Beginning] = {}
    for start in range(0, len(conversation_ids), 500):
        query = columns(*_COLUMNS).where(
            _theirs(workspace), col(Conversation.id).in_(conversation_ids[start : start + 500])
        )
        found |= _by_id(core(session).execute(query))
    return found


def ids_between(session: Session, workspace: str, first: datetime, last: datetime) -> list[str]:
    """Those begun from the first instant on, before the last, whether their words are here or not."""
    query = columns(col(Conversation.id)).where(
        _begun_by_them(workspace), col(Conversation.created_at) >= first, col(Conversation.created_at) < last
    )
    return [each for (each,) in core(session).execute(query)]


def opening_words(session: Session, workspace: str, *, before: datetime, most: int) -> list[str]:
    """What customers began their latest conversations with, the latest first."""
    latest = (
        columns(col(Conversation.id))
        .where(
            col(Conversation.workspace) == workspace,
            col(Conversation.created_at) < before,
            col(Conversation.cleared_at).is_(None),
        )
        .order_by(col(Conversation.created_at).desc(), col(Conversation.id))
        .limit(most)
    )
    found: list[str] = []
    ids = list(session.scalars(latest))
    for start in range(0, len(ids), 200):
        some = ids[start : start + 200]
        query = columns(col(Part.conversation_id), col(Part.text)).where(
            col(Part.workspace) == workspace,
            col(Part.conversation_id).in_(some),
            col(Part.raw_kind) == "source",
            col(Part.customer_message).is_(True),
        )
        said = {each.conversation_id: each.text for each in session.execute(query)}
        found += [said[each] for each in some if said.get(each)]
    return found


def _by_id(rows: Any) -> dict[str, Beginning]:
    return {row[0]: Beginning(*row) for row in rows}


def _theirs(workspace: str) -> ColumnElement[bool]:
    # What is still being fetched, its words or its account, comes when it is here.
    here = or_(col(Conversation.details_due).is_(None), col(Conversation.details_tries) > 0)
    return and_(_begun_by_them(workspace), here)


def _begun_by_them(workspace: str) -> ColumnElement[bool]:
    return and_(
        col(Conversation.workspace) == workspace,
        col(Conversation.started_by) == "contact",
        col(Conversation.cleared_at).is_(None),
    )
