"""The sandbox's clock: business time that can be paused, sped up and moved forward.

Machine-time behaviour (ack deadlines, rate limits, trigger expiry, redelivery) never follows it: those use
`time.monotonic`, because a person at the page lives in real seconds whatever the clock bar says.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

SPEEDS = (0.0, 1.0, 60.0)


class SandboxClock:
    """Business time starting at `start` (aware UTC); `speed` simulated seconds pass in each real second."""

    def __init__(self, start: datetime, *, speed: float = 1.0) -> None:
        if start.tzinfo is None:
            raise ValueError("start must be an aware datetime")
        self._anchor = start.astimezone(UTC)
        self._anchored_at = time.monotonic()
        self._speed = speed
        self._listeners: list[Callable[[], None]] = []

    @property
    def speed(self) -> float:
        return self._speed

    def now(self) -> datetime:
        """Simulated business time, aware UTC. Never goes back."""
        return self._anchor + timedelta(seconds=(time.monotonic() - self._anchored_at) * self._speed)

    def machine(self) -> datetime:
        """The machine's own time, aware UTC."""
        return datetime.now(UTC)

    def set_speed(self, speed: float) -> None:
        """0 pauses. Simulated time goes on from where it is."""
        if speed < 0:
            raise ValueError("speed cannot be negative")
        self._reanchor(self.now())
        self._speed = speed
        self._tell()

    def jump_to(self, instant: datetime) -> None:
        """Move forward to `instant`; a past instant is ignored, for time never goes back."""
        if instant > self.now():
            self._reanchor(instant.astimezone(UTC))
        self._tell()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each change of speed and each jump."""
        self._listeners.append(listener)

    def _reanchor(self, instant: datetime) -> None:
        self._anchor = instant
        self._anchored_at = time.monotonic()

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()
