"""Fixtures of the mailbox's tests: a mail server for all of them, a mailbox and a house for each."""

from __future__ import annotations

import io
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import post_office
import pytest
import structlog
from databases import drop_templates
from harness import House, OpenHouse, open_house
from post_office import Box, PostOffice

from bot.logs import configure


def pytest_sessionfinish() -> None:
    drop_templates()


@pytest.fixture(autouse=True)
def diary() -> Iterator[io.StringIO]:
    """What the bot logs during a test."""
    stream = io.StringIO()
    configure(stream)
    yield stream
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def office() -> Iterator[PostOffice]:
    with post_office.opened() as opened:
        yield opened


@pytest.fixture
def own_office() -> Iterator[PostOffice]:
    """A server of the test's own, which it may stop."""
    with post_office.opened() as opened:
        yield opened


@pytest.fixture
def box(office: PostOffice) -> Box:
    return office.box()


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
