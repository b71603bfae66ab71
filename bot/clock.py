"""The injected clock: the only source of "now" in the bot.

Two times are kept apart. *Business time* (`now`) is the time of facts: when a customer wrote, when a reply
is due, which Monday it is. *Machine time* (`machine`) is what leases, back-off and settle times are measured
in. They are equal in production; in the sandbox business time can be paused or run sixty times faster while
sockets and timeouts go on living in machine time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Moment:
    """Both times at one instant, read once and handed to everything that is decided together."""

    now: datetime
    machine: datetime


class Clock(Protocol):
    """Anything that tells both times. All instants are aware and in UTC."""

    def now(self) -> datetime:
        """Business time, aware UTC."""
        ...

    def machine(self) -> datetime:
        """Machine time, aware UTC."""
        ...


class SystemClock:
    """Both times from the machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def machine(self) -> datetime:
        return datetime.now(UTC)


def moment(clock: Clock) -> Moment:
    """Read both times."""
    return Moment(now=clock.now(), machine=clock.machine())
