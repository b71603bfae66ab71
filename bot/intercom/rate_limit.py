"""How much Intercom still takes in the present window, from the headers of its answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.intercom.errors import server_time

_LOW = 0.1  # of the window's calls: from here on the rest is spread over what is left of the window
_LONGEST = 15.0  # seconds; windows are 10 s long


class RateGauge:
    """Reads `X-RateLimit-Limit`, `-Remaining` and `-Reset` (unix seconds) and says how long to hold back.

    The limit is shared by all apps of a workspace and differs between workspaces, so nothing is assumed.
    All instants are machine time.
    """

    def __init__(self) -> None:
        self.limit: int | None = None
        self.remaining: int | None = None
        self._ends: datetime | None = None

    def observe(self, headers: Mapping[str, str], now: datetime) -> None:
        """Take in an answer's headers; answers without them change nothing."""
        try:
            limit = int(headers["x-ratelimit-limit"])
            remaining = int(headers["x-ratelimit-remaining"])
            reset = float(headers["x-ratelimit-reset"])
        except (KeyError, ValueError):
            return
        left = reset - (server_time(headers) or now.timestamp())
        self.limit, self.remaining = limit, remaining
        self._ends = now + timedelta(seconds=min(max(left, 0.0), _LONGEST))

    def pause(self, now: datetime) -> float:
        """Seconds to wait before the next call; 0 while there is plenty."""
        if self.limit is None or self.remaining is None or self._ends is None or now >= self._ends:
            return 0.0
        if self.remaining > max(self.limit * _LOW, 1):
            return 0.0
        return (self._ends - now).total_seconds() / (max(self.remaining, 0) + 1)
