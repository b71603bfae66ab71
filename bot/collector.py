"""A process's memory: Python's collector of garbage kept from what never becomes any, and few heaps.

Now and then it walks through everything that a process holds, and nobody else runs meanwhile: no webhook is
answered and no click acknowledged. A bot that has started holds some 280,000 objects that stay to its end
(modules, the SDKs' models, tables, compiled SQL); walking through them was measured at 330 ms on a slow
machine. What is set aside here is not looked at again, and what comes later is collected as before.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
from collections.abc import Sequence

AFTER = (5.0, 90.0)
"""Seconds to wait before each time: until a bot has started, and has done once most of what it does."""

HEAPS = 2
_M_ARENA_MAX = -8
"""What `mallopt` of glibc calls it."""


def keep_to_few_heaps() -> None:
    """Before threads begin: have glibc give the store's threads two heaps between them, not one each.

    What each once needed its heap keeps, and one thread's room is none for another: 8 of 200 MB. Where the C
    library is another one, nothing happens.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, HEAPS)


async def spare_what_stays(after: Sequence[float] = AFTER) -> None:
    """Set aside what is here after so many seconds, and again after so many more.

    For a process that is one bot, for it is the process that is changed: what is garbage in that moment is
    collected first, what of the rest becomes garbage later never is.
    """
    for seconds in after:
        await asyncio.sleep(seconds)
        gc.collect()
        gc.freeze()
