"""The queue: which conversations wait for the team, most urgent first."""

from __future__ import annotations

from sqlmodel import Session

from bot.office import Office
from bot.present import REPLY_CLOCKS
from bot.store import reps, waiting
from bot.store.waiting import Waiting, Wanted


def offered(session: Session, office: Office, *, limit: int) -> list[Waiting]:
    """The first of what may be taken: nobody has claimed it, or who did is away in Intercom."""
    return waiting.most_urgent(
        session, office.workspace, REPLY_CLOCKS, may_be_taken(session, office), limit=limit
    )


def may_be_taken(session: Session, office: Office) -> Wanted:
    """What of everything that waits is on offer."""
    away = [admin.id for admin in reps.all_admins(session, office.workspace) if admin.away]
    return waiting.free(away)


def of_rep(session: Session, office: Office, admin_id: str) -> list[Waiting]:
    """Everything that waits for the holder of an Intercom seat."""
    return waiting.of_holder(session, office.workspace, REPLY_CLOCKS, admin_id)


def of_account(session: Session, office: Office, account_id: str) -> list[Waiting]:
    """Everything that waits in one account."""
    return waiting.of_account(session, office.workspace, REPLY_CLOCKS, account_id)
