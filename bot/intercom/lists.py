"""What Intercom has to choose from: tags and ticket types, remembered for a while."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.intercom.client import IntercomClient
from bot.intercom.facts_people import Tag, TicketType

KEPT = 300.0
"""Seconds of machine time."""


class Lists:
    """Reads each list at most every five minutes. Raises IntercomError while it cannot be read."""

    def __init__(self, reads: IntercomClient, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._reads = reads
        self._monotonic = monotonic
        self._tags: tuple[float, tuple[Tag, ...]] | None = None
        self._types: tuple[float, tuple[TicketType, ...]] | None = None

    async def tags(self) -> tuple[Tag, ...]:
        """Every tag with a name."""
        if self._tags is None or self._monotonic() - self._tags[0] > KEPT:
            found = tuple(each for each in await self._reads.tags() if each.id and each.name)
            self._tags = (self._monotonic(), found)
        return self._tags[1]

    async def ticket_types(self) -> tuple[TicketType, ...]:
        """The types of which a customer's conversation can become a ticket."""
        if self._types is None or self._monotonic() - self._types[0] > KEPT:
            found = await self._reads.ticket_types()
            usable = (each for each in found if each.id and each.category == "Customer" and not each.archived)
            self._types = (self._monotonic(), tuple(usable))
        return self._types[1]
