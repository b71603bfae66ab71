"""Fixtures of the mailbox's tests: a mail server for all of them, a mailbox and a house for each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import post_office
import pytest
from harness import OpenHouse
from house_fixtures import diary, houses
from post_office import Box, PostOffice

__all__ = ["diary"]


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
    async with houses(tmp_path) as made:
        yield made
