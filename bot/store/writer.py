"""The line of writes: one writer a process with group commit, and one place at the counter a database.

Several writers on SQLite buy nothing but lock waits, and on PostgreSQL they buy races: what a function read
may be changed by another replica before it writes. So the writes of a process are queued for one thread,
each undone alone if it fails, and committed together; on PostgreSQL the thread first takes a lock that
every replica's writer takes, for as long as the transaction lasts. On both engines a function over a
Session may therefore rely on what it reads until it is done, and nothing has to be written twice for that.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot.passing import Passing
from bot.store import sqlite
from bot.store.driver import forget
from bot.store.hands import Answer, tell_all
from bot.store.trouble import in_trouble, lost_connection

GROUP = 64
"""Most writes committed together: bounds how long one commit can hold back the first of them."""

LONG_ENOUGH = 0.02
"""Seconds after which a group takes in no more, so that those who have been done need not wait for long."""

MOMENT = 0.001
"""Seconds for which a group of several waits for another one."""

LINE = 0x57425F4C494E45
"""The advisory lock that PostgreSQL's writers take: "WB_LINE". Advisory locks are per database."""

Job = tuple[str, Callable[[Session], Any], Answer[Any]]
"""The write's name, the write, and who waits for it."""


class Waiting:
    """Who waits for the writer: those who go first, and the others. One thread takes, many put.

    After a group of those who go first one of the others has its turn, so that a flood holds up nobody for
    good.
    """

    def __init__(self) -> None:
        self._first: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._rest: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._any: queue.SimpleQueue[None] = queue.SimpleQueue()
        """One for each that waits: a semaphore, but not one that is made of Python."""
        self._bell = threading.Lock()
        """Let go by whoever puts something while `_comes` listens; else the taker has it."""
        self._bell.acquire()
        self._listens = False
        self._closed = False
        self._was_first = False

    def put(self, job: Job, *, first: bool) -> None:
        (self._first if first else self._rest).put(job)
        self._any.put(None)
        if self._listens:
            # Another one may have rung it in the same moment.
            with contextlib.suppress(RuntimeError):
                self._bell.release()

    def close(self) -> None:
        """No more will be put; `take` goes on until nothing waits."""
        self._closed = True
        self._any.put(None)

    def take(self) -> Job | None:
        """The first of a new group, waited for; None once it is closed and nothing waits."""
        while True:
            self._any.get()
            self._was_first = not self._first.empty() and (not self._was_first or self._rest.empty())
            try:
                return (self._first if self._was_first else self._rest).get_nowait()
            except queue.Empty:
                if self._closed:
                    return None

    def more(self, began: float, *, crowded: bool) -> Job | None:
        """Another one for the group that began then (monotonic); None when it is to be committed now.

        Where it is `crowded`, the next one is mostly on its way, and a commit costs more than a moment.
        """
        if not self._was_first and (not self._first.empty() or time.monotonic() - began > LONG_ENOUGH):
            return None
        waiting = self._first if self._was_first else self._rest
        if waiting.empty() and not (crowded and self._comes(waiting)):
            return None
        self._any.get()
        return waiting.get_nowait()

    def _comes(self, waiting: queue.SimpleQueue[Job]) -> bool:
        """Whether another one joins within a moment, if none is waiting yet.

        Not by the queue's own timeout: a signal that comes just before it is over makes a SimpleQueue wait
        for ever, and with it everybody whose write is in the group.
        """
        self._bell.acquire(blocking=False)
        self._listens = True
        if waiting.empty():
            self._bell.acquire(timeout=MOMENT)
        self._listens = False
        return not waiting.empty()


