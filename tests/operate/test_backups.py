"""Backups taken while the bot runs, on both databases, put back as docs/running.md says; and rolling back."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from databases import sqlite_file
from harness import House, OpenHouse
from on_the_screen import key_of
from small_office import CHANNELS

from bot.errors import ConfigError
from bot.store.engine import open_store
from bot.store.migrate import migrate

pytestmark = pytest.mark.thorough


def said(house: House) -> Counter[str]:
    return Counter(
        key_of(message)
        for channel in CHANNELS.values()
        for message in house.slack.messages(channel)
        if message.ephemeral_to is None and key_of(message)
    )


async def a_day_goes_on(house: House) -> None:
    await house.at("09:11")
    await house.at("09:26")
    await house.ana.answers("1001", "The new certificate is in place.")
    await house.later(minutes=3)


async def nothing_is_said_twice(
    house: House, before: Counter[str], answers: list[tuple[str, str, str]]
) -> None:
    await house.settle()
    await house.later(minutes=6)
    assert {key: count for key, count in said(house).items() if count != 1} == {}
    assert before.keys() <= said(house).keys()
    assert house.sent() == answers


async def test_a_sqlite_backup_of_a_running_bot_is_whole_and_can_be_put_back(build: OpenHouse):
    house = await build()
    backup = house.folder / "backup.db"
    file = Path(house.database.removeprefix("sqlite:///"))
    await asyncio.to_thread(copied, file, backup)
    await a_day_goes_on(house)
    before, answers = said(house), house.sent()
    assert answers
    await house.stop_bot()
    for tail in ("-wal", "-shm"):
        file.with_name(file.name + tail).unlink(missing_ok=True)
    backup.replace(file)
    await house.start_bot()
    await nothing_is_said_twice(house, before, answers)


def copied(file: Path, backup: Path) -> None:
    """What `sqlite3 FILE ".backup BACKUP"` does, through the same function of SQLite."""
    source, target = sqlite3.connect(file), sqlite3.connect(backup)
    with source, target:
        source.backup(target)
    assert target.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    source.close()
    target.close()


@pytest.mark.postgres
async def test_a_postgresql_backup_of_a_running_bot_can_be_put_back(build: OpenHouse, empty_postgres: str):
    house = await build(database=empty_postgres)
    dump = house.folder / "watchbell.dump"
    name = urlsplit(empty_postgres).path.removeprefix("/")
    server = empty_postgres.removesuffix(f"/{name}")
    await run("pg_dump", "--format=custom", f"--file={dump}", empty_postgres)
    await a_day_goes_on(house)
    before, answers = said(house), house.sent()
    await house.stop_bot()
    await run("dropdb", f"--maintenance-db={server}/postgres", name)
    await run("createdb", f"--maintenance-db={server}/postgres", name)
    await run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={empty_postgres}", str(dump))
    await house.start_bot()
    await nothing_is_said_twice(house, before, answers)


async def run(*command: str) -> None:
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# -- an older version on newer tables


def test_a_version_refuses_the_tables_of_a_newer_one(tmp_path: Path):
    address = sqlite_file(tmp_path)
    with sqlite3.connect(tmp_path / "watchbell.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    store = open_store(address)
    try:
        with pytest.raises(ConfigError, match=r"made by a newer Watchbell\. Start that version"):
            migrate(store.engine)
    finally:
        store.close()


@pytest.mark.postgres
def test_and_so_it_does_on_postgresql(empty_postgres: str):
    store = open_store(empty_postgres)
    try:
        migrate(store.engine)
        with psycopg.connect(empty_postgres) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(ConfigError, match="made by a newer Watchbell"):
            migrate(store.engine)
    finally:
        store.close()
