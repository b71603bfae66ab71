"""How long the long forms are: within minutes for `make chaos`, the whole figure with WATCHBELL_FULL=1."""

from __future__ import annotations

import os


def long_form(chaos: int, whole: int) -> int:
    """A count for the long form of a test."""
    return whole if os.environ.get("WATCHBELL_FULL") == "1" else chaos
