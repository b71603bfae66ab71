"""Slack channels that a rep said are an account's: what is said there stands in the account's timeline."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from bot.store.insert import put
from bot.store.rows import row_of


class MappedChannel(SQLModel, table=True):
    """A Slack channel and the account it is about.

    `shared`: people of the account read it (shared with their workspace, or guests are in it); else it is the
    team's own talk. `read_to` is the ts up to which its history was read, `problem` why it could not be read
    the last time.
    """

    __tablename__ = "mapped_channel"

    workspace: str = Field(primary_key=True)
    channel_id: str = Field(primary_key=True)
    name: str
    account_id: str = Field(index=True)
    shared: bool
    mapped_by: str
    mapped_at: datetime
    read_to: str
    looked_at: datetime | None = None
    problem: str | None = None


def get(session: Session, workspace: str, channel_id: str) -> MappedChannel | None:
    return row_of(session, MappedChannel, workspace, channel_id)


def all_of(session: Session, workspace: str) -> list[MappedChannel]:
    """Every mapped channel, by name."""
    query = select(MappedChannel).where(MappedChannel.workspace == workspace)
    return list(session.exec(query.order_by(col(MappedChannel.name), col(MappedChannel.channel_id))))


def map_channel(
    session: Session,
    workspace: str,
    channel_id: str,
    *,
    name: str,
    account_id: str,
    shared: bool,
    by: str,
    read_to: str,
    now: datetime,
) -> None:
    """Have a channel be an account's from now on; whose it was before it is no more."""
    put(
        session,
        MappedChannel,
        workspace=workspace,
        channel_id=channel_id,
        name=name,
        account_id=account_id,
        shared=shared,
        mapped_by=by,
        mapped_at=now,
        read_to=read_to,
        looked_at=None,
        problem=None,
    )


def unmap(session: Session, workspace: str, channel_id: str) -> bool:
    """Read a channel no more. False when it was not read."""
    row = get(session, workspace, channel_id)
    if row is not None:
        session.delete(row)
    return row is not None


def any_due(session: Session, workspace: str, before: datetime) -> bool:
    """Whether a channel's history was not looked at since `before`."""
    return any(_is_due(row, before) for row in all_of(session, workspace))


def take_due(session: Session, workspace: str, before: datetime, *, now: datetime) -> list[MappedChannel]:
    """Channels whose history was not looked at since `before`; this call looks at them."""
    due = [row for row in all_of(session, workspace) if _is_due(row, before)]
    for row in due:
        row.looked_at = now
        session.add(row)
    return due


def was_read(
    session: Session, workspace: str, channel_id: str, *, to: str | None, problem: str | None
) -> None:
    """A channel's history was read up to a ts, or could not be read."""
    row = get(session, workspace, channel_id)
    if row is not None:
        row.read_to, row.problem = to or row.read_to, problem
        session.add(row)


def _is_due(row: MappedChannel, before: datetime) -> bool:
    return row.looked_at is None or row.looked_at <= before
