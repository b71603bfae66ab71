"""What a database is asked, whoever words it: SQLAlchemy, whose events tell of its own statements only, or
`bot/store/driver.py`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlmodel import Session


@contextmanager
def heard(session: Session) -> Iterator[list[str]]:
    """What is asked through a session meanwhile, each with the values that it takes."""
    asked: list[str] = []
    connection: Any = session.connection().connection.dbapi_connection
    if isinstance(connection, sqlite3.Connection):
        connection.set_trace_callback(asked.append)
        try:
            yield asked
        finally:
            connection.set_trace_callback(None)
        return

    class Noting(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **how: Any) -> Any:
            asked.append(f"{query} {params}")
            return super().execute(query, params, **how)

    before, connection.cursor_factory = connection.cursor_factory, Noting
    try:
        yield asked
    finally:
        connection.cursor_factory = before
