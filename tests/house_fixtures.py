"""Fixtures that every area with houses imports: the log, quick TLS, houses built to order."""

from __future__ import annotations

import io
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

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


@asynccontextmanager
async def houses(
    under: Path, database: Callable[[Path], str | None] = lambda _: None
) -> AsyncIterator[OpenHouse]:
    """Builds houses to order, each in a folder of its own, until the test ends.

    `database` says where a house keeps its tables that is not told; None: where `open_house` has it.
    """
    numbers = itertools.count(1)
    async with AsyncExitStack() as stack:

        async def made(**settings: Any) -> House:
            folder = under / f"house-{next(numbers)}"
            folder.mkdir()
            if "database" not in settings:
                settings["database"] = database(folder)
            return await stack.enter_async_context(open_house(folder, **settings))

        yield made
