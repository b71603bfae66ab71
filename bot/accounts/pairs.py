"""What was made of two texts, kept for a while: an account's are compared again at each message."""

from __future__ import annotations

from collections.abc import Callable

COMPARED = 20_000
"""Pairs that are kept; then all are forgotten at once."""


class Pairs:
    """A number for each two texts."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], float] = {}

    def get(self, a: str, b: str, make: Callable[[], float]) -> float:
        """The number of these two, made where it is not known."""
        known = self._known.get((a, b))
        if known is None:
            if len(self._known) >= COMPARED:
                self._known.clear()
            known = self._known[a, b] = make()
        return known
