"""PostgreSQL as Watchbell uses it: nothing waits for ever, and reads see one instant."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

CONNECT_WITHIN = 5
"""Seconds for a new connection."""

STATEMENT_WITHIN = 20
"""Seconds after which the server breaks a statement off, waits for locks included."""

IDLE_WITHIN = 10
"""Seconds after which the server ends a transaction in which nothing happens. A replica that is frozen in
the middle of a write holds up the others no longer than this."""

ANSWER_WITHIN = 30.0
"""Seconds after which a caller is told that the database does not answer, even if the server itself hangs."""

_UNREACHED = re.compile(
    r"refused|time(d )?out|translate host name|resolve host|unreachable|No route to host"
    r"|No such file or directory|closed the connection",
    re.IGNORECASE,
)
"""What libpq says where no server answered; what a server answers has its word FATAL."""

_SILENT_WITHIN = 15
"""Seconds after which a connection counts as broken when the other side acknowledges nothing."""


def engine(url: URL, *, connections: int) -> Engine:
    """An engine that writes READ COMMITTED and asks a pooled connection for life before it is used."""
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=connections,
        max_overflow=2,
        pool_timeout=CONNECT_WITHIN * 2,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        # Parameters are customers' words: an error that is logged must not carry them.
        hide_parameters=True,
        connect_args=_connect_args(url),
    )


def for_reading(writable: Engine) -> Engine:
    """The same pool, each transaction one snapshot that cannot write: what SQLite's readers have anyway."""
    return writable.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def closed(error: SQLAlchemyError) -> tuple[str, str]:
    """Why no connection came about, with PostgreSQL's own first line, and the mend."""
    reason = str(error.__cause__ or error).splitlines()[0]
    if _UNREACHED.search(reason):
        mend = "Check host and port, and that the server is running."
        return f"PostgreSQL cannot be reached ({reason}).", mend
    return f"PostgreSQL does not let Watchbell in ({reason}).", "Check user, password and database name."


def _connect_args(url: URL) -> dict[str, Any]:
    """Limits, but for those that the address itself sets."""
    limits = (
        f"-c statement_timeout={STATEMENT_WITHIN}s -c idle_in_transaction_session_timeout={IDLE_WITHIN}s"
        " -c timezone=UTC"
    )
    wanted: dict[str, Any] = {
        "connect_timeout": CONNECT_WITHIN,
        "keepalives": 1,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 2,
        "tcp_user_timeout": _SILENT_WITHIN * 1000,
        "application_name": "watchbell",
        "options": limits,
    }
    return {name: value for name, value in wanted.items() if name not in url.query}
