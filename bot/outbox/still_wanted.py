"""What has happened to a conversation since something was decided for it, and makes that not wanted any more.

Nobody has read what came since, and what somebody did in Intercom is newer than what waits to be done there.
"""

from __future__ import annotations

from sqlmodel import Session

from bot.outbox import kinds
from bot.store import intents
from bot.store.conversations import Conversation, get
from bot.store.intents import Intent
from bot.store.unread import unread


def why_not(session: Session, intent: Intent) -> str | None:
    """Why an act is not to be done any more, a sentence; None while it is wanted."""
    if intent.kind in (kinds.INTERCOM_CLOSE, kinds.INTERCOM_SNOOZE):
        return _written(session, intent)
    row = get(session, intent.workspace, intent.subject)
    if row is None:
        return None
    if intent.kind == kinds.INTERCOM_ASSIGN:
        return None if row.claimed_by == intent.payload["assignee_id"] else "It changed hands meanwhile."
    if intent.kind == kinds.INTERCOM_TEAM:
        return _moved(session, row, intent)
    return None


def _written(session: Session, intent: Intent) -> str | None:
    # However long it was on its way: nobody has read what came since, and it would be out of sight.
    since = intent.payload.get("seen"), intent.decided_at
    part = unread(session, intent.workspace, intent.subject, *since)
    return f"{part.author_name or 'The customer'} wrote meanwhile: it was left open." if part else None


def _moved(session: Session, row: Conversation, intent: Intent) -> str | None:
    """Whether somebody else gave it to another team since: neither this intent nor one of ours before it."""
    ours = intents.about(session, row.workspace, row.id, kinds=(kinds.INTERCOM_TEAM,))
    by_us = [each.payload["team_id"] for each in ours if (each.id or 0) <= (intent.id or 0)]
    if row.team_assignee_id in (intent.payload.get("from_team", row.team_assignee_id), *by_us):
        return None
    return "It was given to another team meanwhile: it stays there."
