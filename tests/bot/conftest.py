"""Fixtures of the tests of the bot as a whole."""

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
from databases import DEFAULT_SERVER, chosen_server, drop_templates, postgres_database, sqlite_file
from harness import House, OpenHouse, open_house

from bot.logs import configure


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sqlite: is about SQLite itself, whatever the rest runs on")


def pytest_sessionfinish() -> None:
    drop_templates()


@pytest.fixture(autouse=True)
def diary() -> Iterator[io.StringIO]:
    """What the bot logs during a test."""
    stream = io.StringIO()
    configure(stream)
    yield stream
    structlog.reset_defaults()


@pytest.fixture(autouse=True, scope="session")
def no_certificates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing here speaks TLS, and reading the machine's certificates takes longer than most tests."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("SSL_CERT_DIR", str(tmp_path_factory.mktemp("certificates")))
        changed.delenv("SSL_CERT_FILE", raising=False)
        yield


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
    numbers = itertools.count(1)
    async with AsyncExitStack() as stack:

        async def made(**settings: Any) -> House:
            folder = tmp_path / f"house-{next(numbers)}"
            folder.mkdir()
            if "database" not in settings and request.node.get_closest_marker("sqlite"):
                settings["database"] = sqlite_file(folder)
            return await stack.enter_async_context(open_house(folder, **settings))

        yield made
