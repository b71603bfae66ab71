"""Intercom's rate limit: a number of calls in each window of ten seconds, told in three headers.

Windows run on the monotonic clock, never on the sandbox clock: a client waits real seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

WINDOW = 10.0  # seconds; a private app's 10 000 calls a minute are spread over windows of ten seconds


@dataclass
class RateLimit:
    """`limit` calls a window. A private app really gets about 1 666; the default is generous."""

    limit: int = 10_000
    window: float = WINDOW
    now: Callable[[], float] = time.monotonic
    used: int = 0
    _started: float = field(default=float("-inf"))

    def take(self) -> bool:
        """Count one call; False when this window has none left."""
        if self.now() >= self._started + self.window:
            self._started, self.used = self.now(), 0
        if self.used >= self.limit:
            return False
        self.used += 1
        return True

    def headers(self) -> dict[str, str]:
        """The three headers of a response; the reset is machine time in whole unix seconds, rounded up."""
        left = max(0.0, self._started + self.window - self.now()) if self.used else self.window
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, self.limit - self.used)),
            "X-RateLimit-Reset": str(int(time.time() + left) + 1),
        }
