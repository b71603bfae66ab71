"""All that was said in one conversation."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.cards.timeline import TimelineCard, TimelineEntry
from bot.desk.claim import must_know
from bot.office import Office
from bot.present import contact_name, said, spoken, url
from bot.store import conversations


def timeline(session: Session, office: Office, conversation_id: str, now: datetime) -> TimelineCard:
    """A conversation's messages, notes included, oldest first."""
    row = must_know(session, office, conversation_id)
    parts = spoken(conversations.parts_of(session, office.workspace, row.id))
    return TimelineCard(
        title=contact_name(row),
        now=now,
        zone=office.zone,
        entries=tuple(TimelineEntry(said=said(part), channel=row.channel) for part in parts),
        url=url(office, row.id),
    )
