"""Telling a database in trouble from a fault in what was written.

A disk that is full, a server that went away, a lock that was not granted: nothing is wrong with the receipt
or the conversation at hand, and the same work will succeed later. Whoever catches errors to go on with the
next subject must let these through, or a bad minute of the database is taken for a hundred bad receipts.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import (
    DBAPIError,
    InterfaceError,
    OperationalError,
    PendingRollbackError,
    ResourceClosedError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
_POSTGRES = ("08", "25P03", "40", "53", "55P03", "57", "58")
"""SQLSTATEs: connection, idle too long, rolled back (deadlock), resources, lock, operator, system."""


class StoreSilent(SQLAlchemyError):
    """The database has not answered in time. What was asked may yet happen: look before doing it again."""


def in_trouble(error: BaseException | None) -> bool:
    """Whether an error, or what it hides, says that the database itself cannot work at the moment."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if _says_so(error):
            return True
        seen.add(id(error))
        # A failed rollback hides the failure that made it necessary.
        error = error.__cause__ or error.__context__
    return False


def lost_connection(error: BaseException | None) -> bool:
    """Whether an error says that the connection is gone: what was not committed on it never happened."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _says_so(error: BaseException) -> bool:
    if isinstance(error, (StoreSilent, PendingRollbackError, ResourceClosedError, PoolTimeout)):
        return True
    if lost_connection(error):
        return True
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, sqlite3.Error):
        code = getattr(original, "sqlite_errorcode", None)
        # The lower byte is the primary code; the rest only says more about it.
        return code is not None and code & 0xFF in _SQLITE
    state = getattr(original, "sqlstate", None)
    if state is None:
        # A server that cannot be reached has no code to give.
        return isinstance(error, (OperationalError, InterfaceError))
    return str(state).startswith(_POSTGRES)
