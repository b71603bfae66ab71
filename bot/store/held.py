"""What a session goes on knowing of rows, until a statement writes past it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import inspect
from sqlalchemy.orm import Mapper, configure_mappers
from sqlmodel import Session, SQLModel

T = TypeVar("T", bound=SQLModel)

_HELD, _WHOLE = "watchbell_held", "watchbell_whole"
"""Where a session keeps the rows that it is to go on knowing, by table; and which tables it knows whole."""


def hold(session: Session, table: type[T], rows: Iterable[T]) -> None:
    """Have `row_of` find these without asking: a session forgets what nobody refers to.

    They are let go with the session, and as soon as a statement writes to their table.
    """
    held: dict[Any, dict[int, SQLModel]] = session.info.setdefault(_HELD, {})
    held.setdefault(mapper_of(table).local_table, {}).update((id(row), row) for row in rows)


def know_whole(session: Session, table: type[T], rows: Iterable[T]) -> None:
    """Have `row_of` answer from `rows` alone, for a table of few rows that is asked for many, there or not.

    For a session that only reads: what is written later stands in none of them.
    """
    hold(session, table, rows)
    session.info.setdefault(_WHOLE, set()).add(table)


def known_whole(session: Session) -> Collection[type[SQLModel]]:
    """The tables of which a session knows every row."""
    whole: Collection[type[SQLModel]] = session.info.get(_WHOLE, ())
    return whole


def let_go(session: Session, table: object) -> None:
    """A statement writes to this table, past the session: what is held of it may not be true any more."""
    if _HELD in session.info:
        session.info[_HELD].pop(table, None)
    session.info.pop(_WHOLE, None)


@lru_cache(maxsize=100)
def mapper_of(table: type[SQLModel]) -> Mapper[Any]:
    """How SQLAlchemy knows the table. The first that is asked for has all of them made ready for use."""
    configure_mappers()
    found: Mapper[Any] = inspect(table)
    return found
