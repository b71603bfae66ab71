"""How long delivery waits for what. All in seconds of machine time."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timings:
    """Waits of the delivery state machine.

    `lease` must be far above `attempt`, the longest one attempt may take, so that no owner is taken for dead
    while it still sends. `settle` is how late a receiver may still carry out a request whose connection
    broke; an unknown post is looked for only after it. `looks` are the waits before each look for an
    unknown customer reply, each counted from a look that found nothing.

    Looks may fail for `blind`, or for `barred` where they are refused, and `failed_looks` times at least;
    then a person is asked.
    """

    attempt: float = 10.0
    lease: float = 120.0
    settle: float = 60.0
    looks: tuple[float, ...] = (5.0, 25.0, 30.0, 60.0)
    blind: float = 3600.0
    barred: float = 300.0
    failed_looks: int = 4
    backoff: float = 1.0
    backoff_cap: float = 300.0
    attempts: int = 20

    def wait(self, attempts: int) -> float:
        """Back-off before the next attempt, doubling up to the cap, with jitter against herds."""
        doubled: float = min(self.backoff * 2.0 ** max(attempts - 1, 0), self.backoff_cap)
        return doubled * random.uniform(0.8, 1.2)
