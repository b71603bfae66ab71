"""Who a conversation can be given to."""

from __future__ import annotations

from sqlmodel import Session

from bot.cards.assign import AssignCard, Colleague
from bot.clock import Moment
from bot.desk.claim import must_know
from bot.desk.rep import Rep
from bot.office import Office
from bot.present import line
from bot.store import reps, waiting


def card(session: Session, office: Office, rep: Rep, conversation_id: str, at: Moment) -> AssignCard:
    """Everybody but the present owner, those who are there first, the least busy of them first.

    The rep alone only where a colleague has it: what is free is claimed, and handed to nobody.
    """
    row = must_know(session, office, conversation_id)
    left_out = {row.claimed_by} if row.claimed_by is not None else {rep.admin_id}
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
        if admin.id not in left_out and admin.gone_at is None
    ]
    offered.sort(key=lambda each: (each.away, each.open_conversations or 0, each.name))
    return AssignCard(
        line=line(session, office, row, at.now),
        now=at.now,
        zone=office.zone,
        colleagues=tuple(offered),
        holder_id=row.claimed_by or "",
    )
