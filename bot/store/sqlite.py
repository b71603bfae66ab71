"""SQLite as Watchbell uses it: transactions are begun by name, what is written is on the disk."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import ConfigError

_WRITES = "watchbell_writes"
_DRIVER = "watchbell"
_TRIES, _PAUSE = 20, 0.2


class Dialect(SQLiteDialect_pysqlite):
    """Begins transactions itself: pysqlite's own way loses updates without a word.

    A writer's connection begins IMMEDIATE, so that a read-then-write never meets SQLITE_BUSY_SNAPSHOT. Done
    here and not by an event, for an engine that has one calls listeners around every statement.
    """

    driver = _DRIVER
    supports_statement_cache = True

    def do_begin(self, dbapi_connection: Any) -> None:
        writes = dbapi_connection.info.get(_WRITES, False)
        dbapi_connection.cursor().execute("BEGIN IMMEDIATE" if writes else "BEGIN")


registry.register(f"sqlite.{_DRIVER}", __name__, Dialect.__name__)


def engine(url: URL, *, connections: int) -> Engine:
    """An engine on a SQLite file, without the lock that keeps a second bot away."""
    made = create_engine(
        # Parameters are customers' words: an error that is logged must not carry them.
        url.set(drivername=f"sqlite+{_DRIVER}"),
        pool_size=connections,
        hide_parameters=True,
    )

    @event.listens_for(made, "connect")
    def configure(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None
        cursor = dbapi_connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA busy_timeout=5000")
        # What is deleted is overwritten: a person who was erased is not left in the free pages of the file.
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    return made


def make_folder(folder: Path) -> None:
    """Make a folder, and those it lies in, which nobody else looks into. One that is there stays as it is."""
    for each in reversed((folder, *folder.parents)):
        if not each.is_dir():
            each.mkdir(mode=0o700, exist_ok=True)


def make_file(file: Path) -> None:
    """Make an empty database that nobody else reads, unless it is there: SQLite itself would let everybody.
    What SQLite makes beside it has the same mode.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def is_shut(error: SQLAlchemyError) -> bool:
    """Whether this user may not open a file, or make those that SQLite needs beside it."""
    return _code(error) in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM)


def shut(file: Path, why: str) -> ConfigError:
    """A file, or its folder, that this user may not use: whatever is in it may be as it should be."""
    return ConfigError(
        "DATABASE_URL",
        f"{file} cannot be opened by this user ({why}).",
        "Run this as the user that the bot runs as, who may also write to the folder. Nothing says that the "
        "file is damaged.",
    )


def unreadable(file: Path, error: SQLAlchemyError) -> ConfigError:
    """A file that does not open, as a sentence. Only what is damaged for sure is to be replaced."""
    why = str(getattr(error, "orig", None) or error).splitlines()[0]
    if is_shut(error):
        return shut(file, why)
    if _code(error) in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        problem = f"{file} is not a database that can be read."
        return ConfigError(
            "DATABASE_URL", problem, "Restore a backup, or move the file away and start again."
        )
    problem = f"{file} cannot be read now ({why})."
    return ConfigError("DATABASE_URL", problem, "Try again in a moment, and keep the file as it is.")


def _code(error: SQLAlchemyError) -> int | None:
    """SQLite's primary result code."""
    found = getattr(getattr(error, "orig", None), "sqlite_errorcode", None)
    return found & 0xFF if isinstance(found, int) else None


def empty_log(made: Engine, *, anew: bool = False) -> None:
    """Take SQLite's log of writes into the file and cut it to nothing: what was deleted is in neither then.

    A reader in that moment puts it off; it is tried for a few seconds. `anew` has the file written anew
    first, for what was deleted before Watchbell overwrote anything; nobody else may have it open then.
    """
    # Neither may stand in a transaction, so SQLAlchemy is left aside.
    with contextlib.closing(made.raw_connection()) as connection:
        cursor = connection.cursor()
        if anew:
            cursor.execute("VACUUM")
        for _ in range(_TRIES):
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = cursor.fetchone()
            if busy is None or not busy[0]:
                break
            time.sleep(_PAUSE)
        cursor.close()


def for_writing(made: Engine) -> Connection:
    """A connection for one who writes. On another database any will do."""
    connection = made.connect()
    connection.info[_WRITES] = True
    return connection
