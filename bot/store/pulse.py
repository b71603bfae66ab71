"""Signs of life: when each source was last heard, and what Intercom's outbound messages did."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, Session, SQLModel, col, select

from bot.store.held import know_whole
from bot.store.insert import put
from bot.store.rows import row_of

FAULT = "fault"
"""The source under which the bot notes a fault of its own that it went on after."""

SWEEP = "sweep"
"""The source under which it is noted that Intercom was read to the end."""

WEBHOOK = "webhook"
"""The source under which it is noted when a webhook came in; the detail is its topic."""

WEBHOOK_OF_TALK = "webhook.talk"
"""The source under which the same is noted where it told of a conversation or a ticket."""

MAILBOX = "mailbox"
"""The source under which it is noted that every folder of the mailbox was read to its end."""

USAGE = "usage"
"""The source under which it is noted when any account was last seen, as the list of accounts told; the detail
is how many were seen in the week up to then."""

SETTINGS = "settings"
"""The source under which it is noted whether watchbell.toml can be used; the detail is its faults."""

PUT_OFF = "put_off"
"""The source under which it is noted since when nothing is said, for Slack cannot be looked through."""

SHUT_OUT = "shut_out"
"""The source under which it is noted since when nothing gets to Slack, as its token is refused or there is no
way to it; the detail is the answer."""

POLICIES = "policies"
"""The mark that names the policy set under which every open promise stands; none while an edit goes on."""

SETTINGS_TOLD = "told.settings"
"""The mark that names the messages which tell that watchbell.toml cannot be used; none where none does."""

SWEPT = "sweep.swept"
"""The mark that names the instant up to which everything that changed in Intercom is known."""

ACCOUNTS, DELETED, ACTIVITY = "accounts.read", "deleted_conversations.looked", "activity.read"
"""The marks that name when the lists of accounts and open conversations and the activity log were read."""

TICKETS, TEAMMATES = "tickets.read", "teammates.read"
"""The marks that name when Intercom was last asked for tickets and for teammates, and answered."""

PAUSES_TOLD = "pauses.told"
"""The mark that names the instant up to which pauses are told in one message: that of the first look."""

SAID_OLD = "told.old"
"""The mark that is there while alerts stand in Slack that say how old they are."""

REACHED = "history.reached"
"""The mark that names the instant since which every conversation that changed in Intercom is known."""

TICKETS_REACHED = "tickets.reached"
"""The mark that names the instant since which every ticket that changed is known."""


USAGE_GAP = "usage.gap"
"""The mark that names from when to when nobody was seen, for nothing told of it: the latest such time."""

USAGE_PATIENCE = timedelta(days=3)
"""Usage data that is silent for so long, which is longer than a weekend, does not come any more."""

_ENOUGH = 5
"""Accounts seen in one week: of so many one at least is seen within days, if anything tells of it."""
_FAILING = "failing."


class Heartbeat(SQLModel, table=True):
    """When `source` (a sweep, a webhook, a tick) last showed life, and a word on it."""

    __tablename__ = "heartbeat"

    workspace: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    at: datetime
    detail: str | None = None


class Watermark(SQLModel, table=True):
    """How far a sync has come: an instant or a cursor, as text."""

    __tablename__ = "watermark"

    workspace: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    value: str


class ActivityEntry(SQLModel, table=True):
    """An entry of Intercom's activity log. `by` is the performer's admin id where the log tells it."""

    __tablename__ = "activity"

    workspace: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    at: datetime
    kind: str
    by: str | None = None
    description: str | None = None
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


def beat(session: Session, workspace: str, source: str, *, now: datetime, detail: str | None = None) -> None:
    """Note that `source` has shown life. In one statement, for webhooks are written down beside the line."""
    put(session, Heartbeat, workspace=workspace, source=source, at=now, detail=detail)


def is_of_talk(topic: str | None) -> bool:
    """Whether a webhook tells of a conversation or a ticket: conversation.…, conversation_part.…, ticket.…"""
    return topic is not None and topic.startswith(("conversation", "ticket"))


def last_beat(session: Session, workspace: str, source: str) -> Heartbeat | None:
    return row_of(session, Heartbeat, workspace, source)


def used_last(session: Session, workspace: str) -> tuple[datetime, int] | None:
    """When any account was last seen, and how many were in the week up to then. None: not known, or too few
    of them to take their silence for that of the source: a few may all be on holiday."""
    beat = last_beat(session, workspace, USAGE)
    many = int(beat.detail or 0) if beat is not None else 0
    return (beat.at, many) if beat is not None and many >= _ENOUGH else None


def usage_gap(session: Session, workspace: str) -> tuple[datetime, datetime] | None:
    """From when to when no usage data came, the latest time that it was missing for long; None: never yet."""
    mark = get_mark(session, workspace, USAGE_GAP)
    begin, _, end = (mark or "").partition("/")
    return (datetime.fromisoformat(begin), datetime.fromisoformat(end)) if end else None


def know_all(session: Session, workspace: str) -> None:
    """Read every sign and every mark at once, for who only reads and asks for several: they are few rows."""
    know_whole(session, Heartbeat, session.exec(select(Heartbeat).where(Heartbeat.workspace == workspace)))
    know_whole(session, Watermark, session.exec(select(Watermark).where(Watermark.workspace == workspace)))


def unread(source: str) -> str:
    """The source under which it is noted since when `source` cannot be read; the detail is why."""
    return f"unread.{source}"


def failing(tick: str) -> str:
    """The source under which it is noted since when a tick fails; the detail is when that was last so, in
    machine time, or none when it is not any more."""
    return f"{_FAILING}{tick}"


def failing_noted(session: Session, workspace: str) -> list[Heartbeat]:
    """Every note that a tick fails."""
    query = select(Heartbeat).where(
        Heartbeat.workspace == workspace,
        col(Heartbeat.source).startswith(_FAILING, autoescape=True),
        col(Heartbeat.detail).is_not(None),
    )
    return list(session.exec(query))


def told_of(kind: str, subject: str) -> str:
    """The mark that names the message which tells that something is wrong (`bot/watch/told_once.py`); none
    where none does."""
    return f"told.{kind}.{subject}"


def told_quiet(id_: str) -> str:
    """The mark that names the message which tells that something is quiet (`bot/watch/quiet.py`)."""
    return f"told.quiet.{id_}"


def given_up(id_: str) -> str:
    """The mark that tells when nothing was expected any more of what had been told to be quiet."""
    return f"given_up.{id_}"


def get_mark(session: Session, workspace: str, name: str) -> str | None:
    row = row_of(session, Watermark, workspace, name)
    return row.value if row else None


def set_mark(session: Session, workspace: str, name: str, value: str | None) -> None:
    """Move a mark; None removes it."""
    row = row_of(session, Watermark, workspace, name)
    if value is None:
        if row is not None:
            session.delete(row)
        return
    if row is None:
        row = Watermark(workspace=workspace, name=name, value=value)
    row.value = value
    session.add(row)


def reached(session: Session, workspace: str) -> datetime | None:
    """Since when every conversation that changed is known; None before the first reading has ended."""
    mark = get_mark(session, workspace, REACHED)
    return datetime.fromisoformat(mark) if mark is not None else None


def tickets_reached(session: Session, workspace: str) -> datetime | None:
    """Since when every ticket that changed is known; None where none can be read."""
    mark = get_mark(session, workspace, TICKETS_REACHED)
    return datetime.fromisoformat(mark) if mark is not None else None


def activity_of(session: Session, workspace: str, kinds: Iterable[str]) -> list[ActivityEntry]:
    """What is known of the activity log of some kinds, the oldest first."""
    query = (
        select(ActivityEntry)
        .where(ActivityEntry.workspace == workspace, col(ActivityEntry.kind).in_(list(kinds)))
        .order_by(col(ActivityEntry.at))
    )
    return list(session.exec(query))
