from __future__ import annotations

import pytest

from sandbox.monday.loader import load
from sandbox.monday.scenario import Monday


@pytest.fixture(scope="session")
def monday() -> Monday:
    return load()
