"""Lanes: whose turn it is. What is decided about one conversation or thread is done in the order of it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from bot.store.intents import OPEN, Intent


class Overtaking(NamedTuple):
    """Intents of the kinds `by` go before those of the kinds `over`, once one of these was tried so often.

    For what comes to the same in either order.
    """

    by: tuple[str, ...]
    over: tuple[str, ...]
    after: int


def due_queues(session: Session, workspace: str, machine_now: datetime) -> list[str]:
    """The queues in which an intent wants attention now."""
    query = (
        select(Intent.queue)
        .where(Intent.workspace == workspace, _wants_attention(machine_now))
        .distinct()
        .order_by(Intent.queue)
    )
    return list(session.exec(query))


def claim_due(
    session: Session,
    workspace: str,
    machine_now: datetime,
    *,
    queue: str,
    token: str,
    lease_until: datetime,
    limit: int,
    overtaking: Overtaking | None = None,
) -> list[Intent]:
    """Take up to `limit` due intents of a queue that nothing in their lane holds up, and put this owner's
    token on them.

    A `sending` row whose lease has run out is taken too; it comes back with state `uncertain`, for what its
    dead owner did is not known.
    """
    query = (
        select(Intent)
        .where(
            Intent.workspace == workspace,
            Intent.queue == queue,
            _wants_attention(machine_now),
            ~_blocked(overtaking),
        )
        .order_by(col(Intent.rank), col(Intent.due), col(Intent.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken: list[Intent] = []
    for intent in session.exec(query):
        if intent.state == "sending":
            intent.state = "uncertain"
        looking = intent.state == "uncertain"
        intent.token, intent.lease_until = token, lease_until
        if looking:
            intent.looks += 1
        else:
            intent.attempts += 1
            intent.first_sent_at = intent.first_sent_at or machine_now
            intent.last_sent_at = machine_now
        session.add(intent)
        session.flush()
        copy = Intent.model_validate(intent.model_dump())
        intent.state = "sending"
        session.add(intent)
        session.flush()
        taken.append(copy)
    return taken


def held_up_by(session: Session, intent: Intent, overtaking: Overtaking) -> Intent | None:
    """What was tried in vain before an intent in its lane and must be done first; None where nothing was."""
    found = _in_lane(session, intent, col(Intent.id) < intent.id)
    if intent.kind in overtaking.by and any(_is_stuck(each, overtaking) for each in found):
        found = [each for each in found if each.kind not in overtaking.over]
    return next((each for each in found if each.attempts >= overtaking.after), None)


def behind(session: Session, intent: Intent, kinds: tuple[str, ...]) -> list[Intent]:
    """What stands behind an intent in its lane and was not begun yet, oldest first."""
    found = _in_lane(session, intent, col(Intent.id) > intent.id)
    return [each for each in found if each.kind in kinds and each.attempts == 0]


def _in_lane(session: Session, intent: Intent, where: ColumnElement[bool]) -> list[Intent]:
    query = (
        select(Intent)
        .where(
            Intent.workspace == intent.workspace,
            Intent.lane == intent.lane,
            col(Intent.state).in_(OPEN),
            where,
        )
        .order_by(col(Intent.id))
        # Outcomes are written past what the session has loaded.
        .execution_options(populate_existing=True)
    )
    return list(session.exec(query))


def _is_stuck(intent: Intent, overtaking: Overtaking) -> bool:
    tried = intent.state != "sending" and intent.attempts >= overtaking.after
    return tried and intent.kind in overtaking.over


def _blocked(overtaking: Overtaking | None) -> ColumnElement[bool]:
    """Whether something before an intent in its lane must be done first."""
    earlier, stuck = aliased(Intent), aliased(Intent)
    before = and_(
        col(earlier.workspace) == col(Intent.workspace),
        col(earlier.lane) == col(Intent.lane),
        col(earlier.state).in_(OPEN),
        col(earlier.id) < col(Intent.id),
    )
    stands: ColumnElement[bool] = true()
    if overtaking is not None:
        passes = (
            select(stuck.id)
            .where(
                col(stuck.workspace) == col(Intent.workspace),
                col(stuck.lane) == col(Intent.lane),
                col(stuck.state).in_(("pending", "uncertain")),
                col(stuck.kind).in_(overtaking.over),
                col(stuck.attempts) >= overtaking.after,
                col(stuck.id) < col(Intent.id),
            )
            .exists()
        )
        stands = or_(
            col(Intent.kind).not_in(overtaking.by), col(earlier.kind).not_in(overtaking.over), ~passes
        )
    return select(earlier.id).where(before, stands).exists()


def _wants_attention(machine_now: datetime) -> ColumnElement[bool]:
    """Due to be sent or looked for, or left behind by an owner whose lease has run out."""
    due = or_(
        and_(col(Intent.state).in_(("pending", "uncertain")), col(Intent.due) <= machine_now),
        and_(col(Intent.state) == "sending", col(Intent.lease_until) < machine_now),
    )
    # Said once more for all of them, so that the index leads past what is done.
    return and_(col(Intent.state).in_(OPEN), due)
