"""What every tick is handed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

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

    def at(self) -> Moment:
        return moment(self.clock)
