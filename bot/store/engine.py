"""The store: the same functions over a `Session` on SQLite and on PostgreSQL.

`write` puts a function in the line of writes (`bot/store/writer.py`): one after the other in a process, and
on PostgreSQL over all replicas, committed in groups, answered after the commit. `write_beside` is for the
few writes that are right by themselves and must not wait. `read` runs on threads of its own, on a snapshot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot.errors import ConfigError
from bot.passing import Passing, unseen
from bot.settings.addresses import database_parts
from bot.store import postgres, sqlite
from bot.store.filelock import FileLock
from bot.store.hands import Answer, Hands
from bot.store.trouble import StoreSilent, lost_connection
from bot.store.writer import GroupWriter

P = ParamSpec("P")
R = TypeVar("R")


class StoreClosed(SQLAlchemyError):
    """Something was asked of the store after `close`: nothing was done."""


class Store:
    """An open database. Build it with `open_store`, close it with `close`.

    `shared` says that other processes may work on the same database. `answer_within` is how many seconds a
    caller waits for the database at most; None is for ever.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        lock: FileLock | None,
        readers: int,
        passing: Passing = unseen,
        answer_within: float | None = None,
    ) -> None:
        self.engine = engine
        self.shared = engine.dialect.name != "sqlite"
        self._reading = postgres.for_reading(engine) if self.shared else engine
        self._lock = lock
        self._passing = passing
        self._answer_within = answer_within
        self._closed = False
        self._readers = Hands(readers, "watchbell-read")
        self._beside = Hands(readers if self.shared else 0, "watchbell-beside")
        self._writer = GroupWriter(engine, passing)

    async def read(self, fn: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `fn(session, …)` in a read transaction on one of the reader threads."""

        def once() -> R:
            with Session(self._reading, expire_on_commit=False) as session:
                return fn(session, *args, **kwargs)

        def work() -> R:
            try:
                return once()
            except SQLAlchemyError as error:
                if not lost_connection(error):
                    raise
                # The server was restarted under this connection; the pool has thrown its old ones away.
                return once()

        self._check_open()
        return await self._answered(self._readers.submit(work))

    async def write(self, fn: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `fn(session, …)` in the line of writes and return once it is committed.

        `fn` may rely on what it reads: nobody else in the line writes meanwhile. It must do nothing but work
        on the session, for it is run again when the connection broke before the commit. Whatever it raises
        rolls back its own work only, and is raised here.
        """
        self._check_open()
        return await self._answered(
            self._writer.submit(fn.__qualname__, lambda session: fn(session, *args, **kwargs))
        )

    async def write_beside(
        self, fn: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Like `write`, but at the head of the line, and waiting for no other replica: for what is short, and
        right without the line.

        That is a function whose every statement is right whatever others write meanwhile (an insert that
        gives way to an older row, say), and which therefore changes nothing on the strength of what it read.
        """
        if not self.shared:
            self._check_open()
            return await self._answered(
                self._writer.submit(fn.__qualname__, lambda session: fn(session, *args, **kwargs), first=True)
            )

        def work() -> R:
            with Session(self.engine, expire_on_commit=False) as session:
                value = fn(session, *args, **kwargs)
                self._passing(f"before commit {fn.__qualname__}")
                session.commit()
                self._passing(f"after commit {fn.__qualname__}")
                return value

        self._check_open()
        return await self._answered(self._beside.submit(work))

    async def empty_log(self) -> None:
        """Leave nothing of what was deleted in SQLite's log of writes. Nothing to do on PostgreSQL."""
        if not self.shared:
            self._check_open()
            await asyncio.to_thread(sqlite.empty_log, self.engine)

    def close(self) -> None:
        """Finish queued writes, close every connection, give the file free."""
        self._closed = True
        self._writer.close()
        self._beside.close()
        self._readers.close()
        self.engine.dispose()
        if self._lock is not None:
            self._lock.release()

    def _check_open(self) -> None:
        if self._closed:
            # Behind the last write nobody would ever answer.
            raise StoreClosed("the store is closed")

    async def _answered(self, answer: Answer[R]) -> R:
        """Wait for a thread's answer, but not for ever. What has not begun by then never will."""
        if self._answer_within is None:
            return await answer.future
        try:
            async with asyncio.timeout(self._answer_within) as patience:
                return await answer.future
        except TimeoutError as error:
            if not patience.expired():
                raise
            raise StoreSilent(f"no answer within {self._answer_within:.0f} seconds") from error


def open_store(url: str, *, readers: int = 4, passing: Passing = unseen) -> Store:
    """Open the database at `url` (`sqlite:///path` or `postgresql://…`); tables come from `migrate`.

    Raises ConfigError naming DATABASE_URL when it cannot be opened or another process holds it.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed, readers, passing)
    # Readers, as many writers beside the line, and the line's own.
    engine = postgres.engine(parsed, connections=readers * 2 + 1)
    try:
        engine.connect().close()
    except SQLAlchemyError as error:
        engine.dispose()
        raise ConfigError("DATABASE_URL", *postgres.closed(error)) from error
    return Store(engine, lock=None, readers=readers, passing=passing, answer_within=postgres.ANSWER_WITHIN)


def parse_url(url: str) -> URL:
    """The parts of a database's address. Raises ConfigError unless it is SQLite's or PostgreSQL's."""
    parsed = database_parts(url)
    if parsed is None:
        raise ConfigError("DATABASE_URL", "this is not a database address.", _MEND_URL)
    backend = parsed.get_backend_name()
    if backend not in ("sqlite", "postgresql", "postgres"):
        raise ConfigError("DATABASE_URL", f"{backend} is not a database Watchbell knows.", _MEND_URL)
    return parsed


_MEND_URL = "Write sqlite:///path/to/file.db or postgresql://user@host/name."


def _open_sqlite(url: URL, readers: int, passing: Passing) -> Store:
    if not url.database or url.database == ":memory:":
        raise ConfigError("DATABASE_URL", "SQLite needs a file.", _MEND_URL)
    path = Path(url.database)
    try:
        sqlite.make_folder(path.parent)
        lock = FileLock(path.with_name(path.name + ".lock"))
        held_by = lock.acquire()
        if held_by is None:
            sqlite.make_file(path)
    except OSError as error:
        raise ConfigError(
            "DATABASE_URL",
            f"{path} cannot be opened ({error.strerror}).",
            "Choose a folder that this user may write to.",
        ) from error
    if held_by is not None:
        raise ConfigError(
            "DATABASE_URL",
            f"{path} is in use by another Watchbell ({held_by}).",
            "Stop that one first, or use PostgreSQL for several replicas.",
        )
    engine = sqlite.engine(url, connections=readers + 2)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
    except SQLAlchemyError as error:
        engine.dispose()
        lock.release()
        raise sqlite.unreadable(path, error) from error
    return Store(engine, lock=lock, readers=readers, passing=passing)
