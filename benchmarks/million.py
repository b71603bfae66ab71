"""What is due among a million open conversations: found and claimed, on both databases.

    python -m benchmarks.million [--quick] [--server postgresql://postgres@127.0.0.1:5432]

Each second the bot asks which promises are due for a change and which cards have grown old, and takes a
hundred of them to be judged first (`bot/sla/ticks.py`, `claim_due`): two questions, two updates and the rows
for the judge. The rows are put straight into the tables; a hundred and more are due. Timed is all of it in a
new session, 100 times, each from the same state; the figure is the median.

The floor is the same with a hundredth of the conversations in the table: the ratio tells whether the cost
grows with conversations that are not due. Quick: 200,000 conversations.
"""

from __future__ import annotations

import argparse
import contextlib
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from sqlmodel import Session

from benchmarks.figures import Figure, middle, percentile, say
from benchmarks.filling import fill, fill_postgres, prepare
from bot.clock import Moment
from bot.sla import ticks
from bot.store import clocks
from bot.store.engine import Store, open_store
from bot.store.migrate import migrate

GOAL = 20.0
GROWTH = 3.0
TIMES = 100
DUE = 100
WORKSPACE = "T0WATCHBELL"
SUBJECT = "Very many"
SERVER = "postgresql://postgres@127.0.0.1:5432"

Stored = Callable[[int], AbstractContextManager[Store]]
"""Opens a store with so many conversations."""


def measure(*, quick: bool, server: str) -> None:
    count = 200_000 if quick else 1_000_000
    databases: dict[str, Stored] = {"SQLite": sqlite, "PostgreSQL": partial(postgres, server)}
    for name, stored in databases.items():
        few = timed(name, stored, count // 100)
        many = timed(name, stored, count)
        what = f"judge tick finds and claims {DUE} due, {count:,} open, {name}"
        note = f"99th of 100: {percentile(many, 99):.1f} ms"
        Figure(SUBJECT, what, middle(many), "ms", goal=GOAL, note=note).tell()
        grown = f"the same beside {count // 100:,} open, {name}"
        Figure(SUBJECT, grown, middle(many), "ms", floor=middle(few), goal=GROWTH).tell()


@contextlib.contextmanager
def sqlite(count: int) -> Iterator[Store]:
    with TemporaryDirectory(prefix="watchbell-bench-") as name:
        database = Path(name) / "bench.db"
        prepare(database)
        fill(database, WORKSPACE, count, datetime.now(UTC), clocks_only=True)
        store = open_store(f"sqlite:///{database}")
        try:
            yield store
        finally:
            store.close()


@contextlib.contextmanager
def postgres(server: str, count: int) -> Iterator[Store]:
    name = f"watchbell_bench_{uuid.uuid4().hex}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
        store = open_store(f"{server}/{name}")
        try:
            migrate(store.engine)
            fill_postgres(f"{server}/{name}", WORKSPACE, count, datetime.now(UTC))
            yield store
        finally:
            store.close()
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[arg-type]


def timed(name: str, stored: Stored, count: int) -> list[float]:
    """Milliseconds of each claim."""
    say(f"million: {count:,} conversations on {name}")
    taken = []
    with stored(count) as store:
        at = _when_enough_are_due(store)
        for _ in range(TIMES + 3):
            with store.engine.connect() as connection:
                transaction = connection.begin()
                began = time.perf_counter()
                with Session(bind=connection) as session:
                    found = ticks.claim_due(session, WORKSPACE, at, limit=DUE)
                    session.flush()
                taken.append((time.perf_counter() - began) * 1000)
                # From the same state each time; the commit is timed below.
                transaction.rollback()
            assert found == DUE, found
        with Session(store.engine) as session:
            began = time.perf_counter()
            assert ticks.claim_due(session, WORKSPACE, at, limit=DUE) == DUE
            session.commit()
            whole = (time.perf_counter() - began) * 1000
    say(f"million: once with its commit {whole:.1f} ms")
    return taken[3:]


def _when_enough_are_due(store: Store) -> Moment:
    with Session(store.engine) as session:
        first = clocks.due_for_change(session, WORKSPACE, datetime.now(UTC) + timedelta(days=9), limit=DUE)
        due = [
            clock.next_change_at
            for conversation_id in first
            for clock in clocks.clocks_of(session, WORKSPACE, conversation_id)
            if clock.next_change_at is not None
        ]
    return Moment(now=max(due), machine=datetime.now(UTC))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="A fifth of the conversations.")
    parser.add_argument(
        "--server", default=SERVER, help="The PostgreSQL server; a database is made and dropped."
    )
    asked = parser.parse_args()
    measure(quick=asked.quick, server=asked.server)


if __name__ == "__main__":
    main()
