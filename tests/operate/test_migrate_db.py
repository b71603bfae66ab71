"""`watchbell migrate-db`: a day moved to PostgreSQL, row by row, all or nothing; the bot goes on."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from command_line import watchbell
from databases import sqlite_file
from harness import House, OpenHouse
from on_the_screen import key_of, words
from small_office import CHANNELS, HOSTILE
from sqlalchemy import Engine, create_engine, insert, select
from sqlalchemy.engine import make_url

from bot.errors import ConfigError
from bot.operate.migrate_db import move
from bot.store import moving
from bot.store.accounts import Account
from bot.store.conversations import Conversation
from bot.store.intents import Intent
from bot.store.parts import Part
from bot.store.tables import metadata

pytestmark = [pytest.mark.thorough, pytest.mark.postgres]

NOON = datetime(2026, 11, 24, 11, 0, 0, 123456, tzinfo=UTC)
LONG = "A long story. " * 40_000
TABLES = {table.name: table for table in metadata.sorted_tables}
Rows = dict[str, dict[tuple[Any, ...], dict[str, Any]]]


def everything(url: str) -> Rows:
    """Every row of every table, by table and primary key, as Python has it."""
    engine = opened(url)
    try:
        with engine.connect() as connection:
            return {
                name: {
                    tuple(row._mapping[each.name] for each in table.primary_key): dict(row._mapping)
                    for row in connection.execute(select(table))
                }
                for name, table in TABLES.items()
            }
    finally:
        engine.dispose()


def opened(url: str) -> Engine:
    parsed = make_url(url)
    driver = "sqlite+pysqlite" if parsed.get_backend_name() == "sqlite" else "postgresql+psycopg"
    return create_engine(parsed.set(drivername=driver))


def plant(database: str, table: type[Any], **values: Any) -> None:
    engine = opened(database)
    with engine.begin() as connection:
        connection.execute(insert(table.__table__).values(**values))
    engine.dispose()


def plant_account(database: str, number: str, **values: Any) -> None:
    given = {"name": "Acme", "attributes": {}, "fetched_at": NOON, **values}
    plant(database, Account, workspace="T0", id=number, **given)


def rows_in(url: str) -> int:
    """How many rows there are at all, in tables that may not exist."""
    with psycopg.connect(url) as connection:
        names = connection.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_name != 'alembic_version'"
        ).fetchall()
        counts = [connection.execute(f'SELECT count(*) FROM "{name}"').fetchone() for (name,) in names]
        return sum(count[0] for count in counts if count)


def fingerprint(database: str) -> str:
    return hashlib.sha256(Path(database.removeprefix("sqlite:///")).read_bytes()).hexdigest()


def said(house: House) -> Counter[str]:
    return Counter(
        key_of(message)
        for channel in CHANNELS.values()
        for message in house.slack.messages(channel)
        if message.ephemeral_to is None and key_of(message)
    )


async def a_small_day(build: OpenHouse) -> House:
    """Alerts, threads, a claim, an answer, hostile words; the bot is stopped in the end."""
    house = await build()
    await house.at("09:06")
    await house.ana.presses(house.alert("1001"), "claim")
    await house.ana.answers("1001", HOSTILE)
    house.intercom.customer_starts("p6", "email", HOSTILE)
    house.intercom.customer_starts("p6", "conversation", LONG[:20_000])
    await house.later(minutes=2)
    await house.at("09:12")
    await house.stop_bot()
    return house


async def test_a_full_database_is_the_same_there_row_by_row(build: OpenHouse, empty_postgres: str):
    house = await a_small_day(build)
    before, print_before = everything(house.database), fingerprint(house.database)
    assert sum(len(rows) for rows in before.values()) > 100
    assert sum(bool(rows) for rows in before.values()) >= 15
    told = await watchbell(house.database, "migrate-db", "--to", empty_postgres)
    assert told.code == 0, told
    assert everything(empty_postgres) == before
    assert "Every row was compared and is the same there." in told.out
    assert f"{len(before['part'])}" in told.out
    assert everything(house.database) == before
    assert fingerprint(house.database) == print_before, "the source is left as it was"


async def test_the_bot_goes_on_there_and_says_nothing_twice(build: OpenHouse, empty_postgres: str):
    house = await a_small_day(build)
    before, answers = said(house), house.sent()
    assert set(before.values()) == {1}
    assert answers
    assert (await watchbell(house.database, "migrate-db", "--to", empty_postgres)).code == 0
    house.database = empty_postgres
    await house.start_bot()
    await house.settle()
    assert said(house) == before
    assert house.sent() == answers
    await house.at("09:26")
    await house.ben.presses(house.alert("1002"), "claim")
    assert "*Yours now*" in house.ben.heard
    await house.settle()
    assert "late" in words(house.alert("1002").blocks), "and it goes on ringing, in the same messages"
    assert set(said(house).values()) == {1}
    assert len(said(house)) > len(before), "new rows get new numbers: the sequences go on behind the old"


def test_odd_values_survive(tmp_path: Path, empty_postgres: str):
    database = sqlite_file(tmp_path)
    deep = {"a": None, "b": [1, 2.5, True, "\x00", "\ud83d", {"c": "ü"}], "": HOSTILE, "big": 2**53 + 1}
    plant_account(database, "none", attributes=None, plan=None, monthly_spend=None)
    plant_account(database, "deep", name=HOSTILE, attributes=deep, monthly_spend=0.1 + 0.2, last_seen_at=NOON)
    plant_account(database, "long", name=LONG, attributes={"words": LONG})
    plant_account(database, "Zoë", name="", attributes=[], last_seen_at=datetime(1, 1, 2, tzinfo=UTC))
    plant_account(database, "ähnlich", name="'; DROP TABLE account; --", attributes="text")
    for number in range(moving.BATCH * 2 + 7):
        plant_account(database, f"{number}")
    before = everything(database)
    moved = move(tmp_path / "watchbell.db", empty_postgres, seen=lambda *_: None)
    assert everything(empty_postgres) == before
    (accounts,) = [each for each in moved if each.table == "account"]
    assert accounts.rows == moving.BATCH * 2 + 12
    assert all(not each.nul for each in moved)


async def test_nul_characters_are_replaced_and_told(tmp_path: Path, empty_postgres: str):
    database = sqlite_file(tmp_path)
    plant_account(database, "nul", name="be\x00fore", attributes={"kept": "a\x00b"})
    told = await watchbell(database, "migrate-db", "--to", empty_postgres)
    assert told.code == 0, told
    assert "account.name: in 1 text NUL characters were replaced by \ufffd" in told.out
    (row,) = everything(empty_postgres)["account"].values()
    assert row["name"] == "be\ufffdfore"
    assert row["attributes"] == {"kept": "a\x00b"}


async def test_a_row_that_postgresql_refuses_is_named_and_nothing_is_left(
    tmp_path: Path, empty_postgres: str
):
    database = sqlite_file(tmp_path)
    plant_account(database, "fine")
    plant_account(database, "huge", session_count=2**40)
    told = await watchbell(database, "migrate-db", "--to", empty_postgres)
    assert told.code == 2
    assert "refuses a row of account between T0/fine and T0/huge (integer out of range)" in told.err
    assert rows_in(empty_postgres) == 0


@pytest.mark.parametrize("table", ["account", "intent", "watermark"])
def test_interrupted_half_way_the_target_is_empty_and_a_second_try_succeeds(
    tmp_path: Path, empty_postgres: str, table: str
):
    database = sqlite_file(tmp_path)
    fill(database)
    before = everything(database)

    def interrupted(name: str, done: int, total: int) -> None:
        if name == table:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(tmp_path / "watchbell.db", empty_postgres, seen=interrupted)
    assert rows_in(empty_postgres) == 0
    move(tmp_path / "watchbell.db", empty_postgres, seen=lambda *_: None)
    assert everything(empty_postgres) == before


def fill(database: str) -> None:
    """A few rows in the tables at which a move is interrupted."""
    plant_account(database, "1")
    plant(
        database,
        Intent,
        key="post:x",
        workspace="T0",
        kind="slack.post",
        lane="x",
        queue="",
        rank=0,
        subject="x",
        payload={},
        state="done",
        due=NOON,
        attempts=1,
        looks=0,
        decided_at=NOON,
    )
    engine = opened(database)
    with engine.begin() as connection:
        connection.execute(insert(TABLES["watermark"]).values(workspace="T0", name="sweep", value="1"))
    engine.dispose()


async def test_killed_in_the_middle_the_target_is_empty(tmp_path: Path, empty_postgres: str):
    database = sqlite_file(tmp_path)
    fill(database)
    script = f"""
