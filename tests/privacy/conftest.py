"""Fixtures of the tests of what is kept and what is forgotten: each on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from databases import DEFAULT_SERVER, chosen_server, postgres_database, sqlite_file
from harness import OpenHouse
from house_fixtures import diary, houses

from bot.store.engine import Store, open_store

__all__ = ["diary"]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of the test's own, with all tables, on both engines in turn."""
    if request.param == "sqlite":
        yield sqlite_file(tmp_path)
        return
    server = chosen_server() or os.environ.get("WATCHBELL_TEST_POSTGRES", DEFAULT_SERVER)
    with postgres_database(server) as address:
        yield address


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    opened = open_store(database)
    yield opened
    opened.close()


@pytest.fixture
async def build(tmp_path: Path, database: str) -> AsyncIterator[OpenHouse]:
    """Houses built to order, all on this test's database."""
    async with houses(tmp_path, lambda _: database) as made:
        yield made
