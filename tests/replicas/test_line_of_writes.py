"""What a write function may rely on: the same on SQLite and on PostgreSQL with several replicas."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from databases import postgres_database, sqlite_file
from own_postgres import OwnPostgres
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot.store import pulse
from bot.store.engine import Store, open_store

pytestmark = pytest.mark.postgres

COUNTER = "count"


@pytest.fixture(params=["sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Store]]:
    """One store on SQLite, which lets nobody else in; three on PostgreSQL."""
    if request.param == "sqlite":
        opened = [open_store(sqlite_file(tmp_path))]
    else:
        address = request.getfixturevalue("postgres")
        opened = [open_store(address) for _ in range(3)]
    yield opened
    for store in opened:
        store.close()


@pytest.fixture
def replicas(postgres: str) -> Iterator[list[Store]]:
    opened = [open_store(postgres) for _ in range(3)]
    yield opened
    for store in opened:
        store.close()


def count(session: Session) -> int:
    return int(pulse.get_mark(session, "T", COUNTER) or 0)


def add_one(session: Session) -> int:
    """Read, then write: right only if nobody writes in between."""
    found = count(session) + 1
    pulse.set_mark(session, "T", COUNTER, str(found))
    return found


async def test_read_then_write_is_right_over_all_replicas(stores: list[Store]):
    work = [store.write(add_one) for _ in range(100) for store in stores]
    found = await asyncio.gather(*work)
    assert sorted(found) == list(range(1, len(work) + 1))
    assert await stores[0].read(count) == len(work)


async def test_control_beside_the_line_counts_are_lost(replicas: list[Store]):
    await replicas[0].write(add_one)
    work = [store.write_beside(add_one) for _ in range(100) for store in replicas]
    await asyncio.gather(*work, return_exceptions=True)
    assert await replicas[0].read(count) < 301


async def test_a_write_that_fails_in_a_group_undoes_its_own_work_only(stores: list[Store]):
    def fail(session: Session) -> None:
        add_one(session)
        session.flush()
        raise ValueError("this one fails")

    work = [store.write(fail if number % 3 == 0 else add_one) for number in range(60) for store in stores]
    results = await asyncio.gather(*work, return_exceptions=True)
    assert sum(isinstance(each, ValueError) for each in results) == 20 * len(stores)
    assert await stores[0].read(count) == 40 * len(stores)


async def test_a_read_sees_one_instant_whatever_is_written_meanwhile(stores: list[Store]):
    loop, reading, written = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

    def slowly(session: Session) -> tuple[int, int]:
        first = count(session)
        loop.call_soon_threadsafe(reading.set)
        asyncio.run_coroutine_threadsafe(written.wait(), loop).result(10)
        session.expire_all()
        return first, count(session)

    pending = asyncio.create_task(stores[0].read(slowly))
    await reading.wait()
    await stores[-1].write(add_one)
    written.set()
    assert await pending == (0, 0)
    assert await stores[0].read(count) == 1


async def test_what_reads_must_not_write(replicas: list[Store]):
    with pytest.raises(SQLAlchemyError):
        await replicas[0].read(lambda session: (add_one(session), session.flush()))


def test_replicas_that_start_together_on_an_empty_database_all_start(cluster: OwnPostgres):
    script = """
import sys
from bot.store.engine import open_store
from bot.store.migrate import migrate
sys.stdin.readline()
store = open_store(sys.argv[1])
migrate(store.engine)
store.close()
"""
    with ExitStack() as stack:
        address = stack.enter_context(postgres_database(cluster.server, empty=True))
        started = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", script, address],
                    stdin=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
            )
            for _ in range(4)
        ]
        for process in started:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        said = [process.communicate(timeout=60)[1] for process in started]
        assert [process.returncode for process in started] == [0] * 4, said
