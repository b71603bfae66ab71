"""What waits for the team: open conversations in which a customer waits, the most urgent first.

Urgent is what is due first, and of what is due at the same instant the account that is more at risk; behind
it comes what has no running promise, by how long it has waited. With 100,000 open conversations nobody may go
through all of them to find twenty: the first of those with a promise come out of an index in order, and
numbers are counted inside an index.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, false, or_, true
from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot.store import conversations
from bot.store.clocks import SlaClock
from bot.store.conversations import Conversation
from bot.store.risk import RiskNow

Waiting = tuple[Conversation, SlaClock | None]
"""A conversation and the promise that runs for it."""

Wanted = ColumnElement[bool]


def free(away: Collection[str]) -> Wanted:
    """Nobody has it, or somebody who is away."""
    unclaimed = col(Conversation.claimed_by).is_(None)
    return or_(unclaimed, col(Conversation.claimed_by).in_(away)) if away else unclaimed


def is_free(row: Conversation, away: Collection[str]) -> bool:
    """The same of one conversation."""
    return row.claimed_by is None or row.claimed_by in away


def for_teams(barred: Collection[str]) -> Wanted:
    """Not assigned to one of the teams in `barred`."""
    team = col(Conversation.team_assignee_id)
    return or_(team.is_(None), team.not_in(barred)) if barred else true()


def in_team(team_id: str | None) -> Wanted:
    """Assigned to this team, or to none."""
    team = col(Conversation.team_assignee_id)
    return team == team_id if team_id is not None else team.is_(None)


def both(one: Wanted, other: Wanted) -> Wanted:
    return and_(one, other)


def most_urgent(
    session: Session,
    workspace: str,
    kinds: Collection[str],
    wanted: Wanted | None = None,
    *,
    limit: int,
    due_by: datetime | None = None,
) -> list[Waiting]:
    """The first `limit` of what waits and is `wanted`; `kinds` are the clocks that are promises to reply.

    With `due_by` only what was promised by then, that very second too.
    """
    found: dict[str, Waiting] = {}
    promised = _promised(workspace, kinds, wanted)
    if due_by is not None:
        promised = promised.where(col(SlaClock.due_at) <= due_by)
    for row, clock in session.exec(promised.limit(limit)):
        found.setdefault(row.id, (row, clock))
    if len(found) < limit and due_by is None:
        for row in session.exec(_not_promised(workspace, kinds, wanted).limit(limit - len(found))):
            found[row.id] = (row, None)
    return list(found.values())


class Held(NamedTuple):
    """By what a list of claims is sorted, sifted and counted. `due_at` is None where no promise runs."""

    id: str
    team_assignee_id: str | None
    since: datetime
    due_at: datetime | None


def of_holder(session: Session, workspace: str, kinds: Collection[str], admin_id: str) -> list[Held]:
    """All of what waits that this admin holds, in short: who holds hundreds is shown a page of them."""
    told = col(Conversation.id), col(Conversation.team_assignee_id), col(Conversation.waiting_since)
    mine = columns(*told).where(*_waits(workspace), col(Conversation.claimed_by) == admin_id)
    rows = session.execute(mine).all()
    first: dict[str, datetime] = {}
    for key, due_at in _deadlines(session, workspace, kinds, [row[0] for row in rows]):
        first[key] = min(due_at, first.get(key, due_at))
    held = [Held(key, team, since, first.get(key)) for key, team, since in rows]
    return sorted(held, key=lambda each: _urgency(each.due_at, each.since, each.id))


class Resting(NamedTuple):
    """A claim in which no customer waits, because it is snoozed or was answered."""

    id: str
    team_assignee_id: str | None
    snoozed: bool


def resting(session: Session, workspace: str, admin_id: str) -> list[Resting]:
    """All of these of one admin: snoozed ones by their end, then others, the longest untouched first."""
    told = col(Conversation.id), col(Conversation.team_assignee_id), col(Conversation.state)
    times = col(Conversation.snoozed_until), col(Conversation.updated_at)
    answered = and_(col(Conversation.state) == "open", col(Conversation.waiting_since).is_(None))
    mine = columns(*told, *times).where(
        col(Conversation.workspace) == workspace,
        or_(answered, col(Conversation.state) == "snoozed"),
        col(Conversation.claimed_by) == admin_id,
    )
    found: list[tuple[bool, datetime, Resting]] = []
    for key, team, state, until, updated_at in session.execute(mine):
        snoozed = state == "snoozed"
        found.append((not snoozed, (until if snoozed else None) or updated_at, Resting(key, team, snoozed)))
    return [each for _, _, each in sorted(found)]


def named(
    session: Session, workspace: str, kinds: Collection[str], conversation_ids: Sequence[str]
) -> list[Waiting]:
    """A page of conversations, each with its promise, the most urgent first."""
    rows = conversations.get_many(session, workspace, conversation_ids)
    return _with_promises(session, workspace, kinds, rows)


def of_account(session: Session, workspace: str, kinds: Collection[str], account_id: str) -> list[Waiting]:
    """All of what waits in one account."""
    rows = session.exec(
        select(Conversation).where(
            Conversation.workspace == workspace,
            Conversation.account_id == account_id,
            Conversation.state == "open",
            col(Conversation.waiting_since).is_not(None),
        )
    )
    return _with_promises(session, workspace, kinds, {row.id: row for row in rows})


def next_deadline(session: Session, workspace: str, kinds: Collection[str]) -> datetime | None:
    """The first deadline of anything that waits, passed or not."""
    first = session.execute(
        _promised(workspace, kinds, None).with_only_columns(col(SlaClock.due_at)).limit(1)
    )
    return first.scalar()


class Numbers(NamedTuple):
    """How many conversations are open, how many of them wait, and how many of those are wanted."""

    opened: int
    waiting: int
    wanted: int


def count(session: Session, workspace: str, wanted: Wanted) -> Numbers:
    """Count what is open."""
    since = col(Conversation.waiting_since)
    query = select(func.count(), func.count(since), func.count(case((wanted, since)))).where(
        Conversation.workspace == workspace, Conversation.state == "open"
    )
    return Numbers(*session.exec(query).one())


def count_due(
    session: Session, workspace: str, kinds: Collection[str], wanted: Wanted, due_by: datetime
) -> int:
    """How many of what is wanted were promised by `due_by`, that very second too."""
    promised = _promised(workspace, kinds, wanted).where(col(SlaClock.due_at) <= due_by).order_by(None)
    counted = promised.with_only_columns(func.count(func.distinct(col(Conversation.id))))
    return int(session.execute(counted).scalar() or 0)


def load(session: Session, workspace: str) -> dict[str | None, int]:
    """How many open conversations each admin has; under None those that nobody has."""
    query = (
        select(Conversation.claimed_by, func.count())
        .where(Conversation.workspace == workspace, Conversation.state == "open")
        .group_by(col(Conversation.claimed_by))
    )
    return {holder: int(number) for holder, number in session.exec(query)}


def held(session: Session, workspace: str, admin_id: str) -> int:
    """How many conversations this admin holds in which a customer waits."""
    query = (
        select(func.count())
        .select_from(Conversation)
        .where(*_waits(workspace), col(Conversation.claimed_by) == admin_id)
    )
    return int(session.exec(query).one())


def _waits(workspace: str) -> tuple[Wanted, ...]:
    return (
        col(Conversation.workspace) == workspace,
        col(Conversation.state) == "open",
        col(Conversation.waiting_since).is_not(None),
    )


def _runs(workspace: str, kinds: Collection[str]) -> tuple[Wanted, ...]:
    return (
        col(SlaClock.workspace) == workspace,
        col(SlaClock.stopped_at).is_(None),
        col(SlaClock.due_at).is_not(None),
        col(SlaClock.clock).in_(kinds) if kinds else false(),
    )


def _promised(
    workspace: str, kinds: Collection[str], wanted: Wanted | None
) -> Select[Conversation, SlaClock]:
    query = (
        select(Conversation, SlaClock)
        .join(
            SlaClock,
            and_(
                col(SlaClock.workspace) == col(Conversation.workspace),
                col(SlaClock.conversation_id) == col(Conversation.id),
            ),
        )
        .where(
            *_runs(workspace, kinds),
            # In an expression, so that no database begins at the conversations by their state: the clocks
            # come in the right order, and the first few of them are enough.
            func.coalesce(col(Conversation.state), "") == "open",
            col(Conversation.waiting_since).is_not(None),
        )
        .order_by(col(SlaClock.due_at), _risk().desc(), col(Conversation.waiting_since), col(Conversation.id))
    )
    return query.where(wanted) if wanted is not None else query


def _risk() -> ColumnElement[int]:
    """The account's present risk; 0 where it is not known, so that nothing comes before what is known."""
    risk = (
        columns(col(RiskNow.total))
        .where(
            col(RiskNow.workspace) == col(Conversation.workspace),
            col(RiskNow.account_id) == col(Conversation.account_id),
        )
        .correlate(Conversation)
        .scalar_subquery()
    )
    return func.coalesce(risk, 0)


