"""What Intercom has to choose from: tags and ticket types, remembered for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from bot.intercom.client import IntercomClient
from bot.intercom.facts_people import Tag, TicketType

T = TypeVar("T")

KEPT = 300.0
"""Seconds of machine time."""


class Lists:
    """Reads each list at most every five minutes; an empty one at once again, for somebody goes and makes the
    first. Raises IntercomError while it cannot be read.
    """

    def __init__(self, reads: IntercomClient, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._reads = reads
        self._monotonic = monotonic
        self._tags: tuple[float, tuple[Tag, ...]] | None = None
        self._types: tuple[float, tuple[TicketType, ...]] | None = None

    async def tags(self) -> tuple[Tag, ...]:
        """Every tag with a name."""
        kept = self._fresh(self._tags)
        if not kept:
            kept = tuple(each for each in await self._reads.tags() if each.id and each.name)
            self._tags = (self._monotonic(), kept)
        return kept

    async def ticket_types(self) -> tuple[TicketType, ...]:
        """The types of which a customer's conversation can become a ticket."""
        kept = self._fresh(self._types)
        if not kept:
            found = await self._reads.ticket_types()
            kept = tuple(
                each for each in found if each.id and each.category == "Customer" and not each.archived
            )
            self._types = (self._monotonic(), kept)
        return kept

    def _fresh(self, kept: tuple[float, tuple[T, ...]] | None) -> tuple[T, ...]:
        return () if kept is None or self._monotonic() - kept[0] > KEPT else kept[1]
