"""Insert-if-new: the atomic statement behind every "once" in Watchbell, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert_new(session: Session, table: type[SQLModel], **values: Any) -> bool:
    """Insert a row unless one of its unique keys exists. True when this call inserted it."""
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = table(**values).model_dump(exclude_none=True)
    row = {column.name: row[column.key] for column in table.__table__.columns if column.key in row}  # type: ignore[attr-defined]
    # What comes back tells; the row count of an insert is not the same thing on both databases.
    made = make(table).values(**row).on_conflict_do_nothing().returning(*inspect(table).primary_key)
    return session.execute(made).first() is not None
