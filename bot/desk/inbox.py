"""What one person has to do: their claims, and what the team should take next, as they left the filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from sqlmodel import Session

from bot.cards.inbox import PAGE, Choice, InboxCard, Look, Show
from bot.clock import Moment
from bot.desk import queue
from bot.office import Office
from bot.present import REPLY_CLOCKS, due, lines
from bot.store import homes, reps, waiting
from bot.store.waiting import Held, Resting, Waiting


def inbox_of(
    session: Session, office: Office, slack_user_id: str, at: Moment, *, paged: bool = False
) -> InboxCard:
    """The inbox of a Slack person, as they left its filters; of one who is not linked, the team's part.

    It begins with the most urgent; `paged`: with the pages to which they turned on their Home.
    """
    admin = reps.linked_admin(session, office.workspace, slack_user_id)
    admin_id = admin.id if admin is not None else None
    look = look_of(session, office, slack_user_id, admin_id)
    if not paged:
        look = replace(look, mine_page=0, next_page=0)
    return inbox(session, office, admin_id, at, look=look)


def look_of(session: Session, office: Office, slack_user_id: str, admin_id: str | None) -> Look:
    """How this person left their Home. A team that they are not in any more counts as none chosen."""
    stored = homes.look_of(session, office.workspace, slack_user_id)
    show = Show(stored.show) if stored.show in {each.value for each in Show} else Show.ALL
    teams = {queue.NO_TEAM, *(each.id for each in _teams(session, office, admin_id))}
    team = stored.team if stored.team in teams else ""
    return Look(show, team, stored.mine_page, stored.next_page)


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

    A page holds `limit` of each list. The filter rules the lists; what has to be done is told of everything.
    """
    look = look or Look()
    workspace = office.workspace
    every = queue.of_rep(session, office, admin_id) if admin_id is not None else []
    besides = queue.resting_of_rep(session, office, admin_id) if admin_id is not None else []
    mine = [each for each in every if _passes(each, look, at)]
    also = [each for each in besides if _rests(each, look)]
    may_be_taken = queue.may_be_taken(session, office, admin_id)
    wanted = queue.of_team(may_be_taken, look.team)
    numbers = waiting.count(session, workspace, may_be_taken)
    away = _away(session, office, admin_id)
    free = 0
    if look.show is Show.LATE:
        free = waiting.count_due(session, workspace, REPLY_CLOCKS, wanted, at.now)
    elif look.show is not Show.MINE:
        free = waiting.count(session, workspace, wanted).wanted if look.team else numbers.wanted
    mine_page = min(look.mine_page, max(0, len(mine) + len(also) - 1) // limit)
    next_page = min(look.next_page, max(0, free - 1) // limit)
    begins, ends = mine_page * limit, (mine_page + 1) * limit
    taken = _named(session, office, mine[begins:ends])
    # One list in pages: behind what waits comes what does not.
    put_by = _put_by(session, office, also[max(0, begins - len(mine)) : max(0, ends - len(mine))])
    found: list[Waiting] = []
    if free and not away:
        found = waiting.most_urgent(
            session,
            workspace,
            REPLY_CLOCKS,
            wanted,
            limit=(next_page + 1) * limit,
            due_by=at.now if look.show is Show.LATE else None,
        )[next_page * limit :]
    shown = lines(session, office, [*taken, *put_by, *found], at.now)
    offered = len(taken) + len(put_by)
    # What is due first of all heads every page and every filter.
    first = _named(session, office, every[:1])
    next_up: list[Waiting] = []
    if not (first and first[0][1]):
        next_up = waiting.most_urgent(session, workspace, REPLY_CLOCKS, may_be_taken, limit=1)
    return InboxCard(
        now=at.now,
        zone=office.zone,
        mine=shown[: len(taken)],
        also=shown[len(taken) : offered],
        next=shown[offered:],
        unclaimed=numbers.wanted,
        waiting_on_customers=numbers.opened - numbers.waiting,
        next_due_at=waiting.next_deadline(session, workspace, REPLY_CLOCKS),
        mine_total=len(every),
        mine_late=sum(each.due_at is not None and each.due_at <= at.now for each in every),
        mine_listed=len(mine),
        also_total=len(besides),
        snoozed=sum(each.snoozed for each in also),
        on_customers=sum(not each.snoozed for each in also),
        next_listed=free,
        first_due=due(office, first[0][1], at.now) if first else None,
        team_due=due(office, next_up[0][1], at.now) if next_up else None,
        look=Look(look.show, look.team, mine_page, next_page),
        teams=_teams(session, office, admin_id),
        away=away,
    )


def team_late(session: Session, office: Office, admin_id: str | None, at: Moment) -> int:
    """How many of what the holder of this seat may take are late."""
    wanted = queue.may_be_taken(session, office, admin_id)
    return waiting.count_due(session, office.workspace, REPLY_CLOCKS, wanted, at.now)


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


def _passes(held: Held, look: Look, at: Moment) -> bool:
    """Whether one of a rep's own is in the list that they want to see."""
    if look.show is Show.FREE or not _of_team(held, look):
        return False
    return look.show is not Show.LATE or (held.due_at is not None and held.due_at <= at.now)


def _rests(held: Resting, look: Look) -> bool:
    """The same of one in which nobody waits, so that it cannot be late."""
    return look.show in (Show.ALL, Show.MINE) and _of_team(held, look)


def _of_team(held: Held | Resting, look: Look) -> bool:
    return look.team in ("", held.team_assignee_id or queue.NO_TEAM)


def _named(session: Session, office: Office, held: Sequence[Held | Resting]) -> list[Waiting]:
    return waiting.named(session, office.workspace, REPLY_CLOCKS, [each.id for each in held])


def _put_by(session: Session, office: Office, held: Sequence[Resting]) -> list[Waiting]:
    """In the order of the list."""
    found = {row.id: (row, clock) for row, clock in _named(session, office, held)}
    return [found[each.id] for each in held if each.id in found]


def _away(session: Session, office: Office, admin_id: str | None) -> bool:
    admin = reps.get_admin(session, office.workspace, admin_id)
    return admin is not None and admin.away


def teams(session: Session, office: Office, slack_user_id: str) -> tuple[Choice, ...]:
    """The teams by which this person may filter."""
    admin = reps.linked_admin(session, office.workspace, slack_user_id)
    return _teams(session, office, admin.id if admin is not None else None)


def _teams(session: Session, office: Office, admin_id: str | None) -> tuple[Choice, ...]:
    """The teams whose work this seat may take; without a seat all of them."""
    barred = set(queue.other_teams(session, office, admin_id))
    every = reps.all_teams(session, office.workspace)
    return tuple(Choice(team.id, team.name) for team in every if team.id not in barred)


def _page(value: str) -> int:
    return min(int(value), 10_000) if value.isdigit() else 0
