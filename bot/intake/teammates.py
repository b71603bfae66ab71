"""Teammates and teams, as Intercom lists them: who works there, who is away, who has left."""

from __future__ import annotations

from sqlmodel import Session

from bot.clock import Clock, Moment, moment
from bot.intake.gone_seats import note_gone
from bot.intake.people import apply_admin, apply_team
from bot.intercom.client import IntercomClient
from bot.intercom.facts_people import AdminFacts, TeamFacts
from bot.store import pulse, reps
from bot.store.engine import Store


async def read_teammates(store: Store, workspace: str, intercom: IntercomClient, clock: Clock) -> int:
    """Take in who works there, and in which teams; how many seats are listed. Raises IntercomError."""
    at = moment(clock)
    admins = tuple(await intercom.admins())
    # Whatever becomes of the teams: who is away or gone is known.
    await store.write(_take_admins, workspace, admins, at)
    teams = tuple(await intercom.teams())
    # No seat at all is no answer; no team at all may be one.
    await store.write(_take_teams, workspace, teams, at, complete=bool(admins))
    return len(admins)


def _take_admins(session: Session, workspace: str, admins: tuple[AdminFacts, ...], at: Moment) -> None:
    people = [admin for admin in admins if not admin.is_bot]
    for admin in people:
        apply_admin(session, workspace, admin, at)
    if people:
        note_gone(session, workspace, {admin.id for admin in people}, at)


def _take_teams(
    session: Session, workspace: str, teams: tuple[TeamFacts, ...], at: Moment, *, complete: bool
) -> None:
    for team in teams:
        apply_team(session, workspace, team)
    if complete:
        reps.keep_teams(session, workspace, {team.id for team in teams})
    pulse.set_mark(session, workspace, pulse.TEAMMATES, at.now.isoformat())
