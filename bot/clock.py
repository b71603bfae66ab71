"""The injected clock: the only source of "now" in the bot.

Two times are kept apart. *Business time* (`now`) is the time of facts: when a customer wrote, when a reply
is due, which Monday it is. *Machine time* (`machine`) is what leases, back-off and settle times are measured
in. They are equal in production; in the sandbox business time can be paused or run sixty times faster while
sockets and timeouts go on living in machine time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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


FOLLOWED = timedelta(seconds=1)
"""A difference of the machine's clock that is a correction of its drift, not a jump."""

BELIEVED = timedelta(seconds=5)
"""How far off the time may be before others are believed: their seconds are whole, and late."""

QUIET = timedelta(seconds=60)
"""Nobody outside was heard for so long: somebody is asked."""

ASKED_AGAIN = timedelta(seconds=5)
"""After asking in vain; a machine that wakes has no network at first."""


def _wall() -> datetime:
    return datetime.now(UTC)


def _nobody(seconds: float) -> None:
    """Nobody is told."""


class SystemClock:
    """Both times from the machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def machine(self) -> datetime:
        return datetime.now(UTC)


class SteadyClock:
    """The machine's clock without its jumps, for a bot that rings by it.

    A clock that is set by hand, or on a virtual machine that wakes, would ring promises an hour early, or
    twice, or not. So time goes on steadily from the start; small corrections of the machine's clock are
    followed, larger ones only once somebody outside (the Date of Slack's answers) agrees. Whoever `listen`s,
    and `corrected`, is told the seconds of each such correction.
    """

    def __init__(
        self,
        *,
        wall: Callable[[], datetime] = _wall,
        monotonic: Callable[[], float] = time.monotonic,
        corrected: Callable[[float], None] = _nobody,
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._listeners = [corrected]
        self._set(wall())
        self._note_asked(heard=True)

    def now(self) -> datetime:
        steady, wall = self._steady(), self._wall()
        # Never backwards: what is decided by one instant is not undecided by the next.
        if timedelta(0) < wall - steady <= FOLLOWED:
            self._set(wall)
            return wall
        return steady

    def machine(self) -> datetime:
        return self.now()

    def listen(self, corrected: Callable[[float], None]) -> None:
        """Have somebody told of each correction from now on."""
        self._listeners.append(corrected)

    def wants_to_hear(self) -> bool:
        """Whether somebody outside should be asked now: nobody was heard for long, or the machine's clock
        has jumped. Then it is taken for asked.
        """
        jumped = abs(self._off() - self._was_off) > BELIEVED
        waited = timedelta(seconds=self._monotonic() - self._asked)
        if not jumped and waited < (QUIET if self._was_heard else ASKED_AGAIN):
            return False
        self._note_asked(heard=False)
        return True

    def hear(self, told: datetime) -> None:
        """Take note of what somebody trustworthy says the time is (whole seconds, some network late)."""
        off = told - self._steady()
        if abs(off) > BELIEVED:
            wall = self._wall()
            self._set(wall if abs(wall - told) <= BELIEVED else told)
            for corrected in self._listeners:
                corrected(off.total_seconds())
        self._note_asked(heard=True)

    def _steady(self) -> datetime:
        return self._anchor + timedelta(seconds=self._monotonic() - self._began)

    def _off(self) -> timedelta:
        """By how much the machine's clock is ahead."""
        return self._wall() - self._steady()

    def _note_asked(self, *, heard: bool) -> None:
        self._asked, self._was_heard, self._was_off = self._monotonic(), heard, self._off()

    def _set(self, instant: datetime) -> None:
        self._anchor, self._began = instant, self._monotonic()


def moment(clock: Clock) -> Moment:
    """Read both times."""
    return Moment(now=clock.now(), machine=clock.machine())
