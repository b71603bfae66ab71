"""Slack channels that a rep said are an account's: what is said there stands in the account's timeline."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from bot.store.insert import put
from bot.store.rows import row_of


class MappedChannel(SQLModel, table=True):
    """A Slack channel and the account it is about.

    `shared`: people of the account read it (shared with their workspace, or guests are in it); else it is the
    team's own talk. `read_to` is the ts up to which its history was read.
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


def get(session: Session, workspace: str, channel_id: str) -> MappedChannel | None:
    return row_of(session, MappedChannel, workspace, channel_id)


def all_of(session: Session, workspace: str) -> list[MappedChannel]:
    """Every mapped channel, by name."""
    query = select(MappedChannel).where(MappedChannel.workspace == workspace)
    return list(session.exec(query.order_by(col(MappedChannel.name), col(MappedChannel.channel_id))))


def of_account(session: Session, workspace: str, account_id: str) -> list[MappedChannel]:
    """An account's channels, by name."""
    return [each for each in all_of(session, workspace) if each.account_id == account_id]


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
    )


def unmap(session: Session, workspace: str, channel_id: str) -> bool:
    """Read a channel no more. False when it was not read."""
    row = get(session, workspace, channel_id)
    if row is not None:
        session.delete(row)
    return row is not None


def to_read(session: Session, workspace: str, before: datetime) -> list[MappedChannel]:
    """Channels whose history was not looked at since `before`, the longest unseen first."""
    query = select(MappedChannel).where(MappedChannel.workspace == workspace)
    rows = [row for row in session.exec(query) if row.looked_at is None or row.looked_at < before]
    return sorted(rows, key=lambda row: (row.looked_at or before, row.channel_id))


def account_ids(session: Session, workspace: str, channel_ids: Collection[str]) -> dict[str, str]:
    """The accounts of a few channels, by channel; those that are nobody's lack."""
    query = select(MappedChannel.channel_id, MappedChannel.account_id).where(
        MappedChannel.workspace == workspace, col(MappedChannel.channel_id).in_(channel_ids)
    )
    return dict(session.execute(query).tuples())
