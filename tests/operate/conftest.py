"""Fixtures of the operator's commands: houses, databases, and the command line beside a running bot."""

from __future__ import annotations

import itertools
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from databases import DEFAULT_SERVER, chosen_server, postgres_database, sqlite_file
from harness import House, OpenHouse, open_house


@pytest.fixture(autouse=True, scope="session")
def no_certificates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing here speaks TLS, and reading the machine's certificates takes longer than most tests."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("SSL_CERT_DIR", str(tmp_path_factory.mktemp("certificates")))
        changed.delenv("SSL_CERT_FILE", raising=False)
        yield


@pytest.fixture
def empty_postgres() -> Iterator[str]:
    """The address of an empty PostgreSQL database of this test's own."""
    with postgres_database(_server(), empty=True) as address:
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with all tables, on each of the two."""
    if request.param == "sqlite":
        yield sqlite_file(tmp_path)
        return
    with postgres_database(_server()) as address:
        yield address


@pytest.fixture
async def build(tmp_path: Path) -> AsyncIterator[OpenHouse]:
    """Houses built to order; each has a folder of its own, and stands on SQLite unless told otherwise."""
    numbers = itertools.count(1)
    async with AsyncExitStack() as stack:

        async def made(**settings: Any) -> House:
            folder = tmp_path / f"house-{next(numbers)}"
            folder.mkdir()
            settings.setdefault("database", sqlite_file(folder))
            return await stack.enter_async_context(open_house(folder, **settings))

        yield made


def _server() -> str:
    return chosen_server() or os.environ.get("WATCHBELL_TEST_POSTGRES", DEFAULT_SERVER)