class GroupWriter:
    """One thread that owns the write connection and commits queued writes together."""

    def __init__(self, engine: Engine, passing: Passing) -> None:
        self._engine = engine
        self._passing = passing
        self._waiting = Waiting()
        self._coming: dict[asyncio.AbstractEventLoop, list[tuple[Job, bool]]] = {}
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._run, name="watchbell-write", daemon=True)
        self._thread.start()

    def submit(self, name: str, work: Callable[[Session], Any], *, first: bool = False) -> Answer[Any]:
        """Queue a write, from an event loop; it is answered once it is committed, or has failed.

        `first`: before those that wait already, for it is short and somebody outside stands and waits.
        """
        answer: Answer[Any] = Answer()
        loop = answer.future.get_loop()
        coming = self._coming.setdefault(loop, [])
        if not coming:
            loop.call_soon(self._hand_over, loop)
        coming.append(((name, work, answer), first))
        return answer

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        """Queue what came in one turn of an event loop, once the loop has done the rest of that turn.

        Woken by the first of them, the thread would fight for the interpreter with whoever brings the others.
        """
        for job, first in self._coming.pop(loop, ()):
            self._waiting.put(job, first=first)

    def close(self) -> None:
        """Finish what is queued and end the thread."""
        for loop in list(self._coming):
            self._hand_over(loop)
        self._waiting.close()
        self._thread.join()

    def _run(self) -> None:
        while (job := self._waiting.take()) is not None:
            # A caller who has given up meanwhile is left out.
            if not job[2].unwanted:
                self._commit_together([job])
        if self._connection is not None:
            self._connection.close()

    def _more(self, jobs: list[Job], began: float) -> bool:
        """Whether another one has joined the group."""
        while len(jobs) < GROUP and (job := self._waiting.more(began, crowded=len(jobs) > 1)) is not None:
            if not job[2].unwanted:
                jobs.append(job)
                return True
        return False

    def _commit_together(self, jobs: list[Job]) -> None:
        """Answer every caller of a group, whatever becomes of it."""
        try:
            done = self._attempt(jobs)
        except _NotBegun:
            # The server was restarted under an idle connection, or in the middle, but before the commit:
            # nothing of this group has happened. Once more on a connection that lives.
            try:
                jobs[:] = [job for job in jobs if not job[2].told]
                done = self._attempt(jobs)
            except BaseException as error:  # noqa: BLE001 - this thread must live: all writes are its
                return _tell_all(jobs, error)
        except BaseException as error:  # noqa: BLE001
            # Disk full, file or server gone. Who is told this must not believe that it was written.
            return _tell_all(jobs, error)
        for name, _, _ in done:
            self._passing(f"after commit {name}")
        tell_all((answer, value) for _, answer, value in done)
        return None

    def _attempt(self, jobs: list[Job]) -> list[tuple[str, Answer[Any], Any]]:
        """Do the jobs and commit; those that succeeded, with what they returned.

        Who waits meanwhile joins them, and stands in `jobs` from then on. A job that fails is told so and
        undoes its own work only; a database in trouble fails the group.
        """
        try:
            connection = self._begun()
            try:
                done = self._all(connection, jobs)
            except BaseException as error:
                if in_trouble(error):
                    raise
                connection.rollback()
                done = self._without_who_fails(jobs, error)
            for name, _, _ in done:
                self._passing(f"before commit {name}")
        except BaseException as error:
            self._disconnect()
            if lost_connection(error):
                raise _NotBegun from error
            raise
        try:
            self._connected().commit()
        except BaseException:
            # Whether a commit that broke off has happened nobody knows: it is never done again from here.
            self._disconnect()
            raise
        return done

    def _all(self, connection: Connection, jobs: list[Job]) -> list[tuple[str, Answer[Any], Any]]:
        """Do one after the other; who comes meanwhile joins them."""
        done: list[tuple[str, Answer[Any], Any]] = []
        began = time.monotonic()
        session = _session(connection)
        while len(done) < len(jobs) or self._more(jobs, began):
            name, work, answer = jobs[len(done)]
            done.append((name, answer, _worked(session, work)))
        return done

    def _without_who_fails(self, jobs: list[Job], error: BaseException) -> list[tuple[str, Answer[Any], Any]]:
        """Once more from the start, each job in a savepoint, for one of them has failed with `error`.

        Savepoints cost more than most jobs do, and hardly one in a thousand fails.
        """
        if len(jobs) == 1:
            jobs[0][2].fail(error)
            return []
        connection = self._begun()
        done: list[tuple[str, Answer[Any], Any]] = []
        for name, work, answer in jobs:
            try:
                done.append((name, answer, _in_savepoint(connection, work)))
            except BaseException as failure:
                if in_trouble(failure):
                    raise
                answer.fail(failure)
        return done

    def _begun(self) -> Connection:
        """The connection, with a transaction that nobody else in the line can enter."""
        connection = self._connected()
        connection.begin()
        if connection.dialect.name == "postgresql":
            # Under READ COMMITTED every later statement sees what was committed before this was granted.
            connection.execute(text("SELECT pg_advisory_xact_lock(:line)"), {"line": LINE})
        return connection

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = sqlite.for_writing(self._engine)
        return self._connection

    def _disconnect(self) -> None:
        """Rolls back what was begun; the next group gets a connection that knows nothing of it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(SQLAlchemyError):
                connection.invalidate()
                connection.close()


class _NotBegun(Exception):
    """The connection broke before the commit was asked for."""


def _tell_all(jobs: list[Job], error: BaseException) -> None:
    for _, _, answer in jobs:
        if not answer.told:
            answer.fail((error.__cause__ or error) if isinstance(error, _NotBegun) else error)


def _in_savepoint(connection: Connection, work: Callable[[Session], Any]) -> Any:
    with connection.begin_nested():
        return _worked(_session(connection), work)


def _session(connection: Connection) -> Session:
    """For one write after the other of a transaction: opening one takes as long as two statements."""
    return Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only", autoflush=True)


def _worked(session: Session, work: Callable[[Session], Any]) -> Any:
    value = work(session)
    session.flush()
    forget(session)
    return value
