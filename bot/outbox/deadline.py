"""Until when the owner of an intent may begin the call that writes.

A claim holds for a lease. Whoever has read for too long before, or stood still, would write when another
owner has taken the intent over; so what must not be done twice is begun within half a lease, or not at all.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass


class TooLate(Exception):
    """What had to be read first took too long. Nothing was written; `str()` is a sentence for people."""

    def __init__(self) -> None:
        super().__init__("Intercom or Slack took too long to answer what is asked first.")


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant of a monotonic clock."""

    at: float
    monotonic: Callable[[], float] = time.monotonic

    def left(self) -> float:
        return self.at - self.monotonic()


current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)
"""The deadline of the attempt that the calling task is making; None: it has all the time it wants."""


@asynccontextmanager
async def before_writing() -> AsyncIterator[None]:
    """For what is asked right before a write. Raises TooLate when the deadline passes meanwhile."""
    deadline = current.get()
    if deadline is None:
        yield
        return
    try:
        async with asyncio.timeout(deadline.left()):
            yield
    except TimeoutError:
        raise TooLate from None
    # A process that stood still may be handed an old answer before it notices the time.
    if deadline.left() <= 0:
        raise TooLate
