"""What a rep said needs no answer: up to which word of the customer's nobody waits any more.

Intercom is told nothing of it and goes on saying that the customer waits, in each webhook and sweep.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cache

from sqlalchemy import bindparam, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col

from bot.store.driver import Question, ask
from bot.store.merges import PRIMARY
from bot.store.parts import NO_ANSWER_NEEDED, Part


def settled_until(session: Session, workspace: str, conversation_ids: Collection[str]) -> dict[str, datetime]:
    """Who has waited since that instant or an earlier one needs no answer; of the few where that was said.

    A wait that a merge brought along has the merge's own instant in Intercom.
    """
    named = {"in_workspace": workspace, "which": sorted(conversation_ids)}
    rows = ask(session, _said(), named) if conversation_ids else []
    found: dict[str, datetime] = {}
    for conversation_id, kind, said_at, known_to in rows:
        if kind == NO_ANSWER_NEEDED:
            merged = [at for whose, other, at, _ in rows if whose == conversation_id and other != kind]
            until = max([known_to or said_at, *(at for at in merged if at <= said_at)])
            found[conversation_id] = max(until, found.get(conversation_id, until))
    return found


@cache
def _said() -> Question:
    told = (col(Part.conversation_id), col(Part.kind), col(Part.created_at), col(Part.waiting_since))
    return columns(*told).where(
        col(Part.workspace) == bindparam("in_workspace"),
        col(Part.conversation_id).in_(bindparam("which", expanding=True)),
        or_(col(Part.kind) == NO_ANSWER_NEEDED, col(Part.raw_kind) == PRIMARY),
    )
