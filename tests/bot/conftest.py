"""Fixtures of the tests of the bot as a whole."""

from __future__ import annotations

import io
import itertools
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from harness import House, OpenHouse, open_house

from bot.logs import configure


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

    The server is WATCHBELL_TEST_POSTGRES or the one on this machine; without one the test is skipped, in CI
    it fails.
    """
    server = os.environ.get("WATCHBELL_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432")
    try:
        admin = psycopg.connect(f"{server}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        reason = f"no PostgreSQL server at {server}: {str(error).splitlines()[0]}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    name = f"watchbell_test_{uuid.uuid4().hex}"
    with admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{server}/{name}"
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as made:
        yield made


@pytest.fixture
async def build(tmp_path: Path) -> AsyncIterator[OpenHouse]:
    """Houses built to order; each has a folder of its own."""
    numbers = itertools.count(1)
    async with AsyncExitStack() as stack:

        async def made(**settings: Any) -> House:
            folder = tmp_path / f"house-{next(numbers)}"
            folder.mkdir()
            return await stack.enter_async_context(open_house(folder, **settings))

        yield made
