"""Intents: what should be in Slack or Intercom, written in the transaction that decided it.

States of an intent:
- pending: to be sent at `due`
- sending: an owner has it until `lease_until`; past that the owner is dead and the outcome unknown
- uncertain: the outcome is unknown; at `due` it is looked for before anything is sent again
- unconfirmed: a customer-visible write that was looked for and not found; only a person may send it again
- done, dead (refused for good, `error` says why), dropped (no longer wanted, never sent)

`due` and `lease_until` are machine time. Intents of one `lane` are delivered one after the other, in order
(`bot/store/lanes.py`). A `queue` is a place that takes only so much a second (a Slack channel), or Intercom:
each has attempts of its own, so a burst into one holds up no other. Of what is due, a lower `rank` goes
first.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import JSON, Index, Text, Update, bindparam, update
from sqlalchemy import select as columns
from sqlmodel import Field, Session, SQLModel, col, func, select

from bot.store.driver import Question, ask, run
from bot.store.insert import insert_new, table_of
from bot.store.rows import row_of, rows_of, whole

OPEN = ("pending", "sending", "uncertain")

STATES = (*OPEN, "unconfirmed", "done", "dead", "dropped")
"""All there are; what they mean: docs/running.md."""

HIGHEST = 2**31 - 1
"""No intent has a greater number."""


class Intent(SQLModel, table=True):
    """One thing to be done at Slack or Intercom, at most once under its `key`."""

    __tablename__ = "intent"
    __table_args__ = (
        Index("ix_intent_due", "workspace", "state", "due"),
        Index("ix_intent_lane", "workspace", "lane", "state"),
        Index("ix_intent_subject", "workspace", "subject"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    workspace: str
    kind: str
    lane: str
    queue: str = ""
    rank: int = 0
    subject: str
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    state: str = "pending"
    due: datetime
    lease_until: datetime | None = None
    token: str | None = None
    attempts: int = 0
    looks: int = 0
    external_id: str | None = None
    error: str | None = Field(default=None, sa_type=Text)
    decided_at: datetime
    first_sent_at: datetime | None = None
    last_sent_at: datetime | None = None
    """When its last attempt began; None when none was made since it was begun, or begun again."""
    finished_at: datetime | None = None
    cleared_at: datetime | None = None
    """Since when its words are gone and only ids are left (`bot/store/retention.py`)."""


def add(
    session: Session,
    workspace: str,
    *,
    key: str,
    kind: str,
    lane: str,
    subject: str,
    payload: dict[str, Any],
    now: datetime,
    due: datetime,
    queue: str = "",
    rank: int = 0,
) -> bool:
    """Write an intent down. False when its key exists: it was decided before and stays as it is."""
    return insert_new(
        session,
        Intent,
        workspace=workspace,
        key=key,
        kind=kind,
        lane=lane,
        subject=subject,
        payload=payload,
        queue=queue,
        rank=rank,
        decided_at=now,
        due=due,
    )


def by_key(session: Session, key: str) -> Intent | None:
    found = rows_of(session, Intent, _by_key(), {"named": key})
    return found[0] if found else None


@cache
def _by_key() -> Question:
    return whole(Intent).where(col(Intent.key) == bindparam("named"))


def reason(session: Session, intent: Intent) -> str | None:
    """Why it was given up, a sentence. What a sender was handed is from before its outcome was known."""
    settled = by_key(session, intent.key)
    if settled is None:
        return None
    session.refresh(settled)
    return settled.error


def by_id(session: Session, intent_id: int) -> Intent | None:
    # PostgreSQL takes a greater number for a fault in the question.
    return row_of(session, Intent, intent_id) if intent_id <= HIGHEST else None


def in_states(session: Session, states: tuple[str, ...], *, limit: int | None = None) -> list[Intent]:
    """Every intent in one of these states, of every workspace, newest first."""
    query = select(Intent).where(col(Intent.state).in_(states)).order_by(col(Intent.id).desc()).limit(limit)
    return list(session.exec(query))


def begin_again(
    session: Session, intent_id: int, *, was: str, attempts: int, due: datetime, state: str = "pending"
) -> bool:
    """Have what was settled delivered once more, on a person's word. False when it is not `was` any more.

    `attempts` is how often it may have been tried: from one on, words are looked for before they are sent. In
    the `state` "uncertain" anything is.
    """
    result = session.execute(
        update(Intent)
        .where(col(Intent.id) == intent_id, col(Intent.state) == was)
        .values(
            state=state,
            due=due,
            attempts=attempts,
            looks=0,
            error=None,
            first_sent_at=None,
            last_sent_at=None,
            finished_at=None,
        )
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]


def decide_anew(session: Session, key: str, payload: dict[str, Any], *, due: datetime) -> bool:
    """Have what was refused or dropped delivered after all, with another content. False when it was neither.

    What an earlier attempt may have done all the same is looked for first.
    """
    intent = by_key(session, key)
    if intent is None or intent.id is None or intent.state not in ("dead", "dropped"):
        return False
    # One that was begun again, and then could not be looked for, has no looks to show for it.
    doubtful = intent.looks > 0 or intent.attempts > (0 if intent.state == "dropped" else 1)
    intent.payload = payload
    session.add(intent)
    session.flush()
    return begin_again(session, intent.id, was=intent.state, attempts=int(doubtful), due=due)


def drop(session: Session, intent_id: int, *, was: str, now: datetime) -> bool:
    """Never deliver it (any more). False when it is not `was` any more. `now` is machine time."""
    result = session.execute(
        update(Intent)
        .where(col(Intent.id) == intent_id, col(Intent.state) == was)
        .values(state="dropped", finished_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]


def record(
    session: Session,
    intent_id: int,
    token: str,
    *,
    state: str,
    due: datetime | None = None,
    external_id: str | None = None,
    error: str | None = None,
    finished_at: datetime | None = None,
    uncounted: bool = False,
) -> bool:
    """Write the outcome if `token` still owns the intent (a fencing check). False when it does not.

    `uncounted`: it was no attempt after all.
    """
    values: dict[str, Any] = {"state": state, "token": None, "lease_until": None, "error": error}
    if due is not None:
        values["due"] = due
    if external_id is not None:
        values["external_id"] = external_id
    if uncounted:
        values |= {"attempts": Intent.attempts - 1, "last_sent_at": None}
    if finished_at is not None:
        values["finished_at"] = finished_at
    result = session.execute(
        update(Intent)
        .where(col(Intent.id) == intent_id, col(Intent.token) == token)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]


def drop_pending(
    session: Session, workspace: str, subject: str, *, kinds: tuple[str, ...], tried: bool = False
) -> int:
    """Drop intents about `subject` that no attempt has begun on; the number dropped.

    With `tried` also those whose attempts certainly came to nothing. Not for what is repeated after an
    unknown outcome (edits, assignments): that too is pending then.
    """
    named = {"in_workspace": workspace, "about": subject}
    return sum(run(session, _dropping(tried), {**named, "of_kind": kind}) for kind in kinds)


@cache
def _dropping(tried: bool) -> Update:
    untouched = [] if tried else [col(Intent.attempts) == 0]
    return (
        update(table_of(Intent))
        .where(
            col(Intent.workspace) == bindparam("in_workspace"),
            col(Intent.subject) == bindparam("about"),
            col(Intent.kind) == bindparam("of_kind"),
            col(Intent.state) == "pending",
            *untouched,
        )
        .values(state="dropped")
    )


def drop_dead(session: Session, workspace: str, subject: str, *, kind: str, now: datetime) -> None:
    """Drop what was given up of a kind about `subject`. `now` is machine time."""
    session.execute(
        update(Intent)
        .where(
            col(Intent.workspace) == workspace,
            col(Intent.subject) == subject,
            col(Intent.kind) == kind,
            col(Intent.state) == "dead",
        )
        .values(state="dropped", finished_at=now)
        .execution_options(synchronize_session=False)
    )


def replace_pending(session: Session, key: str, payload: dict[str, Any]) -> bool:
    """Give an intent that nobody is working on another content. False when it is under way or over."""
    return run(session, _replacing(), {"named": key, "content": payload}) == 1


@cache
def _replacing() -> Update:
    return (
        update(table_of(Intent))
        .where(col(Intent.key) == bindparam("named"), col(Intent.state) == "pending")
        .values(payload=bindparam("content"))
    )


def depth(session: Session, workspace: str) -> dict[str, int]:
    """How many intents stand in each state."""
    query = select(Intent.state, func.count()).where(Intent.workspace == workspace).group_by(Intent.state)
    return {str(state): int(count) for state, count in session.execute(query)}


def given_up(session: Session, workspace: str, *, since: datetime, state: str = "dead") -> list[Intent]:
    """Intents that were refused for good, or tried too often, since an instant (machine); newest first."""
    query = (
        select(Intent)
        .where(Intent.workspace == workspace, Intent.state == state, col(Intent.finished_at) >= since)
        .order_by(col(Intent.id).desc())
    )
    return list(session.exec(query))


def about(session: Session, workspace: str, subject: str, *, kinds: tuple[str, ...]) -> list[Intent]:
    """Intents about a subject, oldest first."""
    query = (
        select(Intent)
        .where(Intent.workspace == workspace, Intent.subject == subject, col(Intent.kind).in_(kinds))
        .order_by(col(Intent.id))
    )
    return list(session.exec(query))


class Act(NamedTuple):
    """What somebody did to a subject, as far as it tells who did it to whom and how far it has come."""

    kind: str
    state: str
    attempts: int
    payload: dict[str, Any]


def acts_about(
    session: Session, workspace: str, subjects: Sequence[str], *, kinds: tuple[str, ...]
) -> dict[str, list[Act]]:
    """Intents about a few subjects, oldest first, by subject; those without any are left out."""
    named = {"in_workspace": workspace, "which": list(subjects), "kinds": list(kinds)}
    found: dict[str, list[Act]] = {}
    for subject, *act in ask(session, _acts(), named):
        found.setdefault(subject, []).append(Act(*act))
    return found


@cache
def _acts() -> Question:
    told = (col(Intent.kind), col(Intent.state), col(Intent.attempts), col(Intent.payload))
    return (
        columns(col(Intent.subject), *told)
        .where(
            col(Intent.workspace) == bindparam("in_workspace"),
            col(Intent.subject).in_(bindparam("which", expanding=True)),
            col(Intent.kind).in_(bindparam("kinds", expanding=True)),
        )
        .order_by(col(Intent.id))
    )


def open_ones(session: Session, workspace: str) -> list[Intent]:
    """Everything that is not settled, oldest first."""
    query = (
        select(Intent)
        .where(Intent.workspace == workspace, col(Intent.state).in_(OPEN))
        .order_by(col(Intent.id))
    )
    return list(session.exec(query))
