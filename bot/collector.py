"""Python's collector of garbage, kept from what never becomes any.

Now and then it walks through everything that a process holds, and nobody else runs meanwhile: no webhook is
answered and no click acknowledged. A bot that has started holds some 280,000 objects that stay to its end
(modules, the SDKs' models, tables, compiled SQL); walking through them was measured at 330 ms on a slow
machine. What is set aside here is not looked at again, and what comes later is collected as before.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Sequence

AFTER = (5.0, 90.0)
"""Seconds to wait before each time: until a bot has started, and has done once most of what it does."""


async def spare_what_stays(after: Sequence[float] = AFTER) -> None:
    """Set aside what is here after so many seconds, and again after so many more.

    For a process that is one bot, for it is the process that is changed: what is garbage in that moment is
    collected first, what of the rest becomes garbage later never is.
    """
    for seconds in after:
        await asyncio.sleep(seconds)
        gc.collect()
        gc.freeze()
