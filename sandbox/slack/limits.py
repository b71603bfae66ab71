"""Slack's rate limits, counted in real time.

Posting: one message a second and channel, bursts of three. Other methods: their tier's calls a minute, as a
bucket that refills evenly. The numbers are in `methods.json`.
"""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

METHODS: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("methods.json").read_text("utf-8"))
POST_RATE = 1.0
POST_BURST = 3
_POSTING = frozenset({"chat.postMessage"})


@dataclass
class _Bucket:
    tokens: float
    at: float


@dataclass
class RateLimits:
    """`enabled` switches all of it off; `scale` multiplies the allowance (0.1 is ten times as strict)."""

    enabled: bool = True
    scale: float = 1.0
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def take(self, method: str, channel: str | None) -> int | None:
        """Count one call. None if it may pass, otherwise the whole seconds for Retry-After."""
        if not self.enabled:
            return None
        if method in _POSTING:
            return self._take(f"{method} {channel}", POST_RATE * self.scale, POST_BURST * self.scale)
        per_minute = METHODS.get(method, {}).get("per_minute")
        if per_minute is None:
            return None
        return self._take(method, per_minute * self.scale / 60, per_minute * self.scale)

    def reset(self) -> None:
        self._buckets.clear()

    def _take(self, key: str, rate: float, burst: float) -> int | None:
        now = time.monotonic()
        most = max(1.0, burst)
        bucket = self._buckets.setdefault(key, _Bucket(most, now))
        bucket.tokens = min(most, bucket.tokens + (now - bucket.at) * rate)
        bucket.at = now
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return None
        return max(1, math.ceil((1 - bucket.tokens) / rate))
