"""Answers by the window that they were written in."""

from __future__ import annotations

from sqlmodel import Session, col, or_, select

from bot.store.intents import Intent


def author_of(session: Session, occurrence: str) -> str | None:
    """Who wrote the answer, the note, or the answers to several: their Slack id."""
    several = col(Intent.key).startswith(f"reply:{occurrence}:", autoescape=True)
    one = col(Intent.key).in_((f"reply:{occurrence}", f"note:{occurrence}"))
    written = session.exec(select(Intent).where(or_(one, several)).limit(1)).first()
    by = written.payload.get("by") if written is not None else None
    return str(by) if by else None
