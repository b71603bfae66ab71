"""PostgreSQL that is not reached, and PostgreSQL that says no: two sentences, two mends."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from bot.store.postgres import closed

_TO = 'connection to server at "127.0.0.1", port 5432 failed: '


@pytest.mark.parametrize(
    "said",
    [
        f"{_TO}Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?",
        "connection timeout expired",
        f"{_TO}No route to host",
        '[Errno -2] could not translate host name "db.invalid" to address: Name or service not known',
        f"{_TO}server closed the connection unexpectedly",
    ],
)
def test_a_server_that_does_not_answer_cannot_be_reached(said: str) -> None:
    problem, mend = closed(_failed(said))
    assert problem == f"PostgreSQL cannot be reached ({said.splitlines()[0]})."
    assert "the server is running" in mend


@pytest.mark.parametrize(
    "said",
    [
        f'{_TO}FATAL:  password authentication failed for user "bell"',
        f'{_TO}FATAL:  database "bell" does not exist',
    ],
)
def test_a_server_that_says_no_does_not_let_anybody_in(said: str) -> None:
    problem, mend = closed(_failed(said))
    assert problem == f"PostgreSQL does not let Watchbell in ({said})."
    assert mend == "Check user, password and database name."


def _failed(said: str) -> OperationalError:
    """As SQLAlchemy raises it."""
    cause = psycopg.OperationalError(said)
    error = OperationalError("", None, cause)
    error.__cause__ = cause
    return error