def _not_promised(
    workspace: str, kinds: Collection[str], wanted: Wanted | None
) -> SelectOfScalar[Conversation]:
    promise = exists().where(*_runs(workspace, kinds), col(SlaClock.conversation_id) == col(Conversation.id))
    query = (
        select(Conversation)
        .where(*_waits(workspace), ~promise)
        .order_by(col(Conversation.waiting_since), col(Conversation.id))
    )
    return query.where(wanted) if wanted is not None else query


def _with_promises(
    session: Session, workspace: str, kinds: Collection[str], rows: dict[str, Conversation]
) -> list[Waiting]:
    ids = list(rows)
    running: list[SlaClock] = []
    for start in range(0, len(ids), 500):
        # By the key alone: whatever else is asked for, a database might go through all that run for it.
        query = select(SlaClock).where(
            SlaClock.workspace == workspace, col(SlaClock.conversation_id).in_(ids[start : start + 500])
        )
        running += [each for each in session.exec(query) if _is_running(each, kinds)]
    due: dict[str, SlaClock] = {}
    for clock in sorted(running, key=lambda each: each.due_at or each.started_at):
        due.setdefault(clock.conversation_id, clock)
    return sorted(((row, due.get(row.id)) for row in rows.values()), key=_urgency_of)


def _deadlines(
    session: Session, workspace: str, kinds: Collection[str], ids: Sequence[str]
) -> Iterator[tuple[str, datetime]]:
    """What is promised, by conversation."""
    told = col(SlaClock.conversation_id), col(SlaClock.due_at), col(SlaClock.stopped_at), col(SlaClock.clock)
    for start in range(0, len(ids), 500):
        # By the key alone, as below.
        query = columns(*told).where(
            col(SlaClock.workspace) == workspace,
            col(SlaClock.conversation_id).in_(ids[start : start + 500]),
        )
        for key, due_at, stopped_at, kind in session.execute(query):
            if stopped_at is None and due_at is not None and kind in kinds:
                yield key, due_at


def _is_running(clock: SlaClock, kinds: Collection[str]) -> bool:
    return clock.stopped_at is None and clock.due_at is not None and clock.clock in kinds


def _urgency_of(entry: Waiting) -> tuple[bool, datetime, datetime, str]:
    row, clock = entry
    return _urgency(clock.due_at if clock is not None else None, row.waiting_since or row.created_at, row.id)


def _urgency(due_at: datetime | None, since: datetime, id_: str) -> tuple[bool, datetime, datetime, str]:
    return due_at is None, due_at or since, since, id_
