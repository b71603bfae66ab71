"""Fixtures of the tests with several replicas, and with databases in trouble."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import DEFAULT_SERVER, chosen_server, postgres_database
from house_fixtures import diary, no_certificates
from own_postgres import OwnPostgres, own_postgres

QUICK = ("test_claims_race.py",)
"""What has a short form of its own for `make test`."""

__all__ = ["diary", "no_certificates"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole days on several processes take longer than a quick run may: they belong to `make chaos`."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and item.path.name not in QUICK:
            item.add_marker(pytest.mark.chaos)


@pytest.fixture
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL database of this test's own, with all tables."""
    server = chosen_server() or os.environ.get("WATCHBELL_TEST_POSTGRES", DEFAULT_SERVER)
    with postgres_database(server) as address:
        yield address


@pytest.fixture(scope="session")
def cluster() -> Iterator[OwnPostgres]:
    """A PostgreSQL server of our own that a test may stop and start; it runs when a test begins."""
    with own_postgres() as server:
        yield server
