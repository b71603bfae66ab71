"""The browser, and the served workspace for tests that need none."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from browser import chromium
from served_page import Served, serving

__all__ = ["chromium", "served"]


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving() as workspace:
        yield workspace
