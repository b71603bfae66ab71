"""Fixtures of the operator's commands: houses, databases, and the command line beside a running bot."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from databases import DEFAULT_SERVER, chosen_server, postgres_database, sqlite_file
from harness import OpenHouse
from house_fixtures import houses, no_certificates

__all__ = ["no_certificates"]


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
    async with houses(tmp_path, sqlite_file) as made:
        yield made


def _server() -> str:
    return chosen_server() or os.environ.get("WATCHBELL_TEST_POSTGRES", DEFAULT_SERVER)
