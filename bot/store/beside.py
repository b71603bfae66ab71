"""Work on a database from the command line, beside the bot that may be running on it.

Reading disturbs nobody. A short write is safe too, though SQLite's file lock (`bot/store/filelock.py`) is
held by the bot: that lock keeps a second *bot* away, which would ring everything twice. Rows are guarded by
the transactions. On SQLite a write begins IMMEDIATE, so it stands in one line with the bot's own writer and
waits for it up to five seconds; on PostgreSQL it takes the same place in the line as every replica. So
`changing` may rely on what it reads until it ends, like any function that is handed to `Store.write`.

Keep it short: as long as it lasts, the bot's writes wait.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot.errors import ConfigError
from bot.store import look, postgres, sqlite
from bot.store.engine import parse_url
from bot.store.trouble import in_trouble
from bot.store.writer import LINE


@contextlib.contextmanager
def reading(url: str) -> Iterator[Session]:
    """A session that cannot write. Raises ConfigError when the database is not one to work on."""
    with _open(url, look.open_for_reading) as engine, Session(engine, expire_on_commit=False) as session:
        yield session


@contextlib.contextmanager
def changing(url: str) -> Iterator[Session]:
    """One write transaction, committed at the end and rolled back by any error."""
    with (
        _open(url, _writable) as engine,
        sqlite.for_writing(engine) as connection,
        connection.begin(),
        Session(connection, expire_on_commit=False) as session,
    ):
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:line)"), {"line": LINE})
        yield session
        session.flush()


@contextlib.contextmanager
def _open(url: str, opener: Callable[[str], Engine]) -> Iterator[Engine]:
    engine = opener(checked(url))
    try:
        try:
            _check(url, engine)
        except SQLAlchemyError as error:
            raise unreadable(url, error) from error
        yield engine
    except SQLAlchemyError as error:
        if not in_trouble(error):
            raise
        if engine.dialect.name == "sqlite" and sqlite.is_shut(error):
            raise unreadable(url, error) from error
        problem = "the database is busy, or out of reach by now."
        raise ConfigError("DATABASE_URL", problem, "Try again in a moment.") from error
    finally:
        engine.dispose()


def checked(url: str) -> str:
    """The address, if something can stand there. Raises ConfigError: no file is made by looking."""
    parse_url(url)
    file = look.sqlite_file(url)
    if file is not None and not look.is_there(file):
        raise ConfigError(
            "DATABASE_URL",
            f"there is no database at {Path(file)}.",
            "Start in the folder in which the bot runs, or set DATABASE_URL as it has it.",
        )
    return url


def _writable(url: str) -> Engine:
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        return sqlite.engine(parsed, connections=1)
    return postgres.engine(parsed, connections=1)


def _check(url: str, engine: Engine) -> None:
    """The tables are the ones that this version writes: else it would do damage, or understand nothing."""
    found = look.revision(engine)
    newest = look.newest_revision()
    if found == newest:
        return
    if found is None:
        problem, mend = "the database is empty.", "Start Watchbell once: it makes its tables."
    elif look.is_known(found):
        problem = f"the tables are at revision {found}, this version needs {newest}."
        mend = "Restart Watchbell with this version: it brings them up to date."
    else:
        problem = f"the tables are at revision {found}, which this version does not know."
        mend = "Use the version of Watchbell that runs on it."
    raise ConfigError("DATABASE_URL", problem, mend)


def unreadable(url: str, error: SQLAlchemyError) -> ConfigError:
    """A database that does not open, as a sentence. PostgreSQL's own first line tells why."""
    file = look.sqlite_file(url)
    if file is not None:
        return sqlite.unreadable(file, error)
    return ConfigError("DATABASE_URL", *postgres.closed(error))
