"""The store: one writer with group commit on SQLite, a pool on PostgreSQL, the same functions on both.

SQLite gives about 370 commits a second through an async ORM and 30,000 through one writer thread that
commits what has queued up together; several writers buy nothing but lock waits. So writes are functions
queued for one thread, each in its own savepoint, and a caller is answered only after the commit. On
PostgreSQL each write is a transaction of its own on a pooled connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot.errors import ConfigError
from bot.passing import Passing, unseen
from bot.store.filelock import FileLock

P = ParamSpec("P")
R = TypeVar("R")

GROUP = 64
"""Most writes committed together: bounds how long one commit can hold back the first of them."""

_WRITES = "watchbell_writes"


Job = tuple[str, Callable[[Session], Any], Future[Any]]
"""The write's name, the write, and who waits for it."""


class StoreClosed(SQLAlchemyError):
    """Something was asked of the store after `close`: nothing was done."""


class Store:
    """An open database. Build it with `open_store`, close it with `close`."""

    def __init__(
        self, engine: Engine, *, lock: FileLock | None, readers: int, passing: Passing = unseen
    ) -> None:
        self.engine = engine
        self._lock = lock
        self._passing = passing
        self._closed = False
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="watchbell-read")
        self._writer: _GroupWriter | ThreadPoolExecutor
        if engine.dialect.name == "sqlite":
            self._writer = _GroupWriter(engine, passing)
        else:
            self._writer = ThreadPoolExecutor(readers, thread_name_prefix="watchbell-write")

    async def read(self, fn: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `fn(session, …)` in a read transaction on one of the reader threads."""

        def work() -> R:
            with Session(self.engine, expire_on_commit=False) as session:
                return fn(session, *args, **kwargs)

        self._check_open()
        return await asyncio.get_running_loop().run_in_executor(self._readers, work)

    async def write(self, fn: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `fn(session, …)` in a transaction and return once it is committed.

        Whatever `fn` raises rolls back its own work only, and is raised here.
        """
        self._check_open()
        if isinstance(self._writer, _GroupWriter):
            future = self._writer.submit(fn.__qualname__, lambda session: fn(session, *args, **kwargs))
            result: R = await asyncio.wrap_future(future)
            return result

        def work() -> R:
            with Session(self.engine, expire_on_commit=False) as session:
                value = fn(session, *args, **kwargs)
                self._passing(f"before commit {fn.__qualname__}")
                session.commit()
                self._passing(f"after commit {fn.__qualname__}")
                return value

        return await asyncio.get_running_loop().run_in_executor(self._writer, work)

    def close(self) -> None:
        """Finish queued writes, close every connection, give the file free."""
        self._closed = True
        if isinstance(self._writer, _GroupWriter):
            self._writer.close()
        else:
            self._writer.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self.engine.dispose()
        if self._lock is not None:
            self._lock.release()

    def _check_open(self) -> None:
        if self._closed:
            # Behind the last write nobody would ever answer.
            raise StoreClosed("the store is closed")


class _GroupWriter:
    """One thread that owns the write connection and commits queued writes together."""

    def __init__(self, engine: Engine, passing: Passing) -> None:
        self._engine = engine
        self._passing = passing
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._run, name="watchbell-write", daemon=True)
        self._thread.start()

    def submit(self, name: str, work: Callable[[Session], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        self._queue.put((name, work, future))
        return future

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        closing = False
        while not closing:
            batch = [self._queue.get()]
            while len(batch) < GROUP:
                try:
                    batch.append(self._queue.get_nowait())
                except queue.Empty:
                    break
            closing = None in batch
            # A caller who has given up meanwhile is left out; from here on a future cannot be cancelled.
            jobs = [job for job in batch if job is not None and job[2].set_running_or_notify_cancel()]
            if jobs:
                self._commit_together(jobs)
        if self._connection is not None:
            self._connection.close()

    def _commit_together(self, jobs: list[Job]) -> None:
        """Answer every caller of a group, whatever becomes of it."""
        done: list[tuple[str, Future[Any], Any]] = []
        try:
            connection = self._connected()
            connection.begin()
            for name, work, future in jobs:
                try:
                    done.append((name, future, self._in_savepoint(connection, work)))
                except BaseException as error:  # noqa: BLE001 - the caller's to handle
                    future.set_exception(error)
            for name, _, _ in done:
                self._passing(f"before commit {name}")
            connection.commit()
        except BaseException as error:  # noqa: BLE001 - this thread must live: all writes are its
            # Nothing of this group is on disk (disk full, file gone): say so to every caller.
            self._disconnect()
            for _, _, future in jobs:
                if not future.done():
                    future.set_exception(error)
            return
        for name, future, value in done:
            self._passing(f"after commit {name}")
            future.set_result(value)

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect().execution_options(**{_WRITES: True})
        return self._connection

    def _disconnect(self) -> None:
        """Rolls back what was begun; the next group gets a connection that knows nothing of it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(SQLAlchemyError):
                connection.invalidate()
                connection.close()

    @staticmethod
    def _in_savepoint(connection: Connection, work: Callable[[Session], Any]) -> Any:
        with connection.begin_nested():
            session = Session(
                connection, expire_on_commit=False, join_transaction_mode="rollback_only", autoflush=True
            )
            value = work(session)
            session.flush()
            session.expunge_all()
            return value


def open_store(url: str, *, readers: int = 4, passing: Passing = unseen) -> Store:
    """Open the database at `url` (`sqlite:///path` or `postgresql://…`); tables come from `migrate`.

    Raises ConfigError naming DATABASE_URL when it cannot be opened or another process holds it.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed, readers, passing)
    engine = create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=readers * 2,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    try:
        engine.connect().close()
    except SQLAlchemyError as error:
        reason = str(error.__cause__ or error).splitlines()[0]
        raise ConfigError(
            "DATABASE_URL",
            f"PostgreSQL does not let Watchbell in ({reason}).",
            "Check host, user and database name, and that the server is running.",
        ) from error
    return Store(engine, lock=None, readers=readers, passing=passing)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except SQLAlchemyError as error:
        raise ConfigError("DATABASE_URL", "this is not a database address.", _MEND_URL) from error
    if backend not in ("sqlite", "postgresql", "postgres"):
        raise ConfigError("DATABASE_URL", f"{backend} is not a database Watchbell knows.", _MEND_URL)
    return parsed


_MEND_URL = "Write sqlite:///path/to/file.db or postgresql://user@host/name."


def _open_sqlite(url: URL, readers: int, passing: Passing) -> Store:
    if not url.database or url.database == ":memory:":
        raise ConfigError("DATABASE_URL", "SQLite needs a file.", _MEND_URL)
    path = Path(url.database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path.with_name(path.name + ".lock"))
        held_by = lock.acquire()
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
    engine = create_engine(
        # Parameters are customers' words: an error that is logged must not carry them.
        url.set(drivername="sqlite+pysqlite"),
        pool_size=readers + 2,
        hide_parameters=True,
    )
    _use_explicit_transactions(engine)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
    except SQLAlchemyError as error:
        engine.dispose()
        lock.release()
        raise ConfigError(
            "DATABASE_URL",
            f"{path} is not a database that can be read.",
            "Move the file away and start again, or restore a backup.",
        ) from error
    return Store(engine, lock=lock, readers=readers, passing=passing)


def _use_explicit_transactions(engine: Engine) -> None:
    """Take transactions out of pysqlite's hands: its default mode loses updates without a word.

    The writer's connection begins IMMEDIATE so that a read-then-write never meets SQLITE_BUSY_SNAPSHOT.
    """

    @event.listens_for(engine, "connect")
    def configure(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None
        cursor = dbapi_connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA busy_timeout=5000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