import os
from pathlib import Path
from bot.operate.migrate_db import move

def killed(name, done, total):
    if name == "intent":
        os.kill(os.getpid(), 9)

move(Path({str(tmp_path / "watchbell.db")!r}), {empty_postgres!r}, seen=killed)
"""
    done = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", script], capture_output=True)
    assert done.returncode == -9, done.stderr
    assert rows_in(empty_postgres) == 0


def test_a_row_that_is_not_the_same_there_is_found(tmp_path: Path, empty_postgres: str):
    """The control of the comparison: a trigger that changes one character as it is written."""
    database = sqlite_file(tmp_path)
    for number in range(20):
        plant_account(database, f"{number}")
    engine = opened(empty_postgres)
    moving.make_room(engine)
    engine.dispose()
    with psycopg.connect(empty_postgres) as connection:
        connection.execute(
            "CREATE FUNCTION bend() RETURNS trigger AS $$ BEGIN"
            " IF NEW.id = '7' THEN NEW.name := 'Acmf'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql"
        )
        connection.execute(
            "CREATE TRIGGER bend BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION bend()"
        )
    with pytest.raises(ConfigError, match="account is not the same there: 20 rows"):
        move(tmp_path / "watchbell.db", empty_postgres, seen=lambda *_: None)
    assert rows_in(empty_postgres) == 0


# -- what is refused


async def test_while_a_bot_runs_on_the_file_nothing_is_moved(build: OpenHouse, empty_postgres: str):
    house = await build()
    told = await watchbell(house.database, "migrate-db", "--to", empty_postgres)
    assert told.code == 2
    assert f"(process {os.getpid()})" in told.err
    assert "Stop it first" in told.err
    assert rows_in(empty_postgres) == 0


async def test_a_target_with_rows_is_refused_and_left_alone(tmp_path: Path, empty_postgres: str):
    database = sqlite_file(tmp_path)
    fill(database)
    assert (await watchbell(database, "migrate-db", "--to", empty_postgres)).code == 0
    before = everything(empty_postgres)
    told = await watchbell(database, "migrate-db", "--to", empty_postgres)
    assert told.code == 2
    assert "nothing was copied. It is not empty: there are rows in account." in told.err
    assert "createdb" in told.err
    assert everything(empty_postgres) == before


async def test_a_target_of_something_else_is_refused_and_left_alone(tmp_path: Path, empty_postgres: str):
    database = sqlite_file(tmp_path)
    with psycopg.connect(empty_postgres) as connection:
        connection.execute("CREATE TABLE account (iban text)")
    told = await watchbell(database, "migrate-db", "--to", empty_postgres)
    assert told.code == 2
    assert "a table account of something else" in told.err
    with psycopg.connect(empty_postgres) as connection:
        assert connection.execute("SELECT to_regclass('conversation')").fetchone() == (None,)


@pytest.mark.parametrize(
    ("target", "said_why"),
    [
        ("sqlite:////tmp/other.db", "--to: is not a PostgreSQL database."),
        ("nonsense", "--to: this is not a database address."),
        ("postgresql://bot:very-secret@127.0.0.1:9/none", "--to: PostgreSQL cannot be reached"),
    ],
)
async def test_a_target_that_is_none_is_named(tmp_path: Path, target: str, said_why: str):
    told = await watchbell(sqlite_file(tmp_path), "migrate-db", "--to", target)
    assert told.code == 2
    assert said_why in told.err
    assert "very-secret" not in told.out + told.err


async def test_a_source_that_is_not_there_or_too_old_is_named(tmp_path: Path, empty_postgres: str):
    missing = await watchbell(f"sqlite:///{tmp_path}/no.db", "migrate-db", "--to", empty_postgres)
    assert missing.code == 2
    assert "there is no database at" in missing.err
    database = sqlite_file(tmp_path)
    with sqlite3.connect(tmp_path / "watchbell.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    old = await watchbell(database, "migrate-db", "--to", empty_postgres)
    assert old.code == 2
    assert "the tables are at revision 0001" in old.err
    assert rows_in(empty_postgres) == 0


def test_the_progress_goes_to_its_end(tmp_path: Path, empty_postgres: str):
    database = sqlite_file(tmp_path)
    for number in range(moving.BATCH + 1):
        plant_account(database, f"{number}")
    told: list[tuple[str, int, int]] = []
    move(tmp_path / "watchbell.db", empty_postgres, seen=lambda *each: told.append(each))
    assert told[-1] == ("account", 2 * moving.BATCH + 2, 2 * moving.BATCH + 2)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


def test_conversations_and_parts_are_among_what_is_moved():
    assert {Conversation.__tablename__, Part.__tablename__, "audit_entry", "receipt"} <= set(TABLES)
