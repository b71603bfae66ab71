"""The queue: which conversations wait for the team, most urgent first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_
from sqlmodel import Session

from bot.office import Office
from bot.present import REPLY_CLOCKS
from bot.store import reps, waiting
from bot.store.waiting import Held, Resting, Waiting, Wanted

NO_TEAM = "none"


def offered(
    session: Session,
    office: Office,
    admin_id: str,
    *,
    limit: int,
    team: str = "",
    due_by: datetime | None = None,
) -> list[Waiting]:
    """The first of what the holder of a seat may take; with `due_by` of what was promised by then."""
    wanted = of_team(may_be_taken(session, office, admin_id), team)
    return waiting.most_urgent(session, office.workspace, REPLY_CLOCKS, wanted, limit=limit, due_by=due_by)


def of_team(wanted: Wanted, team: str) -> Wanted:
    """Of what is wanted what belongs to this team; `none`: to no team, empty: all of it."""
    if not team:
        return wanted
    return waiting.both(wanted, waiting.in_team(None if team == NO_TEAM else team))


def may_be_taken(session: Session, office: Office, admin_id: str | None = None) -> Wanted:
    """What of everything that waits is on offer: nobody has claimed it, or who did is away from Intercom.

    To the holder of a seat only what belongs to no team, or to one of theirs.
    """
    away = reps.away_admins(session, office.workspace)
    return and_(waiting.free(away), waiting.for_teams(other_teams(session, office, admin_id)))


def other_teams(session: Session, office: Office, admin_id: str | None) -> list[str]:
    """The teams this seat is not in. A team that Watchbell does not know bars nobody."""
    admin = reps.get_admin(session, office.workspace, admin_id)
    if admin is None:
        return []
    return [
        team.id
        for team in reps.all_teams(session, office.workspace)
        if team.id not in admin.team_ids and admin.id not in team.admin_ids
    ]


def of_rep(session: Session, office: Office, admin_id: str) -> list[Held]:
    """Everything that waits for the holder of an Intercom seat, in short."""
    return waiting.of_holder(session, office.workspace, REPLY_CLOCKS, admin_id)


def resting_of_rep(session: Session, office: Office, admin_id: str) -> list[Resting]:
    """What the holder of an Intercom seat has besides: snoozed, or waiting on its customer."""
    return waiting.resting(session, office.workspace, admin_id)


def of_account(session: Session, office: Office, account_id: str) -> list[Waiting]:
    """Everything that waits in one account."""
    return waiting.of_account(session, office.workspace, REPLY_CLOCKS, account_id)
