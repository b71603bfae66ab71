"""Staying below Slack's rate limits: one post a second and channel, and a tier's calls a minute per method.

Figures: docs.slack.dev, rate limits by method (2026). All in machine time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

from bot.slack.errors import QUEUE_FULL, SlackError

POST_INTERVAL: Final = 1.0
POST_BURST: Final = 3
TIERS: Final = {2: 20, 3: 50, 4: 100}
_METHOD_TIERS: Final = {
    "apps.connections.open": 3,
    "auth.test": 4,
    "chat.delete": 3,
    "chat.getPermalink": 4,
    "chat.postEphemeral": 4,
    "chat.update": 3,
    "conversations.history": 3,
    "conversations.info": 3,
    "conversations.list": 2,
    "conversations.open": 3,
    "conversations.replies": 3,
    "users.info": 4,
    "users.lookupByEmail": 3,
    "views.open": 4,
    "views.publish": 4,
    "views.push": 4,
    "views.update": 4,
}
# The rest of a minute's calls are spread evenly, so a burst never spends the whole allowance.
_TIER_BURST: Final = 0.25
_FORGET_ABOVE: Final = 2_000


class Pacing:
    """Gives each call its turn, in the order of asking. One per process and workspace.

    `longest` is how many seconds a call may queue here; beyond, `turn` raises SlackError(rate_limited) at
    once, so that nobody holds a lease while standing in line.
    """

    def __init__(
        self,
        *,
        longest: float = 5.0,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._longest = longest
        self._monotonic = monotonic
        self._sleep = sleep
        # For each key the instant up to which its allowance is spoken for.
        self._spoken: dict[str, float] = {}
        self._held: dict[str, float] = {}

    async def turn(self, method: str, channel: str | None = None) -> float:
        """Wait until this call may go out; the seconds waited.

        Raises SlackError(rate_limited) when the queue is too long.
        """
        key, interval, burst = _allowance(method, channel)
        now = self._monotonic()
        spoken = max(now, self._spoken.get(key, now))
        wait = max(spoken - (burst - 1) * interval - now, self._held_for(method, key, now))
        self._check(method, wait)
        self._spoken[key] = spoken + interval
        if len(self._spoken) > _FORGET_ABOVE:
            self._forget(now)
        waited = 0.0
        while wait > 0:
            await self._sleep(wait)
            waited += wait
            # Slack may have asked to wait while this call stood in line.
            wait = self._held_for(method, key, self._monotonic())
            self._check(method, wait)
        return waited

    def hold(self, method: str, seconds: float, channel: str | None = None) -> None:
        """Slack asked to wait: nothing of that method (or of its channel) goes out before."""
        key = _allowance(method, channel)[0] if channel else method
        self._held[key] = max(self._held.get(key, 0.0), self._monotonic() + seconds)

    def _held_for(self, method: str, key: str, now: float) -> float:
        """Seconds that Slack still asks to wait."""
        return max(self._held.get(method, now), self._held.get(key, now)) - now

    def _check(self, method: str, wait: float) -> None:
        if wait > self._longest:
            told = f"our own queue for {method} is {wait:.0f} s long"
            raise SlackError("rate_limited", QUEUE_FULL, told, method=method, retry_after=wait)

    def _forget(self, now: float) -> None:
        self._spoken = {key: at for key, at in self._spoken.items() if at > now}
        self._held = {key: at for key, at in self._held.items() if at > now}


def _allowance(method: str, channel: str | None) -> tuple[str, float, float]:
    """(key, seconds between calls, burst)."""
    if method == "chat.postMessage":
        return f"{method} {channel}", POST_INTERVAL, POST_BURST
    per_minute = TIERS[_METHOD_TIERS.get(method, 2)]
    return method, 60 / per_minute, max(1, int(per_minute * _TIER_BURST))
