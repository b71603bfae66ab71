"""Databases for tests: a SQLite file or a PostgreSQL database of a test's own, with all tables.

`WATCHBELL_TEST_DATABASE=postgresql://user@host:port/` has every house stand on PostgreSQL. Making the tables
takes a tenth of a second and more, so they are made once a process: as a file's bytes, or as a template
database that goes with the process.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import uuid
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import psycopg

from bot.store.engine import open_store
from bot.store.migrate import migrate

CHOSEN = "WATCHBELL_TEST_DATABASE"
DEFAULT_SERVER = "postgresql://postgres@127.0.0.1:5432"

_templates: dict[str, str] = {}


def chosen_server() -> str | None:
    """The PostgreSQL server that all houses stand on; None for SQLite."""
    server = os.environ.get(CHOSEN, "").rstrip("/")
    return server or None


def sqlite_file(folder: Path) -> str:
    """The address of a new SQLite file with all tables."""
    file = folder / "watchbell.db"
    file.write_bytes(_empty_file())
    return f"sqlite:///{file}"


@contextlib.contextmanager
def a_database(folder: Path) -> Iterator[str]:
    """The address of a new database with all tables, on whatever was chosen; it goes afterwards."""
    server = chosen_server()
    if server is None:
        yield sqlite_file(folder)
        return
    with postgres_database(server) as address:
        yield address


@contextlib.contextmanager
def postgres_database(server: str, *, empty: bool = False) -> Iterator[str]:
    """The address of a new PostgreSQL database, with all tables unless it is to be `empty`."""
    name = f"watchbell_test_{uuid.uuid4().hex}"
    template = "template1" if empty else _template(server)
    with _admin(server) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield f"{server}/{name}"
    finally:
        _drop(server, name)


def drop_templates() -> None:
    """Remove the template databases of this process, at the end of its tests."""
    while _templates:
        with contextlib.suppress(RuntimeError):  # a server of a test's own is gone with the test
            _drop(*_templates.popitem())


def _template(server: str) -> str:
    if server not in _templates:
        name = f"watchbell_template_{uuid.uuid4().hex}"
        with _admin(server) as admin:
            admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template1')
        _templates[server] = name
        store = open_store(f"{server}/{name}")
        migrate(store.engine)
        store.close()
    return _templates[server]


def _admin(server: str) -> psycopg.Connection:
    try:
        return psycopg.connect(f"{server}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        raise RuntimeError(
            f"No PostgreSQL server at {server}. Start one, name another with {CHOSEN}, or leave these tests "
            "out with -m 'not postgres'."
        ) from error


def _drop(server: str, name: str) -> None:
    with _admin(server) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@lru_cache(maxsize=1)
def _empty_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        store = open_store(f"sqlite:///{path}")
        migrate(store.engine)
        store.close()
        return path.read_bytes()
