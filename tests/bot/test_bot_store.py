"""The database: one process on a SQLite file, the tables the code expects, writes that fail alone."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from harness import OpenHouse
from on_the_wire import heard
from small_office import scenario
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlmodel import Session, select

from bot.errors import ConfigError
from bot.store import conversations, slots
from bot.store.engine import Store, open_store
from bot.store.gathered import Gathered
from bot.store.migrate import migrate
from bot.store.slots import Slot
from bot.store.tables import metadata
from bot.store.writer import GROUP


def _now() -> datetime:
    return datetime.now(UTC)


def sqlite(folder: Path) -> str:
    return f"sqlite:///{folder / 'watchbell.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that holds nothing yet, of each sort."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres"))
    return sqlite(tmp_path)


@pytest.fixture
def store(address: str) -> Store:
    opened = open_store(address)
    migrate(opened.engine)
    return opened


@pytest.mark.sqlite
async def test_a_second_bot_on_the_same_file_is_refused_in_one_sentence(build: OpenHouse):
    house = await build(settled=False, linked=())
    with pytest.raises(ConfigError) as refusal:
        await house.start_bot()
    assert refusal.value.setting == "DATABASE_URL"
    assert f"is in use by another Watchbell (process {os.getpid()})" in refusal.value.problem
    await house.restart()


def test_so_is_one_in_another_process_and_the_file_is_free_once_the_first_has_ended(tmp_path: Path):
    asked = f"""
from bot.errors import ConfigError
from bot.store.engine import open_store
try:
    open_store({sqlite(tmp_path)!r}).close()
except ConfigError as error:
    print(error)
else:
    print("opened")
"""

    def another() -> str:
        done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    first = open_store(sqlite(tmp_path))
    said = another()
    assert f"(process {os.getpid()})" in said
    assert "\n" not in said
    first.close()
    assert another() == "opened"


@pytest.mark.parametrize("content", [b"this is no database" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_named_and_left_as_it_is(tmp_path: Path, content: bytes):
    path = tmp_path / "watchbell.db"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="is not a database that can be read") as refusal:
        open_store(sqlite(tmp_path))
    assert str(path) in refusal.value.problem
    assert path.read_bytes() == content


def test_a_place_where_nothing_can_be_written_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ConfigError) as refusal:
        open_store(f"sqlite:///{tmp_path / 'file' / 'watchbell.db'}")
    assert refusal.value.setting == "DATABASE_URL"


def test_migrations_make_exactly_the_tables_of_the_code(store: Store):
    migrate(store.engine)  # a second start changes nothing
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    store.close()


def test_the_comparison_would_notice_a_missing_column(store: Store):
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE slot DROP COLUMN done_at")
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert len(compare_metadata(context, metadata)) == 1
    store.close()


def periods(session: Session) -> set[str]:
    return {slot.period for slot in session.exec(select(Slot))}


async def test_a_write_that_fails_undoes_its_own_work_only(store: Store):
    def take(session: Session, number: int) -> int:
        taken = slots.take_slot(session, "T", "job", str(number), now=_now())
        assert taken
        if number % 3 == 0:
            raise ValueError(f"{number} fails")
        if number % 3 == 1:
            # A statement that fails, not only the code around it.
            session.add(Slot(workspace="T", job="job", period=str(number), done_at=_now()))
        return number

    results = await asyncio.gather(
        *(store.write(take, number) for number in range(90)), return_exceptions=True
    )
    for number, result in enumerate(results):
        expected: type = [ValueError, IntegrityError, int][number % 3]
        assert isinstance(result, expected), number
    assert await store.read(periods) == {str(number) for number in range(90) if number % 3 == 2}
    store.close()


async def test_what_was_read_comes_back_as_aware_utc(store: Store):
    at = _now()
    await store.write(slots.take_slot, "T", "job", "p", now=at)
    row = await store.read(lambda session: session.get(Slot, ("T", "job", "p")))
    assert row is not None
    assert row.done_at == at
    assert row.done_at.utcoffset() is not None
    store.close()


async def test_a_caller_who_gives_up_while_waiting_stops_nobody_else(store: Store):
    def slow(_: Session) -> None:
        time.sleep(0.15)

    def take(session: Session, period: str) -> bool:
        return slots.take_slot(session, "T", "job", period, now=_now())

    holding = [asyncio.create_task(store.write(slow)) for _ in range(4)]
    await asyncio.sleep(0.05)
    impatient = [asyncio.create_task(store.write(take, str(number))) for number in range(20)]
    await asyncio.sleep(0)
    for task in impatient:
        task.cancel()
    await asyncio.gather(*holding, *impatient, return_exceptions=True)
    async with asyncio.timeout(5):
        assert await store.write(take, "after")
    store.close()


async def test_after_closing_everything_is_refused_at_once(store: Store):
    store.close()
    async with asyncio.timeout(2):
        with pytest.raises(Exception, match="closed"):
            await store.write(slots.take_slot, "T", "job", "p", now=_now())
        with pytest.raises(Exception, match="closed"):
            await store.read(periods)


async def test_what_was_acknowledged_is_there_after_a_hard_stop(tmp_path: Path):
    """A process that is killed without a goodbye: every write it told of is in the file."""
    script = f"""
