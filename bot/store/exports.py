"""Files that the bot handed to reps, by the account whose words they hold: erasing reaches them too."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from bot.store.insert import put


class ExportedFile(SQLModel, table=True):
    """A file in Slack, by Slack's id, with all that was said at an account until `at`."""

    __tablename__ = "exported_file"

    workspace: str = Field(primary_key=True)
    file_id: str = Field(primary_key=True)
    account_id: str = Field(index=True)
    at: datetime


def note(session: Session, workspace: str, file_id: str, account_id: str, now: datetime) -> None:
    """Write down that a file is about to hold an account's words. To be done before it does."""
    put(session, ExportedFile, workspace=workspace, file_id=file_id, account_id=account_id, at=now)


def of_accounts(session: Session, workspace: str, account_ids: Collection[str]) -> list[ExportedFile]:
    """The files that hold words of one of these accounts."""
    query = select(ExportedFile).where(
        ExportedFile.workspace == workspace, col(ExportedFile.account_id).in_(account_ids)
    )
    return list(session.exec(query.order_by(col(ExportedFile.file_id))))
