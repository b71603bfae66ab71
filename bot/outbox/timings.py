"""How long delivery waits for what. All in seconds of machine time."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timings:
    """Waits of the delivery state machine.

    `attempt` is the longest one call may take, with files six times as long (`transfer` in
    `bot/durations.py`); a call is begun within half of `lease` and must end within the other half, so that no
    owner is taken for dead while it still sends.

    `settle` is how late a receiver may still carry out a request whose connection broke; an unknown post is
    looked for only after it. `looks` are the waits before each look for an unknown customer reply, each
    counted from a look that found nothing.

    What cannot be reached at all is tried again after a quarter of the time for which it was not, `away` at
    most.

    Looks may fail for `blind`, or for `barred` where they are refused, and `failed_looks` times at least;
    then a person is asked.
    """

    attempt: float = 10.0
    lease: float = 120.0
    settle: float = 60.0
    looks: tuple[float, ...] = (5.0, 25.0, 30.0, 60.0)
    searches: tuple[float, ...] = (30.0, 60.0, 120.0, 180.0, 210.0)
    blind: float = 3600.0
    barred: float = 300.0
    failed_looks: int = 4
    away: float = 60.0
    backoff: float = 1.0
    backoff_cap: float = 300.0
    attempts: int = 20

    def wait(self, attempts: int) -> float:
        """Back-off before the next attempt, doubling up to the cap."""
        return _spread(min(self.backoff * 2.0 ** max(attempts - 1, 0), self.backoff_cap))

    def wait_for_a_way(self, since: float) -> float:
        """The wait before the next attempt at what cannot be reached, `since` seconds after the first."""
        return _spread(min(max(self.backoff, since / 4), self.away))


def _spread(seconds: float) -> float:
    """With jitter against herds."""
    return seconds * random.uniform(0.8, 1.2)