import asyncio, os
from datetime import UTC, datetime
from bot.store.engine import open_store
from bot.store.migrate import migrate
from bot.store import conversations, slots

async def main():
    store = open_store({sqlite(tmp_path)!r})
    migrate(store.engine)
    for number in range(200):
        await store.write(slots.take_slot, "T", "job", str(number), now=datetime.now(UTC))
        print(number, flush=True)
        if number == 57:
            os._exit(9)

asyncio.run(main())
"""
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 9
    store = open_store(sqlite(tmp_path))
    assert await store.read(periods) == {str(number) for number in range(58)}
    store.close()


@pytest.mark.sqlite
async def test_the_bots_first_start_makes_its_own_tables(build: OpenHouse, tmp_path: Path):
    empty = tmp_path / "deep" / "down" / "new.db"
    house = await build(database=f"sqlite:///{empty}", data=scenario("1001"))
    assert empty.exists()
    await house.at("09:05")
    assert house.alert("1001")


class Kept:
    """Small writes that share their commits; `commits` tells how many there were of each size."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.commits: list[int] = []
        self.gathered = Gathered(self._write)

    async def _write(self, periods: list[str]) -> list[str]:
        self.commits.append(len(periods))
        return await self._store.write(self._take, periods)

    @staticmethod
    def _take(session: Session, periods: list[str]) -> list[str]:
        for period in periods:
            if period == "poison":
                raise ValueError("this one cannot be kept")
            slots.take_slot(session, "T", "job", period, now=_now())
        return [f"{period} kept" for period in periods]


async def test_small_writes_that_come_together_share_commits_and_each_is_answered_after_its_own(store: Store):
    kept = Kept(store)

    async def add(number: int) -> str:
        answer = await kept.gathered.add(str(number))
        assert str(number) in await store.read(periods)
        return answer

    assert await asyncio.gather(*map(add, range(200))) == [f"{number} kept" for number in range(200)]
    assert len(kept.commits) < 20
    assert max(kept.commits) <= GROUP
    # One that comes alone, later, is written at once.
    assert await asyncio.wait_for(kept.gathered.add("alone"), 5) == "alone kept"
    store.close()


async def test_writes_that_share_a_transaction_share_nothing_that_they_noted(store: Store):
    def slot(period: str) -> Slot:
        return Slot(workspace="T0", job="noted", period=period, done_at=datetime(2026, 11, 24, tzinfo=UTC))

    def holds_the_line(session: Session) -> None:
        # The first row of all takes longer than a group waits.
        session.add(slot("0"))
        session.flush()
        time.sleep(0.2)

    def notes(session: Session) -> int:
        used.append(session)
        row = slot("1")
        session.add(row)
        session.info["noted"] = row
        return len(session.identity_map)

    def looks(session: Session) -> tuple[bool, int]:
        used.append(session)
        return "noted" in session.info, len(session.identity_map)

    used: list[Session] = []
    _, known, (noted, held) = await asyncio.gather(
        store.write(holds_the_line), store.write(notes), store.write(looks)
    )
    assert used[0] is used[1], "the control: they were done in one session"
    assert (known, noted, held) == (0, False, 0)
    assert await store.read(lambda session: session.get(Slot, ("T0", "noted", "1"))) is not None


