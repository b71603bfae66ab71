"""Fixtures of the tests of the bot as a whole."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from databases import DEFAULT_SERVER, chosen_server, postgres_database, sqlite_file
from harness import House, OpenHouse, open_house
from house_fixtures import diary, houses, no_certificates

__all__ = ["diary", "no_certificates"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sqlite: is about SQLite itself, whatever the rest runs on")


@pytest.fixture
def postgres() -> Iterator[str]:
    """The address of an empty PostgreSQL database of this test's own.

    The server is the one that was chosen for all, else WATCHBELL_TEST_POSTGRES, else this machine's.
    """
    server = chosen_server() or os.environ.get("WATCHBELL_TEST_POSTGRES", DEFAULT_SERVER)
    with postgres_database(server, empty=True) as address:
        yield address


@pytest.fixture
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    settings: dict[str, Any] = {}
    if request.node.get_closest_marker("sqlite"):
        settings["database"] = sqlite_file(tmp_path)
    async with open_house(tmp_path, **settings) as made:
        yield made


@pytest.fixture
async def build(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[OpenHouse]:
    """Houses built to order; each has a folder of its own."""
    on_sqlite = request.node.get_closest_marker("sqlite")
    async with houses(tmp_path, sqlite_file if on_sqlite else lambda _: None) as made:
        yield made
