"""A conversation's clocks written down: what was promised, by which policy, and how it stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from bot.office import Office
from bot.settings.model import Policy
from bot.sla.clock import ClockState, State
from bot.sla.promises import Promises
from bot.store.clocks import UNCOVERED, SlaClock
from bot.store.conversations import Conversation
from bot.store.parts import Part
from bot.store.rows import bring

Name = tuple[str, str]
"""A clock's kind and episode."""


def keep(
    session: Session,
    office: Office,
    promises: Promises,
    row: Conversation,
    parts: list[Part],
    stored: Mapping[Name, SlaClock],
    told: Collection[Name],
    now: datetime,
) -> tuple[tuple[ClockState, ...], dict[Name, SlaClock]]:
    """Write the clocks down; their states, and the clocks by their names.

    One that stopped under an older policy set keeps what was true then. One that no policy promises any more
    is forgotten, but stopped where it is among those whose alert was `told`.
    """
    matched = promises.matched(session, office.workspace, row, now)
    states = promises.states(matched, row, parts, now)
    kept, left = dict(stored), dict(stored)
    for state in states:
        if matched is None:
            break
        name = (state.name.value, state.episode)
        clock = left.pop(name, None)
        ended = clock is not None and clock.stopped_at is not None and not state.running
        if clock is not None and ended and clock.policy_version != office.version:
            continue
        clock = clock or _new(office.workspace, row.id, state)
        _write(clock, state, matched.policy, office.version)
        session.add(clock)
        kept[name] = clock
    for name, gone in left.items():
        if gone.stopped_at is not None:
            continue
        if name in told:
            gone.state, gone.ending, gone.stopped_at = State.CANCELLED.value, UNCOVERED, now
            gone.reason, gone.next_change_at = f"{gone.reason}; it is promised no more", None
            session.add(gone)
        else:
            del kept[name]
            _forget(session, gone)
    session.flush()
    return states, kept


def _new(workspace: str, conversation_id: str, state: ClockState) -> SlaClock:
    return SlaClock(
        workspace=workspace,
        conversation_id=conversation_id,
        clock=state.name.value,
        episode=state.episode,
        policy="",
        calendar="",
        policy_version="",
        target_seconds=0,
        started_at=state.started_at,
        state="",
    )


def _write(clock: SlaClock, state: ClockState, policy: Policy, version: str) -> None:
    bring(
        clock,
        policy=policy.name,
        calendar=policy.calendar,
        policy_version=version,
        target_seconds=state.target_seconds,
        started_at=state.started_at,
        due_at=state.due_at,
        state=state.state.value,
        late_seconds=state.late_by_seconds,
        late_from=state.late_from,
        stopped_at=state.stopped_at,
        ending=state.ending.value if state.ending is not None else None,
        reason=state.reason,
        next_change_at=state.next_change_at,
    )


def _forget(session: Session, gone: SlaClock) -> None:
    session.execute(
        delete(SlaClock).where(
            col(SlaClock.workspace) == gone.workspace,
            col(SlaClock.conversation_id) == gone.conversation_id,
            col(SlaClock.clock) == gone.clock,
            col(SlaClock.episode) == gone.episode,
        )
    )
