"""Move everything from one database to another: every table, row by row, compared before it counts.

For a bot that has outgrown its SQLite file. All rows go in one transaction of the target, so whatever ends
it (an error, Ctrl-C, a lost connection, kill -9) leaves the target without a row; the source is only read,
in one snapshot. Before the commit each table is read back and compared: the number of rows, and a checksum
over their contents that does not depend on order, for the two databases sort differently.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, Connection, Engine, Row, Table, func, insert, inspect, select, text
from sqlalchemy.exc import DataError, IntegrityError

from bot.store import look
from bot.store.migrate import migrate
from bot.store.tables import metadata
from bot.store.writer import LINE

BATCH = 500
"""Rows that are held in memory at once."""

NUL, INSTEAD = "\x00", "\ufffd"
"""PostgreSQL's text knows no NUL; in its place stands the sign for a character that could not be kept."""

Seen = Callable[[str, int, int], None]
"""Told the table at hand, the rows copied and compared so far, and how many there will be."""


class NotMoved(Exception):
    """Nothing was moved; the words say why, and what to do."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one table. `nul` counts, by column, the texts in which NUL characters were replaced."""

    table: str
    rows: int
    checksum: str
    nul: dict[str, int] = field(default_factory=dict)


def make_room(target: Engine) -> None:
    """Make the tables. Raises NotMoved unless the target is empty."""
    with target.connect() as connection:
        there = set(inspect(connection).get_table_names())
    ours = {table.name for table in metadata.sorted_tables}
    if "alembic_version" in there:
        found = look.revision(target)
        if found is not None and not look.is_known(found):
            raise NotMoved(f"It has tables at revision {found}, which this version does not know. {_ANOTHER}")
    elif taken := sorted(there & ours):
        raise NotMoved(f"It has a table {taken[0]} of something else. {_ANOTHER}")
    migrate(target)
    with target.connect() as connection:
        _check_empty(connection)


_ANOTHER = "Make a database of its own for Watchbell (createdb watchbell) and name that one."


def move(source: Connection, target: Engine, *, seen: Seen) -> list[Moved]:
    """Copy and compare every table, then commit. `source` must be one snapshot, `target` made by `make_room`.

    Raises NotMoved when the two are not the same in the end, or PostgreSQL refuses something: then nothing
    was moved.
    """
    tables = metadata.sorted_tables
    total = 2 * sum(_count(source, table) for table in tables)
    done = 0
    moved: list[Moved] = []
    with target.begin() as connection:
        _take_the_time(connection)
        _check_empty(connection)
        for table in tables:
            one = _Copy(table)
            for batch in one.read(source):
                _write(connection, table, batch)
                done += len(batch)
                seen(table.name, done, total)
            _reset_sequence(connection, table)
            back = _Copy(table)
            for batch in back.read(connection):
                done += len(batch)
                seen(table.name, done, total)
            _compare(one, back)
            moved.append(Moved(table.name, one.rows, one.checksum, one.nul))
    return moved


class _Copy:
    """Reads a table in batches of rows as they are stored in the target, and sums them up."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows = 0
        self.nul: dict[str, int] = {}
        self._sum = 0
        self._texts = [each.name for each in table.columns if not isinstance(each.type, JSON)]

    @property
    def checksum(self) -> str:
        return f"{self._sum:064x}"

    def read(self, connection: Connection) -> Iterator[list[dict[str, Any]]]:
        query = select(self.table).order_by(*self.table.primary_key.columns)
        with connection.execute(query, execution_options={"yield_per": BATCH}) as found:
            for batch in found.partitions():
                yield [self._taken(row) for row in batch]

    def _taken(self, row: Row[Any]) -> dict[str, Any]:
        values = dict(row._mapping)
        for name in self._texts:
            value = values[name]
            if isinstance(value, str) and NUL in value:
                values[name] = value.replace(NUL, INSTEAD)
                self.nul[name] = self.nul.get(name, 0) + 1
        self.rows += 1
        self._sum = (self._sum + _digest(values)) % 2**256
        return values


def _digest(values: dict[str, Any]) -> int:
    plain = json.dumps([_plain(values[name]) for name in sorted(values)], sort_keys=True)
    return int.from_bytes(hashlib.sha256(plain.encode()).digest(), "big")


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _write(connection: Connection, table: Table, batch: Sequence[dict[str, Any]]) -> None:
    try:
        connection.execute(insert(table), list(batch))
    except (DataError, IntegrityError) as error:
        # Its first line says what is wrong with a value; the value itself, a customer's, is in the others.
        reason = str(error.orig).splitlines()[0]
        first, last = (_name(table, batch[index]) for index in (0, -1))
        raise NotMoved(
            f"PostgreSQL refuses a row of {table.name} between {first} and {last} ({reason}). Correct it in "
            "the SQLite file."
        ) from error


def _name(table: Table, row: dict[str, Any]) -> str:
    return "/".join(str(row[column.name]) for column in table.primary_key.columns)


def _compare(one: _Copy, back: _Copy) -> None:
    if one.rows != back.rows or one.checksum != back.checksum:
        raise NotMoved(
            f"{one.table.name} is not the same there: {one.rows} rows and {one.checksum[:12]} here, "
            f"{back.rows} and {back.checksum[:12]} there."
        )


def _reset_sequence(connection: Connection, table: Table) -> None:
    """The next row that PostgreSQL numbers itself comes behind the last one that was copied."""
    number = _numbered(table)
    if number is None or connection.dialect.name != "postgresql":
        return
    last = connection.execute(select(func.max(number))).scalar_one()
    if last is not None:
        name = connection.dialect.identifier_preparer.format_table(table)
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)"),
            {"table": name, "column": number.name, "last": last},
        )


def _numbered(table: Table) -> Column[Any] | None:
    return table.autoincrement_column


def _take_the_time(connection: Connection) -> None:
    """No limit of a running bot's counts here, and a bot that starts on the target waits for the end."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:line)"), {"line": LINE})


def _check_empty(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        if connection.execute(select(table).limit(1)).first() is not None:
            raise NotMoved(f"It is not empty: there are rows in {table.name}. {_ANOTHER}")


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())
