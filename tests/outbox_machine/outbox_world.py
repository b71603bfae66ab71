"""A world for the outbox: a receiver that does whatever it is told to, and a time that moves when told to."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from bot.outbox.outcome import Barred, Look, NotFound, NotSent, Outcome, Refused, Sent, Unknown
from bot.outbox.timings import Timings
from bot.store.intents import Intent

Fate = Literal[
    "sent",
    "not_sent",
    "asked_to_wait",
    "shut_out",
    "refused",
    "barred",
    "unknown_done",
    "unknown_not_done",
    "late",
    "owner_dies_before",
    "owner_dies_after",
]
"""What becomes of one attempt; a look is `barred` that is refused itself.

After a `late` one nothing is answered, and it is done a while later."""

FATES: tuple[Fate, ...] = Fate.__args__  # type: ignore[attr-defined]

TIMINGS = Timings(
    attempt=1.0,
    lease=20.0,
    settle=5.0,
    looks=(2.0, 3.0, 3.0),
    blind=40.0,
    barred=12.0,
    failed_looks=3,
    backoff=1.0,
    backoff_cap=4.0,
    away=5.0,
    attempts=6,
)
LATE_BY = 4.0
"""Seconds: less than `settle`, and than all looks together."""

TOO_LATE_BY = 9.0
"""More than `settle`: what a look cannot see yet."""


class OwnerDied(Exception):
    """The process ended in the middle of an attempt: nothing of it is recorded."""


class Clock:
    """Both times and the monotonic clock, in one hand."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def machine(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Receiver:
    """What arrived, in order, as (intent id, key, when it shows)."""

    clock: Clock
    late_by: float = LATE_BY
    arrived: list[tuple[int, str, datetime]] = field(default_factory=list)
    fates: deque[Fate] = field(default_factory=deque)

    def take(self, intent: Intent, after: float = 0.0) -> None:
        assert intent.id is not None
        self.arrived.append((intent.id, intent.key, self.clock.at + timedelta(seconds=after)))

    def times(self, key: str) -> int:
        return sum(each == key for _, each, _ in self.arrived)

    def shows(self, key: str) -> bool:
        return any(each == key and at <= self.clock.at for _, each, at in self.arrived)

    def next_fate(self) -> Fate:
        return self.fates.popleft() if self.fates else "sent"


class ModelSender:
    """A sender whose attempts end as drawn."""

    def __init__(self, receiver: Receiver, *, repeatable: bool, resend: bool) -> None:
        self.repeatable, self.resend = repeatable, resend
        self._receiver = receiver

    async def send(self, intent: Intent) -> Outcome:
        receiver = self._receiver
        match receiver.next_fate():
            case "sent":
                receiver.take(intent)
                return Sent(f"external-{intent.id}")
            case "not_sent" | "barred":
                return NotSent("refused the connection")
            case "asked_to_wait":
                return NotSent("too many calls", retry_after=3.0)
            case "shut_out":
                return NotSent("there is no way", shut_out=True)
            case "refused":
                return Refused("The channel is archived.")
            case "unknown_done":
                receiver.take(intent)
                return Unknown("cut off afterwards")
            case "unknown_not_done":
                return Unknown("cut off before")
            case "late":
                receiver.take(intent, after=receiver.late_by)
                return Unknown("no answer in time")
            case "owner_dies_before":
                raise OwnerDied
            case "owner_dies_after":
                receiver.take(intent)
                raise OwnerDied

    async def look(self, intent: Intent) -> Look:
        if self._receiver.shows(intent.key):
            return Sent(f"external-{intent.id}")
        if self._receiver.fates and self._receiver.fates[0] in ("not_sent", "asked_to_wait"):
            self._receiver.fates.popleft()
            return NotSent("cannot look now")
        if self._receiver.fates and self._receiver.fates[0] == "shut_out":
            self._receiver.fates.popleft()
            return NotSent("there is no way", shut_out=True)
        if self._receiver.fates and self._receiver.fates[0] == "barred":
            self._receiver.fates.popleft()
            return Barred("Nobody may look there.")
        return NotFound()
