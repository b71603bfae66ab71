"""One row by its key, and writes of plain rows, at a fraction of what the same costs anew each time.

SQLAlchemy spends more time on a statement than a database does on a row: building it, finding it among those
compiled before, preparing a result. What is asked or written at every click and every webhook is therefore
built once (`row_of`), or compiled once and handed to the driver as it is (`run`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, CursorResult, Delete, Dialect, Insert, Update, bindparam, inspect
from sqlalchemy import select as columns
from sqlalchemy.schema import ColumnDefault
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import Session, SQLModel

T = TypeVar("T", bound=SQLModel)

_HELD, _WHOLE = "watchbell_held", "watchbell_whole"
"""Where a session keeps the rows that it is to go on knowing, by table; and which tables it knows whole."""

Write = Insert | ReturningInsert[Any] | Update | Delete


def like(words: str) -> str:
    """A pattern for LIKE, with a backslash as its ESCAPE, of what holds these words."""
    return "%" + words.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"


def row_of(session: Session, table: type[T], *key: Any) -> T | None:
    """The row with this primary key, as `Session.get` returns it, for half of its price."""
    held: T | None = session.identity_map.get(session.identity_key(table, key))
    if held is not None:
        return held
    if table in session.info.get(_WHOLE, ()):
        return None
    named = {f"key_{place}": each for place, each in enumerate(key)}
    return session.scalars(_one(table), named).first()


def kept_row_of(session: Session, table: type[T], *key: Any) -> T | None:
    """The same for what is asked for again and again in one transaction, and written as an object only."""
    found = row_of(session, table, *key)
    if found is not None:
        hold(session, table, [found])
    return found


def hold(session: Session, table: type[T], rows: Iterable[T]) -> None:
    """Have `row_of` find these without asking: a session forgets what nobody refers to.

    They are let go with the session, and as soon as `run` writes to their table.
    """
    held: dict[Any, dict[int, SQLModel]] = session.info.setdefault(_HELD, {})
    held.setdefault(inspect(table).local_table, {}).update((id(row), row) for row in rows)


def know_whole(session: Session, table: type[T], rows: Iterable[T]) -> None:
    """Have `row_of` answer from `rows` alone, for a table of few rows that is asked for many, there or not.

    For a session that only reads: what is written later stands in none of them.
    """
    hold(session, table, rows)
    session.info.setdefault(_WHOLE, set()).add(table)


@lru_cache(maxsize=100)
def _one(table: type[SQLModel]) -> Any:
    keys = inspect(table).primary_key
    return columns(table).where(*(each == bindparam(f"key_{place}") for place, each in enumerate(keys)))


def run(session: Session, statement: Write, values: Mapping[str, Any]) -> CursorResult[Any]:
    """Write with a statement that lives as long as the process (built under a cache) and names all it takes.

    What the session still holds back is written before. Rows that come back are as the driver gives them.
    """
    made, connection = _ready(session, statement)
    return connection.exec_driver_sql(made.text, made.parameters(values))


def run_many(session: Session, statement: Write, several: Sequence[Mapping[str, Any]]) -> None:
    """The same for several rows, all with the same columns."""
    made, connection = _ready(session, statement)
    connection.exec_driver_sql(made.text, [made.parameters(values) for values in several])


def _ready(session: Session, statement: Write) -> tuple[_Compiled, Connection]:
    session.flush()
    session.info.get(_HELD, {}).pop(statement.table, None)
    session.info.pop(_WHOLE, None)
    connection = session.connection()
    return _compiled(statement, connection.dialect), connection


class _Compiled(NamedTuple):
    """A statement in a database's own words, what it takes in the driver's order, and how each is told."""

    text: str
    takes: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    fixed: Mapping[str, Any]
    positional: bool

    def parameters(self, values: Mapping[str, Any]) -> Any:
        told = [
            (name, tell(value) if tell is not None else value)
            for name, tell in self.takes
            for value in (values[name] if name in values else self.fixed[name],)
        ]
        return tuple(value for _, value in told) if self.positional else dict(told)


@lru_cache(maxsize=500)
def _compiled(statement: Write, dialect: Dialect) -> _Compiled:
    made = statement.compile(dialect=dialect)
    named = {name: bound for bound, name in made.bind_names.items()}
    # What a column holds by itself stands in the statement, but without its value.
    by_itself = {column.key: column.default for column in (*made.insert_prefetch, *made.update_prefetch)}
    fixed = {name: bound.value for name, bound in named.items() if not bound.required}
    for name, default in by_itself.items():
        if not isinstance(default, ColumnDefault) or not default.is_scalar:
            raise TypeError(f"name a value for {name}: its default is made anew for each row")
        fixed[name] = default.arg
    order = made.positiontup or list(named)
    takes = tuple((name, named[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in order)
    return _Compiled(str(made), takes, fixed, made.positiontup is not None)
