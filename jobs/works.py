"""What every tick is handed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot import freshness
from bot.accounts.engines import Engines
from bot.accounts.listening import Listening
from bot.clock import Clock, Moment, moment
from bot.edits import Edits
from bot.intake.sweep import Progress
from bot.intercom.client import IntercomClient
from bot.mail.door import Mailbox
from bot.office import Office
from bot.outbox.delivery import Delivery
from bot.settings.model import Digest
from bot.sla.promises import Promises
from bot.slack.client import Slack
from bot.slack.identity import Identity
from bot.store.engine import Store
from bot.watch import recovery

LATE_AFTER = timedelta(seconds=30)
"""Machine time after which a tick that has not ended well makes the bot not ready."""

_PATIENCE = {
    "details": timedelta(minutes=10),
    "sweep": timedelta(minutes=15),
    "audit": timedelta(minutes=5),
    "homes": timedelta(minutes=10),
    "history": timedelta(minutes=15),
    "channels": timedelta(minutes=15),
    "digests": timedelta(minutes=5),
    "reconcile": timedelta(minutes=15),
    "retention": timedelta(minutes=60),
    "mailbox": timedelta(minutes=30),
}
"""Ticks that may take longer: an Intercom that does not answer, a first reading of it, a look through Slack,
a day's clearing, a mailbox of three months."""

ENDS_WITHIN = 5.0
"""Seconds that a bot which is to stop waits for its ticks. One that hangs at a door is given up then, and
what it was at is done by the next bot, as if this one had died."""

Ping = Callable[[], Awaitable[bool]]
"""Tell whoever watches from outside that all is well; whether that was taken."""


Redraw = Callable[[], Awaitable[bool]]
"""Draw again what people have open; False while somebody may still see what was."""


@dataclass
class Works:
    """The parts of the running bot that ticks use. All instants are machine time.

    `begun` and `ticked`: when each tick was first begun, and last ended well; `failed` names those that ever
    ended otherwise, `failing` those that did the last time, and `noted` those of which that is noted.
    `recovered`: whether it is known what was said before this start; `put_off`: since when
    that could not be found out. `changed`: something
    was judged that people may have open and that is not drawn, as far as is known at the start; `redrawn`
    (monotonic) when that was drawn last. `pinged`: when the
    watcher outside was last told. `audit_waits`: since when an audit that is due lets others go first.
    `mailbox_waits`: until when the mailbox is left alone.
    `looked_for_quiet` (business time): when it was last judged what is quiet. `channels_looked` (business
    time): when all accounts' channels that were due had last been looked through. `digests`: those of which
    it is noted since when they stand in watchbell.toml. `started` (business time):
    since when this bot runs, or is awake again; `caught_up`: whether Intercom was read since, or no longer
    stop lay before it.
    """

    store: Store
    office: Office
    promises: Promises
    delivery: Delivery
    intercom: IntercomClient
    slack: Slack
    identity: Identity
    clock: Clock
    progress: Callable[[Progress], None] | None = None
    ping: Ping | None = None
    edits: Edits | None = None
    mailbox: Mailbox | None = None
    takes_webhooks: bool = False
    engines: Engines | None = None
    redraw: Redraw | None = None
    redrawn: float | None = None
    changed: bool = True
    listening: Listening = field(default_factory=Listening)
    recovered: bool = False
    put_off: datetime | None = None
    pinged: datetime | None = None
    audit_waits: datetime | None = None
    mailbox_waits: datetime | None = None
    looked_for_quiet: datetime | None = None
    channels_looked: datetime | None = None
    digests: tuple[tuple[Digest, str | None], ...] | None = None
    begun: dict[str, datetime] = field(default_factory=dict)
    ticked: dict[str, datetime] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    failing: set[str] = field(default_factory=set)
    noted: set[str] = field(default_factory=set)
    under_way: set[asyncio.Task[Any]] = field(default_factory=set)
    closing: bool = False
    started: datetime = field(init=False)
    caught_up: bool = False

    def __post_init__(self) -> None:
        self.started = self.clock.now()

    def put_on(self, seconds: float) -> None:
        """The clock was wrong by so much. Put on by more than a restart takes, as after the machine slept, it
        is as after a stop: nobody knows what happened meanwhile."""
        if seconds >= recovery.GAP.total_seconds():
            self.recovered, self.started, self.caught_up = False, self.clock.now(), False

    async def is_behind(self) -> bool:
        """Whether only that is known which was so before a longer stop (`bot/freshness.py`)."""
        if not self.caught_up:
            now = self.clock.now()
            self.caught_up = not await self.store.read(freshness.is_behind, self.office, self.started, now)
        return not self.caught_up

    async def finish(self) -> None:
        """Begin no further tick, and wait for those that have begun, as long as that may take."""
        self.closing = True
        while self.under_way:
            _, hanging = await asyncio.wait(set(self.under_way), timeout=ENDS_WITHIN)
            for task in hanging:
                task.cancel()

    def at(self) -> Moment:
        return moment(self.clock)

    def late(self) -> list[str]:
        """Ticks that have not ended well for too long, or failed and never ended well at all, and a look
        through Slack that did not come about."""
        now = self.clock.machine()
        late = [f"the {name} tick is late" for name in self.late_ticks()]
        if self.put_off is not None and now - self.put_off > LATE_AFTER:
            late.append("Slack has not been looked through yet: nothing is said")
        return late

    def late_ticks(self) -> list[str]:
        """Those that have not ended well for too long, or failed and never ended well at all."""
        now = self.clock.machine()
        return [name for name in self.begun if self._is_late(name, now)]

    def _is_late(self, name: str, now: datetime) -> bool:
        if name not in self.ticked and name in self.failed:
            return True
        return now - self.ticked.get(name, self.begun[name]) > _PATIENCE.get(name, LATE_AFTER)
