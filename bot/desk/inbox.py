"""What one person has to do: their claims, and what the team should take next, as they left the filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session

from bot.cards.inbox import PAGE, Choice, InboxCard, Look, Show
from bot.clock import Moment
from bot.desk import queue
from bot.office import Office
from bot.present import REPLY_CLOCKS, due, lines
from bot.store import homes, reps, waiting
from bot.store.homes import HomeLook
from bot.store.waiting import Held, Waiting, Wanted

NO_TEAM = "none"


def inbox_of(session: Session, office: Office, slack_user_id: str, at: Moment) -> InboxCard:
    """The inbox of a Slack person, as they left it; of one who is not linked, the team's part."""
    admin = reps.linked_admin(session, office.workspace, slack_user_id)
    stored = homes.look_of(session, office.workspace, slack_user_id)
    return inbox(session, office, admin.id if admin is not None else None, at, look=_look(stored))


def inbox(
    session: Session,
    office: Office,
    admin_id: str | None,
    at: Moment,
    *,
    limit: int = PAGE,
    look: Look | None = None,
) -> InboxCard:
    """The inbox of the holder of an Intercom seat; without a seat, only the team's part.

    A page holds `limit` of each list; numbers count what the filter lets through.
    """
    look = look or Look()
    workspace = office.workspace
    late_only = look.show is Show.LATE
    mine = _mine(session, office, admin_id, look, at)
    offered = _offered(session, office, admin_id, look, at)
    numbers = waiting.count(session, workspace, offered.wanted)
    free = numbers.wanted
    if late_only:
        free = waiting.count_due(session, workspace, REPLY_CLOCKS, offered.wanted, at.now)
    mine_page = min(look.mine_page, max(0, len(mine) - 1) // limit)
    next_page = min(look.next_page, max(0, free - 1) // limit)
    taken = _named(session, office, mine[mine_page * limit : (mine_page + 1) * limit])
    # What is due first of all heads the first page, whichever page is shown.
    first = taken if mine_page == 0 else _named(session, office, mine[:1])
    found: list[Waiting] = []
    if offered.shown:
        found = waiting.most_urgent(
            session,
            workspace,
            REPLY_CLOCKS,
            offered.wanted,
            limit=(next_page + 1) * limit,
            due_by=at.now if late_only else None,
        )[next_page * limit :]
    shown = lines(session, office, [*taken, *found], at.now)
    return InboxCard(
        now=at.now,
        zone=office.zone,
        mine=shown[: len(taken)],
        next=shown[len(taken) :],
        unclaimed=free if offered.shown else 0,
        waiting_on_customers=numbers.opened - numbers.waiting,
        next_due_at=waiting.next_deadline(session, workspace, REPLY_CLOCKS),
        mine_total=len(mine),
        mine_late=sum(each.due_at is not None and each.due_at <= at.now for each in mine),
        first_due=due(office, first[0][1], at.now) if first else None,
        look=Look(look.show, look.team, mine_page, next_page),
        teams=_teams(session, office, admin_id),
        away=_away(session, office, admin_id),
    )


def set_look(
    session: Session,
    office: Office,
    slack_user_id: str,
    what: Literal["show", "team", "mine_page", "next_page"],
    value: str,
) -> None:
    """Keep a filter or a page as the person left it; another filter begins at its first page."""
    look = homes.look_of(session, office.workspace, slack_user_id)
    match what:
        case "show":
            look.show = Show(value).value if value in {each.value for each in Show} else Show.ALL.value
        case "team":
            look.team = "" if value == "all" else value[:100]
        case "mine_page":
            look.mine_page = _page(value)
        case "next_page":
            look.next_page = _page(value)
    if what in ("show", "team"):
        look.mine_page = look.next_page = 0
    homes.keep(session, look)


@dataclass(frozen=True, slots=True)
class _Offered:
    wanted: Wanted
    shown: bool


def _mine(session: Session, office: Office, admin_id: str | None, look: Look, at: Moment) -> list[Held]:
    if admin_id is None or look.show is Show.FREE:
        return []
    mine = [
        each
        for each in queue.of_rep(session, office, admin_id)
        if look.team in ("", each.team_assignee_id or NO_TEAM)
    ]
    if look.show is Show.LATE:
        mine = [each for each in mine if each.due_at is not None and each.due_at < at.now]
    return mine


def _named(session: Session, office: Office, held: list[Held]) -> list[Waiting]:
    return waiting.named(session, office.workspace, REPLY_CLOCKS, [each.id for each in held])


def _offered(session: Session, office: Office, admin_id: str | None, look: Look, at: Moment) -> _Offered:
    wanted = queue.may_be_taken(session, office, admin_id)
    if look.team:
        wanted = waiting.both(wanted, waiting.in_team(None if look.team == NO_TEAM else look.team))
    away = _away(session, office, admin_id)
    return _Offered(wanted, look.show is not Show.MINE and not away)


def _away(session: Session, office: Office, admin_id: str | None) -> bool:
    admin = reps.get_admin(session, office.workspace, admin_id)
    return admin is not None and admin.away


def _teams(session: Session, office: Office, admin_id: str | None) -> tuple[Choice, ...]:
    """The teams whose work this seat may take; without a seat all of them."""
    barred = set(queue.other_teams(session, office, admin_id))
    every = reps.all_teams(session, office.workspace)
    return tuple(Choice(team.id, team.name) for team in every if team.id not in barred)


def _look(stored: HomeLook) -> Look:
    known = {each.value for each in Show}
    show = Show(stored.show) if stored.show in known else Show.ALL
    return Look(show, stored.team, stored.mine_page, stored.next_page)


def _page(value: str) -> int:
    return min(int(value), 10_000) if value.isdigit() else 0
