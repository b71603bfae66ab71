"""After an edit of watchbell.toml: every open promise as the new policies and calendars have it.

Most edits change a day's hours. A promise that was never paused is then its start and its length under
another calendar: read, computed and written thousands at a time, without its conversation. Whatever an edit
touches otherwise is judged anew as if the conversation had changed. What has ended keeps the set it had.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, tuple_, update
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from bot.clock import Moment
from bot.settings.model import ClockName, Policy
from bot.sla.calendar import Calendar
from bot.sla.promises import Promises
from bot.store import rechecks
from bot.store.clocks import Alert, SlaClock
from bot.store.conversations import Conversation

BATCH = 5_000
"""Clocks that one transaction changes: a fraction of a second."""

Key = tuple[str, str, str]
BEGIN: Key = ("", "", "")


def take_over(
    session: Session,
    workspace: str,
    before: Promises,
    after: Promises,
    version: str,
    at: Moment,
    behind: Key = BEGIN,
) -> Key | None:
    """Bring the next open promises under a new set; the key to go on behind, None when all were.

    `before` and `after` are the two sets, compiled; `version` names the new one.
    """
    rows = _open(session, workspace, behind)
    if not rows:
        return None
    policies = {policy.name: policy for policy in after.policies} if before.policies == after.policies else {}
    changed: list[dict[str, object]] = []
    again: list[str] = []
    told = _told(session, workspace, behind, rows[-1].conversation_id)
    for row in rows:
        policy, calendar = policies.get(row.policy), after.calendars.get(row.calendar)
        if (
            policy is None
            or calendar is None
            or row.conversation_id in told
            or not _plain(row, policy, before.calendars)
        ):
            again.append(row.conversation_id)
            continue
        due = calendar.add_business(row.started_at, row.target_seconds)
        then = _next_change(row, policy, calendar, due, at.now)
        if (due, then) == (row.due_at, row.next_change_at):
            continue
        changed.append(
            {
                "b_conversation": row.conversation_id,
                "b_clock": row.clock,
                "b_episode": row.episode,
                "b_due": due,
                "b_next": then,
            }
        )
    last = rows[-1]
    end = (last.conversation_id, last.clock, last.episode)
    session.connection().execute(
        update(_CLOCKS)
        .where(
            _CLOCKS.c.workspace == workspace,
            _CLOCKS.c.stopped_at.is_(None),
            tuple_(*_KEY) > behind,
            tuple_(*_KEY) <= end,
            _CLOCKS.c.conversation_id.not_in(again),
        )
        .values(policy_version=version)
    )
    if changed:
        session.connection().execute(_UPDATE.where(_CLOCKS.c.workspace == workspace), changed)
    for conversation_id in dict.fromkeys(again):
        rechecks.ask(session, workspace, rechecks.CONVERSATION, conversation_id, now=at.machine)
    return end


def under_another_set(
    session: Session, workspace: str, version: str, at: Moment, behind: str = "", limit: int = 1_000
) -> str | None:
    """Have conversations judged whose open promises were computed under another set than `version`; the id to
    go on behind, None when all were.

    For an edit made while the bot did not run: what the set before was is not known any more.
    """
    query = (
        select(_CLOCKS.c.conversation_id)
        .distinct()
        .where(
            _CLOCKS.c.workspace == workspace,
            _CLOCKS.c.stopped_at.is_(None),
            _CLOCKS.c.policy_version != version,
            _CLOCKS.c.conversation_id > behind,
        )
        .order_by(_CLOCKS.c.conversation_id)
        .limit(limit)
    )
    found = list(session.connection().execute(query).scalars())
    for conversation_id in found:
        rechecks.ask(session, workspace, rechecks.CONVERSATION, conversation_id, now=at.machine)
    return found[-1] if found else None


def without_promise(
    session: Session, workspace: str, at: Moment, behind: str = "", limit: int = 1_000
) -> str | None:
    """Have conversations judged that no promise covered so far; the id to go on behind, None when all were.

    Another set may cover them.
    """
    covered = select_rows(SlaClock.conversation_id).where(
        SlaClock.workspace == workspace, col(SlaClock.stopped_at).is_(None)
    )
    query = (
        select_rows(Conversation.id)
        .where(
            Conversation.workspace == workspace,
            Conversation.state != "closed",
            col(Conversation.id) > behind,
            col(Conversation.id).not_in(covered),
        )
        .order_by(col(Conversation.id))
        .limit(limit)
    )
    found = list(session.exec(query))
    for conversation_id in found:
        rechecks.ask(session, workspace, rechecks.CONVERSATION, conversation_id, now=at.machine)
    return found[-1] if found else None


_CLOCKS = SlaClock.__table__  # type: ignore[attr-defined]
_KEY = (_CLOCKS.c.conversation_id, _CLOCKS.c.clock, _CLOCKS.c.episode)
_UPDATE = (
    update(_CLOCKS)
    .where(
        _CLOCKS.c.conversation_id == bindparam("b_conversation"),
        _CLOCKS.c.clock == bindparam("b_clock"),
        _CLOCKS.c.episode == bindparam("b_episode"),
    )
    .values(due_at=bindparam("b_due"), next_change_at=bindparam("b_next"))
)
_READ = (
    _CLOCKS.c.conversation_id,
    _CLOCKS.c.clock,
    _CLOCKS.c.episode,
    _CLOCKS.c.policy,
    _CLOCKS.c.calendar,
    _CLOCKS.c.target_seconds,
    _CLOCKS.c.started_at,
    _CLOCKS.c.due_at,
    _CLOCKS.c.next_change_at,
)


def _open(session: Session, workspace: str, behind: Key) -> list[Any]:
    query = (
        select(*_READ)
        .where(_CLOCKS.c.workspace == workspace, _CLOCKS.c.stopped_at.is_(None), tuple_(*_KEY) > behind)
        .order_by(*_KEY)
        .limit(BATCH)
    )
    return list(session.connection().execute(query))


def _told(session: Session, workspace: str, behind: Key, last: str) -> set[str]:
    """Conversations of a batch whose alert stands in Slack: its card says the deadline, and is drawn anew."""
    query = select_rows(Alert.conversation_id).where(
        Alert.workspace == workspace,
        Alert.state != "over",
        col(Alert.conversation_id) >= behind[0],
        col(Alert.conversation_id) <= last,
    )
    return set(session.exec(query))


def _plain(row: Any, policy: Policy, calendars: Mapping[str, Calendar]) -> bool:
    """Whether the deadline is the start and the length alone: no pause moved it, no working days made it."""
    calendar, target = calendars.get(row.calendar), policy.target(ClockName(row.clock))
    if calendar is None or target is None or target.working_days or row.due_at is None:
        return False
    known: datetime = row.due_at
    return known == calendar.add_business(row.started_at, row.target_seconds)


def _next_change(row: Any, policy: Policy, calendar: Calendar, due: datetime, now: datetime) -> datetime:
    """When to look again: at once if its state may have changed with the edit, which judging finds out."""
    moments = [
        calendar.add_business(row.started_at, row.target_seconds - lead.seconds, at_close=False)
        for lead in policy.warn
        if 0 < lead.seconds < row.target_seconds
    ]
    return max(now, min((*moments, due)))
