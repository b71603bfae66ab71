"""Where the published descriptions, captures and measured facts lie, when they are there at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def shared(name: str) -> Path:
    """The path of a shared file or folder; skips the test, saying why, where it is absent."""
    base = Path(os.environ.get("WATCHBELL_SHARED", ROOT.parent / "shared"))
    path = base / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout (set WATCHBELL_SHARED to its folder)")
    return path
