"""What was written that somebody had not seen when they decided something."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.store.parts import Part, parts_of


def unread(
    session: Session, workspace: str, conversation_id: str, seen: str | None, decided_at: datetime
) -> Part | None:
    """The customer's newest message behind the part `seen`; without such a part, since `decided_at`."""
    parts = behind(session, workspace, conversation_id, seen, decided_at)
    return next((part for part in reversed(parts) if part.customer_message), None)


def behind(
    session: Session, workspace: str, conversation_id: str, seen: str | None, decided_at: datetime
) -> list[Part]:
    """Every part behind the part `seen`, oldest first; without such a part, since `decided_at`."""
    parts = parts_of(session, workspace, conversation_id)
    ids = [part.id for part in parts]
    if seen in ids:
        return parts[ids.index(seen) + 1 :]
    # Intercom tells whole seconds: what came in that very second was not read either.
    since = decided_at.replace(microsecond=0)
    return [part for part in parts if part.created_at >= since]
