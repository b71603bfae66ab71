"""Statements that SQLAlchemy words and the database's own driver runs: for what happens at every click.

SQLAlchemy spends several times as long on running a statement as SQLite takes to answer it. A statement that
lives as long as the process (built under a cache) and names all it takes has its words and its types from
SQLAlchemy and leaves out the rest. Tuples come back, and nothing becomes an object of the session.

What the session still holds back is written before, so that such a statement sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache, partial
from operator import itemgetter
from typing import Any, NamedTuple, NoReturn

from sqlalchemy import ColumnElement, Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import ColumnDefault
from sqlalchemy.types import JSON, TypeEngine
from sqlmodel import Session, UTCDateTime

from bot.store.held import let_go

Write = Insert | Update | Delete
Question = Select[*tuple[Any, ...]]
Tell = Callable[[Any], Any] | None
"""How a value is told to the driver, or by it; None where it stays as it is."""

_OPENED = "watchbell_driver"
"""Where a session keeps its way to the driver."""
_COUNTS = (0, 1, 2, 3, 5, 8, 13, 20, 30, 50, 100, 200, 500)


def run(session: Session, statement: Write, values: Mapping[str, Any]) -> int:
    """Write; the number of rows that it touched."""
    opened = _opened(session)
    let_go(session, statement.table)
    made = _compiled(statement, opened.dialect)
    touched: int = opened.execute(made.text, made.parameters(values)).rowcount
    return touched


def run_many(session: Session, statement: Write, several: Sequence[Mapping[str, Any]]) -> None:
    """The same for several rows, all with the same columns."""
    if len(several) == 1:
        # Mostly it is one, and the way for several of them costs a driver twice as much.
        run(session, statement, several[0])
        return
    opened = _opened(session)
    let_go(session, statement.table)
    made = _compiled(statement, opened.dialect)
    opened.execute_many(made.text, [made.parameters(values) for values in several])


def ask(session: Session, statement: Question, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows that answer, each a tuple of what was asked for. A list answers an expanding parameter."""
    opened = _opened(session)
    counts = tuple([(name, _counted(value)) for name, value in values.items() if isinstance(value, list)])
    made = _compiled(statement, opened.dialect, counts)
    if counts:
        values = _spread(values, made.lists)
    return made.told(opened.execute(made.text, made.parameters(values)), opened.dialect)


def _counted(several: list[Any]) -> int:
    """For how many values a statement is worded to take these: few wordings serve every number of them."""
    return next((count for count in _COUNTS if count >= len(several)), len(several))


def _spread(values: Mapping[str, Any], lists: Mapping[str, Sequence[str]]) -> Mapping[str, Any]:
    """Each value of a list under its own name; the last stands for those that there are not."""
    spread = dict(values)
    for name, own in lists.items():
        several = spread.pop(name)
        spread.update(zip(own, (*several, *several[-1:] * (len(own) - len(several))), strict=True))
    return spread


def forget(session: Session) -> None:
    """Nothing that was read or noted for one write is known to the next one of the same transaction."""
    session.expunge_all()
    opened = session.info.get(_OPENED)
    session.info.clear()
    if opened is not None:
        session.info[_OPENED] = opened


class _Opened(NamedTuple):
    """A session's way to the driver, for as long as its transaction lasts."""

    transaction: object
    connection: Connection
    driver: Any
    dialect: Dialect

    def execute(self, text: str, parameters: Any) -> Any:
        """The driver's cursor. Raises what SQLAlchemy raises, without the parameters: people's words."""
        try:
            return self.driver.execute(text, parameters)
        except self.dialect.loaded_dbapi.Error as error:
            self._raise(error, text)

    def execute_many(self, text: str, several: Sequence[Any]) -> None:
        """The same for each of several sets of parameters."""
        try:
            self.driver.cursor().executemany(text, several)
        except self.dialect.loaded_dbapi.Error as error:
            self._raise(error, text)

    def _raise(self, error: Any, text: str) -> NoReturn:
        if self.dialect.is_disconnect(error, self.driver, None):
            # SQLAlchemy is to see it too: it throws away what else was open to that server.
            self.connection.exec_driver_sql("SELECT 1")
        errors = self.dialect.loaded_dbapi.Error
        raise DBAPIError.instance(
            text, None, error, errors, hide_parameters=True, dialect=self.dialect
        ) from error


def _opened(session: Session) -> _Opened:
    session.flush()
    kept: _Opened | None = session.info.get(_OPENED)
    if kept is not None and kept.transaction is session.get_transaction():
        return kept
    connection = session.connection()
    opened = _Opened(
        session.get_transaction(), connection, connection.connection.dbapi_connection, connection.dialect
    )
    session.info[_OPENED] = opened
    return opened


