"""Reps: Intercom admins, their teams, and which Slack person each of them is."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import JSON, UniqueConstraint, bindparam
from sqlalchemy import select as columns
from sqlmodel import Field, Session, SQLModel, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.store.driver import Question, ask
from bot.store.rows import kept_row_of, row_of


class Admin(SQLModel, table=True):
    """A teammate's seat in Intercom. `gone_at`: since when Intercom names it no more; its name stays for what
    its holder did.
    """

    __tablename__ = "admin"

    workspace: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    name: str
    email: str | None = None
    away: bool = False
    team_ids: list[str] = Field(default_factory=list, sa_type=JSON)
    fetched_at: datetime
    gone_at: datetime | None = None

    @property
    def absent(self) -> bool:
        """Away in Intercom, or gone from it: offered no work and called by nobody."""
        return _absent(self.away, self.gone_at)


def _absent(away: bool, gone_at: datetime | None) -> bool:
    return away or gone_at is not None


class Team(SQLModel, table=True):
    """A team in Intercom."""

    __tablename__ = "team"

    workspace: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    name: str
    admin_ids: list[str] = Field(default_factory=list, sa_type=JSON)


class Link(SQLModel, table=True):
    """Which Intercom seat a Slack person acts with. Made by that person or a lead, never guessed."""

    __tablename__ = "link"
    __table_args__ = (UniqueConstraint("workspace", "admin_id"),)

    workspace: str = Field(primary_key=True)
    slack_user_id: str = Field(primary_key=True)
    admin_id: str
    linked_by: str
    linked_at: datetime


def get_admin(session: Session, workspace: str, admin_id: str | None) -> Admin | None:
    return kept_row_of(session, Admin, workspace, admin_id) if admin_id else None


def away_admins(session: Session, workspace: str) -> list[str]:
    """Who is away in Intercom, or gone from it: what they hold is on offer."""
    return [admin.id for admin in all_admins(session, workspace) if admin.absent]


def all_admins(session: Session, workspace: str) -> list[Admin]:
    """Every seat that is known, those that are gone among them."""
    return list(session.exec(select(Admin).where(Admin.workspace == workspace).order_by(Admin.name)))


def admin_by_email(session: Session, workspace: str, email: str) -> Admin | None:
    """The seat with this mail address, unless it is gone."""
    query = select(Admin).where(
        Admin.workspace == workspace,
        func.lower(col(Admin.email)) == email.lower(),
        col(Admin.gone_at).is_(None),
    )
    return session.exec(query).first()


def all_teams(session: Session, workspace: str) -> list[Team]:
    return list(session.exec(select(Team).where(Team.workspace == workspace).order_by(Team.name)))


def keep_teams(session: Session, workspace: str, listed: Collection[str]) -> None:
    """Forget the teams that are not among these: Intercom has them no more."""
    for team in all_teams(session, workspace):
        if team.id not in listed:
            session.delete(team)


def get_team(session: Session, workspace: str, team_id: str | None) -> Team | None:
    return row_of(session, Team, workspace, team_id) if team_id else None


class Seat(NamedTuple):
    """Whose seat it is, and whether they are away: what is asked at every click."""

    admin_id: str
    name: str
    away: bool


def seat_of(session: Session, workspace: str, slack_user_id: str) -> Seat | None:
    """The seat this Slack person acts with, or None; one that is gone is none."""
    found = ask(session, _seat(), {"in_workspace": workspace, "who": slack_user_id})
    return Seat(*found[0]) if found else None


@cache
def _seat() -> Question:
    there = _linked().where(col(Admin.gone_at).is_(None))
    return there.with_only_columns(col(Admin.id), col(Admin.name), col(Admin.away))


class Holder(NamedTuple):
    """Who holds something, and whether they are away: what they hold is on offer then."""

    name: str
    away: bool


def holders(session: Session, workspace: str, admin_ids: Collection[str]) -> dict[str, Holder]:
    """A few seats, by id."""
    if not admin_ids:
        return {}
    named = {"in_workspace": workspace, "which": list(admin_ids)}
    found = ask(session, _holders(), named)
    return {key: Holder(name, _absent(away, gone_at)) for key, name, away, gone_at in found}


@cache
def _holders() -> Question:
    return columns(col(Admin.id), col(Admin.name), col(Admin.away), col(Admin.gone_at)).where(
        col(Admin.workspace) == bindparam("in_workspace"),
        col(Admin.id).in_(bindparam("which", expanding=True)),
    )


def linked_admin(session: Session, workspace: str, slack_user_id: str) -> Admin | None:
    """The seat this Slack person acts with, or None; one that is gone is none."""
    admin = ever_linked(session, workspace, slack_user_id)
    return admin if admin is not None and admin.gone_at is None else None


def ever_linked(session: Session, workspace: str, slack_user_id: str) -> Admin | None:
    """The seat this Slack person is linked to, gone or not: for what they did."""
    return session.exec(_linked(), params={"in_workspace": workspace, "who": slack_user_id}).first()


@cache
def _linked() -> SelectOfScalar[Admin]:
    """Built once: it is asked at every click."""
    return (
        select(Admin)
        .join(Link, (col(Link.workspace) == Admin.workspace) & (col(Link.admin_id) == Admin.id))
        .where(col(Link.workspace) == bindparam("in_workspace"), col(Link.slack_user_id) == bindparam("who"))
    )


def slack_user_of(session: Session, workspace: str, admin_id: str | None) -> str | None:
    """The Slack person linked to an Intercom seat, or None."""
    if admin_id is None:
        return None
    query = select(Link.slack_user_id).where(Link.workspace == workspace, Link.admin_id == admin_id)
    return session.exec(query).first()


def callable_holder(session: Session, workspace: str, admin_id: str | None) -> str | None:
    """The Slack person who holds something, if a call reaches them: linked, and not away in Intercom."""
    admin = get_admin(session, workspace, admin_id)
    if admin is None or admin.absent:
        return None
    return slack_user_of(session, workspace, admin.id)


def all_links(session: Session, workspace: str) -> list[Link]:
    return list(session.exec(select(Link).where(Link.workspace == workspace)))


def make_link(
    session: Session, workspace: str, slack_user_id: str, admin_id: str, *, by: str, now: datetime
) -> Link | None:
    """Link a person to a seat. None when another person holds that seat; an own older link is replaced."""
    holder = slack_user_of(session, workspace, admin_id)
    if holder not in (None, slack_user_id):
        return None
    link = row_of(session, Link, workspace, slack_user_id)
    if link is None:
        link = Link(
            workspace=workspace, slack_user_id=slack_user_id, admin_id=admin_id, linked_by=by, linked_at=now
        )
    link.admin_id, link.linked_by, link.linked_at = admin_id, by, now
    session.add(link)
    session.flush()
    return link
