"""What was made of two texts, kept for a while: an account's are compared again at each message."""

from __future__ import annotations

from collections.abc import Callable

COMPARED = 50_000
"""Pairs that are kept, about 6 MB. Then every other one is forgotten: where more are compared again and again
than can be kept, some are still known."""
MOST_COMPARED = 500_000
"""So many at most, about 60 MB, where that many are compared at once."""


class Pairs:
    """A number for each two texts, kept by their hashes: nobody's words stay here."""

    def __init__(self) -> None:
        self._known: dict[int, float] = {}
        self._kept = COMPARED

    def expect(self, texts: int) -> None:
        """So many texts are about to be compared each with each: what is made of them is kept, and as much
        beside it.
        """
        self._kept = min(MOST_COMPARED, max(self._kept, texts * (texts - 1)))

    def get(self, a: str, b: str, make: Callable[[], float]) -> float:
        """The number of these two, made where it is not known."""
        key = hash((a, b))
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= self._kept:
                for old in list(self._known)[::2]:
                    # Another thread may be at it too.
                    self._known.pop(old, None)
            known = self._known[key] = make()
        return known
