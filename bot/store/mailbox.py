"""Where the reading of each folder of the mailbox stopped, what came of it, and what is wrong with it.

A place is moved in the transaction that stores the mails up to it: a crash between loses nothing, and what is
fetched twice is stored once, for a mail's id is its key.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import JSON, BigInteger, delete, text
from sqlmodel import Field, Session, SQLModel, col, select

from bot.store import pulse

_WHICH = "mailbox.which"

MOST_LEFT_OUT = 100
"""So many mails that were left out are remembered by their number, the last ones."""


class MailboxFolder(SQLModel, table=True):
    """A folder. Everything up to `last_uid` was looked at, as long as the server's UIDVALIDITY is the same.

    `looked_at`: when it was last read to its end. `fault` and `mend` are a sentence each while it cannot be
    read, since `faulty_since`. The rest counts mails: `kept`, and why others were not: `nobodys` belong to no
    account, `automatic` are machines' or mailing lists', `unread` could not be fetched or read.

    `stuck_uid` was the next mail when the server hung up as mails were asked for; `stuck_alone`: how often in
    a row it did so over this one alone; `stuck_times`: how often just after it had handed out another.
    `left_out` are the UIDs of mails that it did not hand out.
    """

    __tablename__ = "mailbox_folder"

    workspace: str = Field(primary_key=True)
    folder: str = Field(primary_key=True)
    uidvalidity: int = Field(default=0, sa_type=BigInteger)
    last_uid: int = Field(default=0, sa_type=BigInteger)
    looked_at: datetime | None = None
    fault: str | None = None
    mend: str | None = None
    faulty_since: datetime | None = None
    kept: int = 0
    nobodys: int = 0
    automatic: int = 0
    unread: int = 0
    stuck_uid: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    stuck_alone: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    stuck_times: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    left_out: list[int] = Field(
        default_factory=list, sa_type=JSON, sa_column_kwargs={"server_default": text("'[]'")}
    )


def is_this(session: Session, workspace: str, mark: str) -> None:
    """The mailbox that is read is the one with this mark. Of another one nothing was read yet: two may number
    their mails alike."""
    if pulse.get_mark(session, workspace, _WHICH) == mark:
        return
    session.execute(delete(MailboxFolder).where(col(MailboxFolder.workspace) == workspace))
    pulse.set_mark(session, workspace, _WHICH, mark)


def folders(session: Session, workspace: str) -> list[MailboxFolder]:
    """Every folder that was ever looked at, by name."""
    query = select(MailboxFolder).where(MailboxFolder.workspace == workspace)
    return list(session.exec(query.order_by(col(MailboxFolder.folder))))


def place(session: Session, workspace: str, folder: str) -> tuple[int, int]:
    """UIDVALIDITY and last UID; zeros for a folder that was never looked at."""
    row = session.get(MailboxFolder, (workspace, folder))
    return (row.uidvalidity, row.last_uid) if row is not None else (0, 0)


class Stuck(NamedTuple):
    """The mail before which the server hung up, `uid` 0 where it did not; all as `MailboxFolder` has it."""

    uid: int
    alone: int
    times: int
    left_out: frozenset[int]


def stuck(session: Session, workspace: str, folder: str) -> Stuck:
    """What the server hung up over in a folder, and what was left out of it."""
    row = session.get(MailboxFolder, (workspace, folder))
    if row is None:
        return Stuck(0, 0, 0, frozenset())
    return Stuck(row.stuck_uid, row.stuck_alone, row.stuck_times, frozenset(row.left_out))


def note_hung_up(
    session: Session, workspace: str, folder: str, uid: int, *, alone: bool, hands_out: bool
) -> None:
    """The server hung up when this mail was next. `alone`: nothing else was asked for; `hands_out`: just
    before it had handed out another one."""
    row = folder_of(session, workspace, folder)
    if row.stuck_uid != uid:
        row.stuck_uid, row.stuck_alone, row.stuck_times = uid, 0, 0
    row.stuck_alone = row.stuck_alone + 1 if alone else 0
    row.stuck_times += alone and hands_out
    session.add(row)


def leave_out(row: MailboxFolder, uid: int) -> None:
    """The server does not hand out this mail."""
    row.unread += 1
    row.left_out = [*row.left_out, uid][-MOST_LEFT_OUT:]


def move(row: MailboxFolder, uid: int) -> None:
    """Everything in the folder up to this mail is taken in."""
    row.last_uid = uid
    if row.stuck_uid <= uid:
        row.stuck_uid = row.stuck_alone = row.stuck_times = 0


def folder_of(session: Session, workspace: str, folder: str) -> MailboxFolder:
    """The folder's row, made if it is new."""
    row = session.get(MailboxFolder, (workspace, folder))
    if row is None:
        row = MailboxFolder(workspace=workspace, folder=folder)
        session.add(row)
    return row


def note_read(session: Session, workspace: str, folder: str, *, now: datetime) -> None:
    """The folder was read to its end: nothing is wrong with it."""
    row = folder_of(session, workspace, folder)
    row.looked_at, row.fault, row.mend, row.faulty_since = now, None, None, None
    session.add(row)


def note_fault(
    session: Session, workspace: str, names: Collection[str], fault: str, mend: str, *, now: datetime
) -> None:
    """These folders could not be read."""
    for name in names:
        row = folder_of(session, workspace, name)
        row.fault, row.mend = fault, mend
        row.faulty_since = row.faulty_since or now
        session.add(row)


def forgive_others(session: Session, workspace: str, names: Collection[str]) -> None:
    """Folders that are not read any more are nobody's worry. Their places stay."""
    for row in folders(session, workspace):
        if row.folder not in names and row.fault is not None:
            row.fault = row.mend = row.faulty_since = None
            session.add(row)
