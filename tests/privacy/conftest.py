"""Fixtures of the tests of what is kept and what is forgotten: each on SQLite and on PostgreSQL."""

from __future__ import annotations

import io
import itertools
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import structlog
from databases import DEFAULT_SERVER, chosen_server, postgres_database, sqlite_file
from harness import House, OpenHouse, open_house

from bot.logs import configure
from bot.store.engine import Store, open_store


@pytest.fixture(autouse=True)
def diary() -> Iterator[io.StringIO]:
    """What the bot logs during a test."""
    stream = io.StringIO()
    configure(stream)
    yield stream
    structlog.reset_defaults()


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
    numbers = itertools.count(1)
    async with AsyncExitStack() as stack:

        async def made(**settings: Any) -> House:
            folder = tmp_path / f"house-{next(numbers)}"
            folder.mkdir()
            return await stack.enter_async_context(open_house(folder, database=database, **settings))

        yield made
