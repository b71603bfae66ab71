"""The judge tick's question to the database, among a million open conversations with running promises.

    python -m benchmarks.million [--quick]

Each second the bot asks which promises are due for a change, and which cards have grown old. The rows are
put straight into the tables; 100 are due. Timed is what the tick asks (`bot/sla/ticks.py`: whether anything
is due, then which conversations), through SQLAlchemy and in a new session as the tick does it, 200 times; the
figure is the median. Quick: 200,000 conversations.
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import Session

from benchmarks.figures import Figure, middle, percentile, say
from benchmarks.filling import fill, prepare
from bot.store import clocks
from bot.store.engine import open_store

GOAL = 20.0
WORKSPACE = "T0WATCHBELL"
SUBJECT = "Very many"


def measure(*, quick: bool) -> None:
    count = 200_000 if quick else 1_000_000
    say(f"million: {count:,} conversations")
    with TemporaryDirectory(prefix="watchbell-bench-") as name:
        database = Path(name) / "bench.db"
        now = datetime.now(UTC)
        prepare(database)
        fill(database, WORKSPACE, count, now, clocks_only=True)
        store = open_store(f"sqlite:///{database}")
        try:
            with Session(store.engine) as session:
                first = clocks.due_for_change(session, WORKSPACE, now + timedelta(days=9), limit=100)
                at = max(
                    each.next_change_at
                    for conversation_id in first
                    for each in clocks.clocks_of(session, WORKSPACE, conversation_id)
                    if each.next_change_at is not None
                )
            taken = []
            for _ in range(200):
                began = time.perf_counter()
                with Session(store.engine) as session:
                    clocks.due_for_change(session, WORKSPACE, at, limit=1)
                    found = clocks.due_for_change(session, WORKSPACE, at, limit=100)
                    clocks.alerts_to_refresh(session, WORKSPACE, at, limit=100)
                taken.append((time.perf_counter() - began) * 1000)
                assert len(found) == 100, len(found)
        finally:
            store.close()
    note = f"99th of 100: {percentile(taken, 99):.1f} ms"
    what = f"judge tick asks what is due, {count:,} open"
    Figure(SUBJECT, what, middle(taken), "ms", goal=GOAL, note=note).tell()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="A fifth of the conversations.")
    measure(quick=parser.parse_args().quick)


if __name__ == "__main__":
    main()
