"""What was made of two texts, kept for a while: an account's are compared again at each message."""

from __future__ import annotations

from collections.abc import Callable

COMPARED = 50_000
"""Pairs that are kept, about 8 MB. Then every other one is forgotten: where more are compared again and again
than can be kept, some are still known."""


class Pairs:
    """A number for each two texts, kept by their hashes: nobody's words stay here."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], float] = {}

    def get(self, a: str, b: str, make: Callable[[], float]) -> float:
        """The number of these two, made where it is not known."""
        key = (hash(a), hash(b))
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= COMPARED:
                for old in list(self._known)[::2]:
                    # Another thread may be at it too.
                    self._known.pop(old, None)
            known = self._known[key] = make()
        return known