@dataclass(slots=True)
class _Compiled:
    """A statement in a database's own words; how what it takes and gives is told, in the driver's order."""

    text: str
    takes: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    """What it takes of the values that were named, in the driver's order."""
    taken: tuple[tuple[int, Callable[[Any], Any]], ...]
    """Which of these are told otherwise, and how."""
    names: tuple[str, ...] | None
    """Under which names the driver wants them; None where their order tells."""
    fixed: Mapping[str, Any]
    given: tuple[ColumnElement[Any], ...]
    lists: Mapping[str, Sequence[str]]
    tells: tuple[tuple[int, Callable[[Any], Any]], ...] | None = None
    """Which columns of an answer are told, and how: known once the driver has named their types."""

    def parameters(self, values: Mapping[str, Any]) -> Any:
        taken: Sequence[Any] = self.takes({**self.fixed, **values} if self.fixed else values)
        if self.taken:
            taken = told = list(taken)
            for place, tell in self.taken:
                told[place] = tell(told[place])
        return taken if self.names is None else dict(zip(self.names, taken, strict=True))

    def told(self, cursor: Any, dialect: Dialect) -> list[tuple[Any, ...]]:
        """The driver's rows as their columns have them."""
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        tells = self.tells
        if tells is None:
            kinds = [column[1] for column in cursor.description]
            every = [
                (place, _reader(column.type, dialect, kind))
                for place, (column, kind) in enumerate(zip(self.given, kinds, strict=True))
            ]
            tells = self.tells = tuple((place, tell) for place, tell in every if tell is not None)
        return [_told(row, tells) for row in rows] if tells else rows


def _told(row: tuple[Any, ...], tells: Sequence[tuple[int, Callable[[Any], Any]]]) -> tuple[Any, ...]:
    """A row as its columns have it; what is not there is None in all of them."""
    told = list(row)
    for place, tell in tells:
        if (value := told[place]) is not None:
            told[place] = tell(value)
    return tuple(told)


@lru_cache(maxsize=1_000)
def _compiled(
    statement: Write | Question, dialect: Dialect, counts: tuple[tuple[str, int], ...] = ()
) -> _Compiled:
    made = statement.compile(dialect=dialect)
    named = {name: bound for bound, name in made.bind_names.items()}
    # What a column holds by itself stands in the statement, but without its value.
    by_itself = {column.key: column.default for column in (*made.insert_prefetch, *made.update_prefetch)}
    fixed = {name: bound.effective_value for name, bound in named.items() if not bound.required}
    for name, default in by_itself.items():
        if not isinstance(default, ColumnDefault) or not default.is_scalar:
            raise TypeError(f"name a value for {name}: its default is made anew for each row")
        fixed[name] = default.arg
    types = {name: bound.type for name, bound in named.items()}
    text = str(made)
    order: Sequence[str] | None = made.positiontup
    lists: dict[str, list[str]] = {}
    if counts:
        spread = made.construct_expanded_state(
            {**dict.fromkeys(named), **{name: [None] * count for name, count in counts}}
        )
        text, order, lists = spread.statement, spread.positiontup, dict(spread.parameter_expansion)
        types |= {own: types[name] for name, several in lists.items() for own in several}
    names = tuple(order if order is not None else types.keys() - lists.keys())
    tells = ((place, _teller(types[name], dialect)) for place, name in enumerate(names))
    taken = tuple((place, tell) for place, tell in tells if tell is not None)
    given = statement.exported_columns if isinstance(statement, Select) else ()
    return _Compiled(
        text, _picked(names), taken, names if order is None else None, fixed, tuple(given), lists
    )


def _picked(names: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """How the values of these names are picked out, at C's pace."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


def _teller(kind: TypeEngine[Any], dialect: Dialect) -> Tell:
    """How a value of a column is told to the driver."""
    if isinstance(kind, UTCDateTime):
        return _instants(dialect)
    tell: Tell = kind.dialect_impl(dialect).bind_processor(dialect)
    return tell


def _reader(kind: TypeEngine[Any], dialect: Dialect, told_as: Any) -> Tell:
    """How a value of a column is told by the driver."""
    if isinstance(kind, UTCDateTime) and dialect.name == "sqlite":
        return _instant
    tell: Tell = kind.dialect_impl(dialect).result_processor(dialect, told_as)
    if tell is not None and isinstance(kind, JSON) and dialect.name == "sqlite":
        return partial(_json, tell)
    return tell


_EMPTY: Mapping[str, Callable[[], Any]] = {"[]": list, "{}": dict}


def _json(tell: Callable[[str], Any], stored: str) -> Any:
    """What SQLite has as words. Most of it is empty, and that is seen sooner than read."""
    empty = _EMPTY.get(stored)
    return tell(stored) if empty is None else empty()


def _instant(stored: str) -> datetime:
    """An instant as SQLite has it: ISO's way of writing, in UTC and without saying so."""
    return datetime.fromisoformat(f"{stored}+00:00")


@cache
def _instants(dialect: Dialect) -> Tell:
    """The same for instants: one act writes one into every table that it touches."""
    tell: Tell = UTCDateTime().dialect_impl(dialect).bind_processor(dialect)
    return tell and lru_cache(maxsize=100)(tell)
