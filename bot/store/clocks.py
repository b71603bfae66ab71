"""SLA clocks and alerts as they stand: what is due when, and which alert message tells it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import Index, Text, bindparam, false, update
from sqlalchemy import select as columns
from sqlmodel import Field, Session, SQLModel, col, func, select

from bot.store.driver import Question, ask
from bot.store.rows import rows_of, whole

UNCOVERED = "uncovered"
"""How a promise ended that no policy gives any more, though an alert had told of it."""


class SlaClock(SQLModel, table=True):
    """One running or finished clock of a conversation (seconds are business seconds).

    `late_seconds` is as of `stopped_at`. Of a promise that is late and runs it is as of when it was judged,
    and grows from `late_from` on; that is None while it stands still, nobody knows how long.
    `next_change_at` is the next instant at which its state changes without any event; the tick looks only
    there, so its cost does not grow with conversations that are not due.
    """

    __tablename__ = "sla_clock"
    __table_args__ = (
        Index("ix_sla_clock_next", "workspace", "next_change_at"),
        Index("ix_sla_clock_running", "workspace", "stopped_at", "due_at"),
    )

    workspace: str = Field(primary_key=True)
    conversation_id: str = Field(primary_key=True)
    clock: str = Field(primary_key=True)
    episode: str = Field(primary_key=True)
    policy: str
    calendar: str
    policy_version: str
    target_seconds: int
    started_at: datetime
    due_at: datetime | None = None
    state: str
    late_seconds: int = 0
    late_from: datetime | None = None
    stopped_at: datetime | None = None
    ending: str | None = None
    reason: str = Field(default="", sa_type=Text)
    next_change_at: datetime | None = None


class Alert(SQLModel, table=True):
    """The one alert message of a conversation's waiting episode.

    `level` is the highest rung: warning or breached. `state`: quiet (outside the hours of alerts, not said
    yet), live, snoozed, over. `rung_for` is the deadline for which somebody was called, or is to be.
    `said_late`: it was late for long when it was first said, so that the message itself was the news.
    `channel` is where it stands (None: from before routes), `route` the rule that chose it. `burst` is the
    message that it shares with others, None when it has one of its own.
    """

    __tablename__ = "alert"
    __table_args__ = (
        Index("ix_alert_state", "workspace", "state"),
        Index("ix_alert_refresh", "workspace", "refresh_at"),
        Index("ix_alert_burst", "workspace", "burst"),
        Index("ix_alert_rang", "workspace", "channel", "rang_at"),
    )

    workspace: str = Field(primary_key=True)
    conversation_id: str = Field(primary_key=True)
    clock: str = Field(primary_key=True)
    episode: str = Field(primary_key=True)
    level: str
    state: str
    rung_for: datetime
    rang_at: datetime
    snoozed_until: datetime | None = None
    snoozed_by: str | None = None
    refresh_at: datetime | None = None
    channel: str | None = None
    route: str | None = None
    burst: str | None = None
    said_late: bool = Field(default=False, sa_column_kwargs={"server_default": false()})

    @property
    def own_post(self) -> str:
        """The name of the message that tells of this alert alone."""
        return f"alert:{self.conversation_id}:{self.episode}"

    @property
    def post(self) -> str:
        """The name of the message in which it stands."""
        return self.burst or self.own_post


def clocks_of(session: Session, workspace: str, conversation_id: str) -> list[SlaClock]:
    return rows_of(session, SlaClock, _clocks(), {"in_workspace": workspace, "which": conversation_id})


@cache
def _clocks() -> Question:
    mine = (
        col(SlaClock.workspace) == bindparam("in_workspace"),
        col(SlaClock.conversation_id) == bindparam("which"),
    )
    return whole(SlaClock).where(*mine).order_by(col(SlaClock.started_at))


def of_many(session: Session, workspace: str, conversation_ids: Sequence[str]) -> list[SlaClock]:
    """Every clock of a few conversations."""
    named = {"in_workspace": workspace, "which": list(conversation_ids)}
    return rows_of(session, SlaClock, _of_many(), named)


@cache
def _of_many() -> Question:
    return whole(SlaClock).where(
        col(SlaClock.workspace) == bindparam("in_workspace"),
        col(SlaClock.conversation_id).in_(bindparam("which", expanding=True)),
    )


class Running(NamedTuple):
    """What cards tell of a promise that runs, under the names of its row."""

    clock: str
    calendar: str
    due_at: datetime | None
    stopped_at: datetime | None
    started_at: datetime
    state: str
    late_seconds: int
    late_from: datetime | None


def running_clocks_of(session: Session, workspace: str, conversation_id: str) -> list[Running]:
    """Those that run, longest running first."""
    named = {"in_workspace": workspace, "which": conversation_id}
    return [Running(*row) for row in ask(session, _running_clocks(), named)]


@cache
def _running_clocks() -> Question:
    """Built once: it is asked at every click."""
    told = tuple(col(getattr(SlaClock, name)) for name in Running._fields)
    return (
        columns(*told)
        .where(
            col(SlaClock.workspace) == bindparam("in_workspace"),
            col(SlaClock.conversation_id) == bindparam("which"),
            col(SlaClock.stopped_at).is_(None),
        )
        .order_by(col(SlaClock.started_at))
    )


def running_of(
    session: Session, workspace: str, conversation_ids: Sequence[str], kinds: Collection[str]
) -> dict[str, SlaClock]:
    """The running clock of one of `kinds` of a few conversations, by conversation; the oldest of several."""
    every = of_many(session, workspace, conversation_ids)
    running = [each for each in every if each.stopped_at is None and each.clock in kinds]
    running.sort(key=lambda each: each.started_at, reverse=True)
    return {each.conversation_id: each for each in running}


def running(session: Session, workspace: str) -> list[SlaClock]:
    """Clocks that run towards a deadline or past it, soonest due first."""
    query = (
        select(SlaClock)
        .where(
            SlaClock.workspace == workspace,
            col(SlaClock.stopped_at).is_(None),
            col(SlaClock.due_at).is_not(None),
        )
        .order_by(col(SlaClock.due_at))
    )
    return list(session.exec(query))


def due_for_change(session: Session, workspace: str, now: datetime, *, limit: int) -> list[str]:
    """Conversations with a clock whose state changes by itself at or before `now`, oldest first."""
    named = {"in_workspace": workspace, "now": now, "most": limit}
    return list(dict.fromkeys(each for (each,) in ask(session, _due_for_change(), named)))


@cache
def _due_for_change() -> Question:
    return (
        columns(col(SlaClock.conversation_id))
        .where(
            col(SlaClock.workspace) == bindparam("in_workspace"),
            col(SlaClock.next_change_at) <= bindparam("now"),
        )
        .order_by(col(SlaClock.next_change_at))
        .limit(bindparam("most"))
    )


def put_off(
    session: Session, workspace: str, conversation_ids: Sequence[str], now: datetime, until: datetime
) -> None:
    """Let what is due of these conversations at `now` come up again no earlier than `until`."""
    if not conversation_ids:
        return
    for table, column in ((SlaClock, col(SlaClock.next_change_at)), (Alert, col(Alert.refresh_at))):
        session.execute(
            update(table)
            .where(
                col(table.workspace) == workspace,
                col(table.conversation_id).in_(conversation_ids),
                column <= now,
            )
            .values({column: until})
            .execution_options(synchronize_session=False)
        )


def answered_between(
    session: Session, workspace: str, clock: str, start: datetime, end: datetime
) -> list[SlaClock]:
    """Clocks of one kind that an answer stopped from `start` until before `end`, in time or late."""
    query = select(SlaClock).where(
        SlaClock.workspace == workspace,
        SlaClock.clock == clock,
        col(SlaClock.state).in_(("achieved", "breached")),
        # Closing without an answer, too, leaves a clock that is late behind.
        SlaClock.ending == "answered",
        col(SlaClock.stopped_at) >= start,
        col(SlaClock.stopped_at) < end,
    )
    return list(session.exec(query))


def alerts_of(session: Session, workspace: str, conversation_id: str) -> list[Alert]:
    return rows_of(session, Alert, _alerts(), {"in_workspace": workspace, "which": conversation_id})


@cache
def _alerts() -> Question:
    mine = (
        col(Alert.workspace) == bindparam("in_workspace"),
        col(Alert.conversation_id) == bindparam("which"),
    )
    return whole(Alert).where(*mine).order_by(col(Alert.rang_at))


def with_alert(session: Session, workspace: str, conversation_ids: Sequence[str]) -> set[str]:
    """Those of a few conversations that have an alert which is not over."""
    query = select(Alert.conversation_id).where(
        Alert.workspace == workspace,
        col(Alert.conversation_id).in_(conversation_ids),
        Alert.state != "over",
    )
    return set(session.exec(query))


def alerts_of_many(session: Session, workspace: str, conversation_ids: Sequence[str]) -> list[Alert]:
    """Every alert of a few conversations."""
    query = select(Alert).where(
        Alert.workspace == workspace, col(Alert.conversation_id).in_(conversation_ids)
    )
    return list(session.exec(query))


def alerts_going_on(session: Session, workspace: str) -> list[Alert]:
    """Alerts that are said and not over."""
    query = select(Alert).where(Alert.workspace == workspace, col(Alert.state).in_(("live", "snoozed")))
    return list(session.exec(query))


def alerts_to_refresh(session: Session, workspace: str, now: datetime, *, limit: int) -> list[str]:
    """Conversations whose alert card should be drawn anew by `now` (its "late by" has grown old)."""
    named = {"in_workspace": workspace, "now": now, "most": limit}
    return list(dict.fromkeys(each for (each,) in ask(session, _to_refresh(), named)))


@cache
def _to_refresh() -> Question:
    return (
        columns(col(Alert.conversation_id))
        .where(col(Alert.workspace) == bindparam("in_workspace"), col(Alert.refresh_at) <= bindparam("now"))
        .limit(bindparam("most"))
    )


def rung_since(session: Session, workspace: str, channel: str, since: datetime, *, limit: int) -> list[Alert]:
    """The latest alerts that were first said in a channel from an instant on, oldest first."""
    query = select(Alert).where(
        Alert.workspace == workspace,
        Alert.channel == channel,
        col(Alert.rang_at) >= since,
        Alert.state != "quiet",
    )
    latest = query.order_by(col(Alert.rang_at).desc(), col(Alert.conversation_id).desc()).limit(limit)
    return list(reversed(session.exec(latest).all()))


def count_burst(session: Session, workspace: str, burst: str) -> int:
    """How many alerts share a message."""
    query = select(func.count()).where(Alert.workspace == workspace, Alert.burst == burst)
    return session.exec(query).one()


def of_burst(session: Session, workspace: str, burst: str) -> list[Alert]:
    """The alerts that share a message, in the order in which they came."""
    query = select(Alert).where(Alert.workspace == workspace, Alert.burst == burst)
    return list(session.exec(query.order_by(col(Alert.rang_at), col(Alert.conversation_id))))
