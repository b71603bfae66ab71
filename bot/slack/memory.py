"""What was looked up a short while ago, so that it is not asked for again at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

_MOST = 5_000

Value = TypeVar("Value")


class Memory(Generic[Value]):
    """A bounded cache with its own time to live for misses."""

    def __init__(self, ttl: float, negative_ttl: float, monotonic: Callable[[], float]) -> None:
        self._ttl = ttl
        self._negative_ttl = negative_ttl
        self._monotonic = monotonic
        self._held: dict[str, tuple[float, Value | None]] = {}

    def get(self, key: str, within: float | None = None) -> tuple[bool, Value | None]:
        """(whether it is known, the value). What is older than `within` seconds counts as not known."""
        since, value = self._held.get(key, (0.0, None))
        lasts = self._negative_ttl if value is None else self._ttl
        if within is not None:
            lasts = min(lasts, within)
        if key not in self._held or self._monotonic() - since >= lasts:
            return False, None
        return True, value

    def put(self, key: str, value: Value | None) -> None:
        if len(self._held) >= _MOST:
            self._held.clear()
        self._held[key] = (self._monotonic(), value)

    def drop(self, key: str) -> None:
        self._held.pop(key, None)

    def clear(self) -> None:
        self._held.clear()
