"""What one attempt at a delivery came to, and who makes attempts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from bot.store.intents import Intent


@dataclass(frozen=True, slots=True)
class Sent:
    """It is there. `external_id` is the receiver's id for it; `facts` is what the answer told."""

    external_id: str | None = None
    facts: Any = None


@dataclass(frozen=True, slots=True)
class NotSent:
    """It is certainly not there and may be tried again, after `retry_after` seconds if given.

    `shut_out`: Slack takes nothing at all from the bot, or cannot be reached, which is no fault of this
    attempt. `unbegun`: it stood in our own line, and nobody was asked.
    """

    reason: str
    retry_after: float | None = None
    shut_out: bool = False
    unbegun: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """It is certainly not there and trying again would not help. `reason` is a sentence for a person."""

    reason: str


@dataclass(frozen=True, slots=True)
class Overtaken:
    """It was not tried, for something has happened since it was decided. `reason` is a sentence."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not be there: the connection broke after the request went out."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """It was looked for and is not there."""


@dataclass(frozen=True, slots=True)
class Barred:
    """It cannot be looked for, and looking again would hardly help: whether it is there stays unknown."""

    reason: str


UNSEEN = "whether it arrived could not be looked up"
"""What is given up begins with this when it may be there all the same."""

NOT_SHOWN = "Intercom did not confirm it, and does not show it"
"""The same of what was looked for again and again: it may turn up yet."""

GIVEN_UP = "given up after"
"""What was tried too often begins with this."""

Outcome = Sent | NotSent | Refused | Overtaken | Unknown
Look = Sent | NotFound | NotSent | Barred


class Sender(Protocol):
    """Delivers the intents of some kinds: one attempt a call, never a retry of its own.

    What it wants to know of the store it reads before it calls out.
    """

    repeatable: bool
    """Doing it twice is the same as doing it once (an edit, an assignment): an unknown outcome is retried."""

    resend: bool
    """After a look that did not find it, send again (a post) rather than ask a person (a customer reply)."""

    async def send(self, intent: Intent) -> Outcome: ...

    async def look(self, intent: Intent) -> Look: ...
