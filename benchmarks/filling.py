"""Very many conversations, put straight into the tables: what a large workspace's database looks like.

    python -m benchmarks.filling DATABASE WORKSPACE COUNT

A process of its own, so that its memory is not counted as anybody else's; the bot must not have the file open
meanwhile. Every open conversation has its opening message, a contact, an
account (eight conversations each) and a running promise to reply that falls due within the next days; one in
500 is late, with an alert in Slack. Behind them lies a history: a receipt and a delivered message for each
fifth conversation. None of them is known to the local Intercom, which a bot that was told of them by earlier
sweeps does not ask about again.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import create_engine

from bot.store.migrate import migrate

Row = dict[str, Any]

_AN_ACCOUNT = 8
_LATE = 500
_DEEP = 5
_WORDS = "Since this morning sign-in sends us back to the login page, for everybody in the Lisbon office."


def prepare(database: Path) -> None:
    """An empty database with all its tables."""
    engine = create_engine(f"sqlite:///{database}")
    migrate(engine)
    engine.dispose()


def fill(database: Path, workspace: str, count: int, now: datetime, *, clocks_only: bool = False) -> None:
    """Add `count` open conversations to a file that `prepare` made; `clocks_only` leaves the rest out."""
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-400000")
        for table, rows in _tables(workspace, count, now, clocks_only=clocks_only):
            _put(connection, table, rows)
    connection.close()


def fill_postgres(url: str, workspace: str, count: int, now: datetime) -> None:
    """The conversations and their promises alone, copied into a PostgreSQL database that has its tables."""
    with psycopg.connect(url) as connection:
        for table, rows in _tables(workspace, count, now, clocks_only=True):
            _copy(connection, table, rows)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")


def _tables(
    workspace: str, count: int, now: datetime, *, clocks_only: bool
) -> Iterator[tuple[str, Iterator[Row]]]:
    yield "conversation", (_conversation(workspace, n, now) for n in range(count))
    yield "sla_clock", (_clock(workspace, n, now) for n in range(count))
    if clocks_only:
        return
    late, deep = range(0, count, _LATE), range(0, count, _DEEP)
    yield "part", (_part(workspace, n, now) for n in range(count))
    yield "contact", (_contact(workspace, n, now) for n in range(count))
    yield "account", (_account(workspace, n, now) for n in range(count // _AN_ACCOUNT))
    yield "risk_now", (_risk(workspace, n, now) for n in range(count // _AN_ACCOUNT))
    yield "alert", (_alert(workspace, n, now) for n in late)
    yield "post", (_post(workspace, n, now) for n in late)
    yield "receipt", (_receipt(workspace, n, now) for n in deep)
    yield "intent", (_intent(workspace, n, now) for n in deep)


def _put(connection: sqlite3.Connection, table: str, rows: Iterator[Row]) -> None:
    first = next(rows, None)
    if first is None:
        return
    names = ", ".join(f'"{name}"' for name in first)
    places = ", ".join(f":{name}" for name in first)
    statement = f'INSERT INTO "{table}" ({names}) VALUES ({places})'
    connection.execute(statement, first)
    connection.executemany(statement, rows)


def _copy(connection: psycopg.Connection, table: str, rows: Iterator[Row]) -> None:
    first = next(rows, None)
    if first is None:
        return
    names = ", ".join(f'"{name}"' for name in first)
    # Instants are written in UTC without saying so.
    connection.execute("SET TIME ZONE 'UTC'")
    with connection.cursor().copy(f'COPY "{table}" ({names}) FROM STDIN') as into:  # type: ignore[arg-type]
        into.write_row(tuple(first.values()))
        for row in rows:
            into.write_row(tuple(row.values()))


def _at(instant: datetime) -> str:
    """As the tables keep instants."""
    return instant.astimezone(UTC).replace(tzinfo=None).strftime("%Y-%m-%d %H:%M:%S.%f")


def _id(number: int) -> str:
    return str(900_000_000_000 + number)


def _due(number: int, now: datetime) -> datetime:
    """When the promise of this conversation falls due: spread over three days, a few passed."""
    if number % _LATE == 0:
        return now - timedelta(minutes=10 + number % 50)
    return now + timedelta(hours=2, seconds=number * 7919 % (3 * 86_400))


def _conversation(workspace: str, number: int, now: datetime) -> Row:
    began = _at(now - timedelta(hours=1 + number % 40))
    return {
        "workspace": workspace,
        "id": _id(number),
        "channel": "email",
        "started_by": "contact",
        "state": "open",
        "priority": "none",
        "contact_id": f"p{number}",
        "contact_name": f"Person {number}",
        "account_id": f"a{number // _AN_ACCOUNT}",
        "tags": "[]",
        "attributes": "{}",
        "created_at": began,
        "updated_at": began,
        "waiting_since": began,
        "reopens": 0,
        "details_tries": 1,
        "claimed_by": f"{8_412_000 + number % 4}" if number % 3 == 0 and number % 300 < 2 else None,
    }


def _clock(workspace: str, number: int, now: datetime) -> Row:
    due = _due(number, now)
    late = due <= now
    return {
        "workspace": workspace,
        "conversation_id": _id(number),
        "clock": "first_response",
        "episode": "1",
        "policy": "default",
        "calendar": "lisbon",
        "policy_version": "bench",
        "target_seconds": 14_400,
        "started_at": _at(now - timedelta(hours=1 + number % 40)),
        "due_at": _at(due),
        "state": "breached" if late else "running",
        "late_seconds": 0,
        "reason": "",
        "next_change_at": None if late else _at(due - timedelta(minutes=30)),
    }


def _part(workspace: str, number: int, now: datetime) -> Row:
    return {
        "workspace": workspace,
        "conversation_id": _id(number),
        "id": str(number),
        "kind": "comment",
        "raw_kind": "source",
        "author_type": "contact",
        "author_id": f"p{number}",
        "author_name": f"Person {number}",
        "automatic": 0,
        "public_reply": 0,
        "customer_message": 1,
        "text": _WORDS,
        "attachments": 0,
        "created_at": _at(now - timedelta(hours=1 + number % 40)),
    }


def _contact(workspace: str, number: int, now: datetime) -> Row:
    return {
        "workspace": workspace,
        "id": f"p{number}",
        "name": f"Person {number}",
        "email": f"person{number}@customer.example",
        "role": "user",
        "account_id": f"a{number // _AN_ACCOUNT}",
        "fetched_at": _at(now),
    }


def _account(workspace: str, number: int, now: datetime) -> Row:
    return {
        "workspace": workspace,
        "id": f"a{number}",
        "name": f"Account {number}",
        "plan": "Growth",
        "monthly_spend": 480.0,
        "user_count": 12,
        "session_count": 300,
        "last_seen_at": _at(now - timedelta(days=1)),
        "attributes": "{}",
        "fetched_at": _at(now),
    }


def _risk(workspace: str, number: int, now: datetime) -> Row:
    return {
        "workspace": workspace,
        "account_id": f"a{number}",
        "total": 5,
        "level": "low",
        "judged_at": _at(now),
    }


def _alert(workspace: str, number: int, now: datetime) -> Row:
    due = _at(_due(number, now))
    return {
        "workspace": workspace,
        "conversation_id": _id(number),
        "clock": "first_response",
        "episode": "1",
        "level": "breached",
        "state": "live",
        "rung_for": due,
        "rang_at": _at(now - timedelta(hours=1)),
        "refresh_at": _at(now + timedelta(hours=1)),
    }


def _post(workspace: str, number: int, now: datetime) -> Row:
    return {
        "workspace": workspace,
        "key": f"alert:{_id(number)}:1",
        "channel": "C0ALERTS",
        "ts": f"{1_700_000_000 + number}.000100",
        "wanted": "x",
        "shown": "x",
        "version": 1,
        "state": "posted",
        "wanted_at": _at(now - timedelta(hours=1)),
    }


def _receipt(workspace: str, number: int, now: datetime) -> Row:
    at = _at(now - timedelta(hours=1))
    return {
        "workspace": workspace,
        "source": "intercom",
        "delivery_id": f"old-{number}",
        "topic": "conversation.user.replied",
        "body": "",
        "state": "done",
        "attempts": 1,
        "received_at": at,
        "applied_at": at,
    }


def _intent(workspace: str, number: int, now: datetime) -> Row:
    at = _at(now - timedelta(hours=1))
    return {
        "workspace": workspace,
        "key": f"edit:old:{number}",
        "kind": "slack.edit",
        "lane": f"slack:old:{number}",
        "queue": "",
        "rank": 0,
        "subject": f"old:{number}",
        "payload": json.dumps({"channel": "C0ALERTS"}),
        "state": "done",
        "due": at,
        "attempts": 1,
        "looks": 0,
        "decided_at": at,
        "finished_at": at,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("workspace")
    parser.add_argument("count", type=int)
    asked = parser.parse_args()
    prepare(asked.database)
    fill(asked.database, asked.workspace, asked.count, datetime.now(UTC))


if __name__ == "__main__":
    main()
