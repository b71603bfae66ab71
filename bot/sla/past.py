"""The stored past as cases of a replay: every promise that began since an instant, under given policies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlmodel import Session, col, func, select

from bot.sla.promises import Promises
from bot.sla.replay import Case, case_of
from bot.store import reps
from bot.store.accounts import get_account
from bot.store.conversations import Conversation
from bot.store.parts import parts_of_many

_AT_ONCE = 500


def cases(
    session: Session,
    workspace: str,
    promises: Promises,
    since: datetime,
    now: datetime,
    *,
    seen: Callable[[int], None] | None = None,
) -> Iterator[Case]:
    """Every promise that began from `since` to `now` (business time), a few hundred conversations at once.

    Policies are matched on what is known of a conversation and its account today: Intercom keeps no history
    of plans and tags. `seen` is told how many conversations have been gone through.
    """
    done = 0
    for rows in _batches(session, workspace, since):
        parts = parts_of_many(session, workspace, [row.id for row in rows])
        for row in rows:
            account = get_account(session, workspace, row.account_id)
            team = reps.get_team(session, workspace, row.team_assignee_id)
            matched = promises.matched(session, workspace, row, now)
            for state in promises.states(matched, row, parts[row.id], now):
                if state.started_at >= since:
                    case = case_of(
                        state,
                        row.id,
                        account=account.name if account else None,
                        team=team.name if team else None,
                    )
                    if case is not None:
                        yield case
        done += len(rows)
        # Rows and parts of thousands of conversations are not needed any more.
        session.expunge_all()
        if seen is not None:
            seen(done)


def count(session: Session, workspace: str, since: datetime) -> int:
    """How many conversations `cases` will go through."""
    query = select(func.count()).select_from(Conversation)
    return session.exec(
        query.where(Conversation.workspace == workspace, col(Conversation.updated_at) >= since)
    ).one()


def reaches_back_to(session: Session, workspace: str) -> datetime | None:
    """When the oldest conversation that is known began."""
    return session.exec(
        select(func.min(Conversation.created_at)).where(Conversation.workspace == workspace)
    ).one()


def _batches(session: Session, workspace: str, since: datetime) -> Iterator[list[Conversation]]:
    last = ""
    while True:
        query = (
            select(Conversation)
            .where(
                Conversation.workspace == workspace,
                col(Conversation.updated_at) >= since,
                col(Conversation.id) > last,
            )
            .order_by(col(Conversation.id))
            .limit(_AT_ONCE)
        )
        rows = list(session.exec(query))
        if not rows:
            return
        yield rows
        last = rows[-1].id
