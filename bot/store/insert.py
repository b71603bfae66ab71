"""Insert-if-new and put: the atomic statements behind every "once" in Watchbell, on both databases alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Insert, Table, inspect
from sqlalchemy import insert as sql_insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from bot.store.driver import run, run_many


def insert_new(session: Session, table: type[SQLModel], **values: Any) -> bool:
    """Insert a row unless one of its unique keys exists. True when this call inserted it."""
    row = {name: value for name, value in values.items() if value is not None}
    return run(session, _insert_quietly(table, _dialect(session), tuple(row)), row) == 1


def put(session: Session, table: type[SQLModel], **values: Any) -> None:
    """Insert a row, or give the one with the same primary key these values. Right beside any other write."""
    run(session, _put(table, _dialect(session), tuple(values)), values)


def put_all(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """The same for several rows, all with the same columns."""
    run_many(session, _put(table, _dialect(session), tuple(rows[0])), rows)


def put_new(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert those of several rows, all with the same columns, whose unique keys do not exist yet."""
    run_many(session, _insert_quietly(table, _dialect(session), tuple(rows[0])), rows)


def add(session: Session, table: type[SQLModel], **values: Any) -> None:
    """Insert a row that nobody here goes on working with as an object."""
    run(session, _plain(table, tuple(values)), values)


def add_all(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """The same for several rows, all with the same columns."""
    run_many(session, _plain(table, tuple(rows[0])), rows)


def core(session: Session) -> Connection:
    """The session's connection, for statements that ask for columns: half the price of asking for objects.

    What the session still holds back is written first, so that such a statement sees it.
    """
    session.flush()
    return session.connection()


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


def table_of(table: type[SQLModel]) -> Table:
    """The table itself, for statements that need no objects."""
    found: Table = inspect(table).local_table
    return found


@lru_cache(maxsize=100)
def _plain(table: type[SQLModel], names: tuple[str, ...]) -> Insert:
    return sql_insert(table_of(table)).values(dict.fromkeys(names))


@lru_cache(maxsize=100)
def _insert_quietly(table: type[SQLModel], dialect: str, names: tuple[str, ...]) -> Insert:
    """Built once for each set of columns: building it costs more than running it."""
    made = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table_of(table))
    return made.values(dict.fromkeys(names)).on_conflict_do_nothing()


@lru_cache(maxsize=100)
def _put(table: type[SQLModel], dialect: str, names: tuple[str, ...]) -> Insert:
    keys = [column.name for column in inspect(table).primary_key]
    made = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table_of(table))
    return made.values(dict.fromkeys(names)).on_conflict_do_update(
        index_elements=keys, set_={name: made.excluded[name] for name in names if name not in keys}
    )
