"""Fixtures of the tests that kill bots."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from databases import DEFAULT_SERVER, chosen_server, postgres_database, sqlite_file
from nursery import Nursery, open_nursery
from tally import Figures


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def nursery(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Nursery]:
    """A warm nursery for all tests of this process."""
    async with open_nursery(tmp_path_factory.mktemp("nursery")) as made:
        yield made


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """The address of a new SQLite file with all tables."""
    return sqlite_file(tmp_path)


@pytest.fixture
def postgres() -> Iterator[str]:
    """The address of a new PostgreSQL database with all tables."""
    server = chosen_server() or os.environ.get("WATCHBELL_TEST_POSTGRES", DEFAULT_SERVER)
    with postgres_database(server) as address:
        yield address


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Has a line of figures printed at the end of the whole run (`tests/conftest.py`)."""

    def note(what: str, found: Any) -> None:
        numbers = asdict(found) if is_dataclass(found) else dict(found)
        request.node.user_properties.append(("figures", {"what": what, **numbers}))

    return note