async def test_what_cannot_be_kept_fails_alone_among_those_it_came_with(store: Store):
    kept = Kept(store)
    results = await asyncio.gather(
        *(kept.gathered.add("poison" if number % 10 == 3 else str(number)) for number in range(50)),
        return_exceptions=True,
    )
    failed = [number for number, each in enumerate(results) if isinstance(each, ValueError)]
    assert failed == [3, 13, 23, 33, 43]
    assert len(await store.read(periods)) == 45
    store.close()


async def test_who_gives_up_waiting_holds_up_nobody(store: Store):
    kept = Kept(store)
    waiting = [asyncio.create_task(kept.gathered.add(str(number))) for number in range(20)]
    await asyncio.sleep(0)
    for task in waiting[::2]:
        task.cancel()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert results[1::2] == [f"{number} kept" for number in range(1, 20, 2)]
    store.close()


async def test_a_store_that_is_closed_is_told_to_everybody_who_waits(store: Store):
    kept = Kept(store)
    store.close()
    results = await asyncio.gather(
        *(kept.gathered.add(str(number)) for number in range(30)), return_exceptions=True
    )
    assert all(isinstance(each, SQLAlchemyError) for each in results)


async def kept_at(store: Store, order: list[str], name: str, seconds: float = 0.0, *, first: bool) -> None:
    """A write that takes so long; its name is added to `order` once it is committed."""

    def take(session: Session) -> None:
        slots.take_slot(session, "T", "job", name, now=_now())
        time.sleep(seconds)

    await (store.write_beside if first else store.write)(take)
    order.append(name)


@pytest.mark.sqlite
async def test_what_is_short_and_waited_for_goes_before_what_waits_already(tmp_path: Path):
    """On SQLite there is one line. Six ticks wait behind a long one when a webhook comes."""
    store = open_store(sqlite(tmp_path))
    migrate(store.engine)
    order: list[str] = []
    ticks = [
        asyncio.create_task(kept_at(store, order, f"tick {number}", 0.05, first=False)) for number in range(7)
    ]
    await asyncio.sleep(0.02)
    await kept_at(store, order, "webhook", first=True)
    # The one that was under way when it came, and no other.
    assert order == ["tick 0", "webhook"]
    await asyncio.gather(*ticks)
    assert await store.read(periods) == {*(f"tick {number}" for number in range(7)), "webhook"}
    store.close()


@pytest.mark.sqlite
async def test_a_flood_of_those_who_go_first_holds_up_nobody_for_good(tmp_path: Path):
    store = open_store(sqlite(tmp_path))
    migrate(store.engine)
    order: list[str] = []

    flood = [
        asyncio.create_task(kept_at(store, order, f"webhook {number}", 0.001, first=True))
        for number in range(5 * GROUP)
    ]
    await asyncio.sleep(0.01)
    await kept_at(store, order, "tick", first=False)
    assert len(order) < 3 * GROUP, "the tick had to wait for the flood to end"
    await asyncio.gather(*flood)
    store.close()


def test_an_accounts_conversations_are_looked_up_by_the_account_however_many_there_are(tmp_path: Path):
    store = open_store(sqlite(tmp_path))
    migrate(store.engine)
    with Session(store.engine) as session:
        with heard(session) as asked:
            conversations.of_account(session, "T", "c1")
        (statement,) = asked

        def plan(sql: str) -> str:
            return str(session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}").all())

        assert "ix_conversation_account" in plan(statement)
        # The control: put in order by SQLite, everybody's conversations are gone through.
        assert "ix_conversation_created" in plan(f"{statement} ORDER BY created_at, id")
    store.close()
