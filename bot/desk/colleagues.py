"""Who a conversation can be given to."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.cards.assign import AssignCard, Colleague
from bot.desk.claim import must_know
from bot.office import Office
from bot.present import line
from bot.store import reps, waiting


def card(session: Session, office: Office, conversation_id: str, now: datetime) -> AssignCard:
    """Everybody but the present owner, those who are there first, the least busy of them first."""
    row = must_know(session, office, conversation_id)
    load = waiting.load(session, office.workspace)
    linked = {each.admin_id for each in reps.all_links(session, office.workspace)}
    offered = [
        Colleague(
            id=admin.id,
            name=admin.name,
            away=admin.away,
            open_conversations=load.get(admin.id, 0),
            linked=admin.id in linked,
        )
        for admin in reps.all_admins(session, office.workspace)
        if admin.id != row.claimed_by and admin.gone_at is None
    ]
    offered.sort(key=lambda each: (each.away, each.open_conversations or 0, each.name))
    return AssignCard(
        line=line(session, office, row, now),
        now=now,
        zone=office.zone,
        colleagues=tuple(offered),
        holder_id=row.claimed_by or "",
    )
