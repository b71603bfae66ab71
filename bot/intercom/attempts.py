"""One attempt at a write with the SDK: what is sent along, what comes of it, and how it failed."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
from intercom import AsyncIntercom
from intercom.core.api_error import ApiError

from bot.clock import Clock
from bot.durations import transfer
from bot.intercom.errors import from_answer, from_transport
from bot.intercom.facts import ConversationFacts
from bot.intercom.facts_people import TicketFacts
from bot.intercom.rate_limit import RateGauge
from bot.intercom.sdk_transport import Attempt, current
from bot.intercom.values import ReadError, decode
from bot.passing import Passing

MOST_FILES = 10
"""Files that Intercom takes with one reply."""

Call = Callable[[AsyncIntercom], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file to send along."""

    name: str
    content_type: str
    data: bytes


def encoded(file: OutgoingFile) -> dict[str, str]:
    """A file as a request has it."""
    return {
        "name": file.name,
        "content_type": file.content_type,
        "data": base64.b64encode(file.data).decode("ascii"),
    }


@dataclass(frozen=True, slots=True)
class WriteResult:
    """A write that Intercom confirmed.

    `part_id` is the part it made, `conversation` (after a conversion `ticket`) the state after it,
    `conversation_id` and `contact_id` what was made new. All are None where the confirmation told nothing
    readable; the write was done all the same.
    """

    part_id: str | None = None
    conversation_id: str | None = None
    contact_id: str | None = None
    conversation: ConversationFacts | None = None
    ticket: TicketFacts | None = None


class Attempts:
    """Makes calls with the SDK, each once and for at most `timeout` seconds, longer where it carries much."""

    def __init__(
        self, sdk: AsyncIntercom, gauge: RateGauge, clock: Clock, timeout: float, passing: Passing
    ) -> None:
        self._sdk = sdk
        self._gauge = gauge
        self._clock = clock
        self._passing = passing
        self.timeout = timeout

    async def once(self, what: str, call: Call, *, size: int = 0) -> dict[str, Any]:
        """The JSON object Intercom answered with; {} where it confirmed with something unreadable. `size`:
        bytes that it carries.
        """
        attempt = Attempt()
        token = current.set(attempt)
        failure: Exception | None = None
        self._passing(f"before call intercom {what}")
        try:
            async with asyncio.timeout(transfer(self.timeout, size)):
                await call(self._sdk)
        except (ApiError, httpx.HTTPError, TimeoutError) as error:
            failure = error
        finally:
            current.reset(token)
        self._passing(f"after call intercom {what}")
        if attempt.status is None:
            problem = failure or TimeoutError()
            raise from_transport(problem, left=attempt.left) from problem
        self._gauge.observe(attempt.headers, self._clock.machine())
        if not 200 <= attempt.status < 300:
            raise from_answer(attempt.status, attempt.headers, attempt.body) from failure
        try:
            return decode(attempt.body)
        except ReadError:
            return {}
