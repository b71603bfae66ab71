"""Turns: the work of a slot that takes longer than one transaction, such as a night's clearing.

Its slot is taken when the work is done, not before: what a stop or a fault leaves undone is begun anew by
whoever comes next. Meanwhile a lease keeps the other replicas from doing the same.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from bot.clock import Clock
from bot.store import leases, slots
from bot.store.engine import Store


@contextlib.asynccontextmanager
async def turn(store: Store, workspace: str, job: str, period: str, clock: Clock) -> AsyncIterator[bool]:
    """Have the turn meanwhile; False when another replica has it, or it was done by now."""
    async with leases.held(store, workspace, job, clock) as mine:
        yield mine and not await store.read(slots.slot_taken, workspace, job, period)
