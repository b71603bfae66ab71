"""What every tick is handed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.clock import Clock, Moment, moment
from bot.intake.sweep import Progress
from bot.intercom.client import IntercomClient
from bot.office import Office
from bot.outbox.delivery import Delivery
from bot.sla.promises import Promises
from bot.store.engine import Store


@dataclass
class Works:
    """The parts of the running bot that ticks use. `ticked`: when each tick last ended (machine)."""

    store: Store
    office: Office
    promises: Promises
    delivery: Delivery
    intercom: IntercomClient
    clock: Clock
    progress: Callable[[Progress], None] | None = None
    ticked: dict[str, datetime] = field(default_factory=dict)
    under_way: set[asyncio.Task[Any]] = field(default_factory=set)
    closing: bool = False

    async def finish(self) -> None:
        """Begin no further tick, and wait for those that have begun."""
        self.closing = True
        while self.under_way:
            await asyncio.gather(*self.under_way, return_exceptions=True)

    def at(self) -> Moment:
        return moment(self.clock)
