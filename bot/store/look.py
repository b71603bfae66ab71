"""Look at a database from outside: nothing is locked, migrated or written, a running bot is not disturbed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL, make_url

from bot.store import sqlite
from bot.store.filelock import locked_by
from bot.store.migrate import config

_SQLITE = b"SQLite format 3\0"


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite address; None for another database."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database)


def is_there(file: Path) -> bool:
    """Whether there is such a file. Raises ConfigError where this user may not look."""
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise sqlite.shut(file, error.strerror or "no access") from error
    return True


def may_be_database(file: Path) -> bool:
    """Whether a file is SQLite's, or may become that: what begins otherwise is something else's."""
    try:
        with file.open("rb") as opened:
            begins = opened.read(len(_SQLITE))
    except OSError:
        return True
    return begins in (b"", _SQLITE)


def read_by_others(file: Path) -> str | None:
    """Who beside its owner can read a file ("everybody on this machine"), None for nobody."""
    mode, way = file.stat().st_mode, file.parent.stat().st_mode
    if os.name != "posix":
        # Elsewhere these bits tell nothing.
        return None
    if mode & stat.S_IROTH and way & stat.S_IXOTH:
        return "everybody on this machine"
    return "its group" if mode & stat.S_IRGRP and way & stat.S_IXGRP else None


def held_by(file: Path) -> str | None:
    """Who runs on a SQLite file ("process 4711"), None when nobody does. Raises ConfigError where this user
    may not look.
    """
    lock = file.with_name(file.name + ".lock")
    try:
        return locked_by(lock)
    except OSError as error:
        raise sqlite.shut(lock, error.strerror or "no access") from error


def closed_folder(file: Path) -> str | None:
    """Why a database that is not there yet cannot be made by this user; None where it can."""
    there = next((each for each in file.absolute().parents if each.exists()), None)
    if there is None or not there.is_dir():
        return "its folder cannot be made"
    return None if os.access(there, os.W_OK | os.X_OK) else f"{there} may not be written to"


def open_for_reading(url: str) -> Engine:
    """An engine whose connections cannot write. SQLAlchemy's errors come when it is used."""
    parsed = make_url(url)
    file = sqlite_file(url)
    if file is not None:
        address = URL.create(
            "sqlite+pysqlite",
            database=file.absolute().as_uri(),
            query={"mode": "ro", "uri": "true"},
        )
        # Parameters are customers' words: an error that is shown must not carry them.
        return create_engine(address, hide_parameters=True)
    return create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        connect_args={"options": "-c default_transaction_read_only=on", "connect_timeout": 10},
    )


def revision(engine: Engine) -> str | None:
    """The revision that the tables have, None for an empty database."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The revision that this version of the code needs."""
    return ScriptDirectory.from_config(config()).get_current_head()


def is_known(wanted: str) -> bool:
    """Whether a revision is one that this version of the code has ever had."""
    return any(script.revision == wanted for script in ScriptDirectory.from_config(config()).walk_revisions())
