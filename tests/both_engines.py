"""A store for tests of what must be the same on both engines:

@pytest.fixture(params=ENGINES)
def store(request, tmp_path):
    yield from made_on(request, tmp_path)
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.engine import Store, open_store
from bot.store.migrate import migrate

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


def made_on(request: pytest.FixtureRequest, folder: Path) -> Iterator[Store]:
    """An empty store with all tables, on the engine that the fixture's parameter names."""
    if request.param == "postgresql":
        opened = open_store(str(request.getfixturevalue("postgres")))
    else:
        opened = open_store(f"sqlite:///{folder / 'watchbell.db'}")
    migrate(opened.engine)
    yield opened
    opened.close()
