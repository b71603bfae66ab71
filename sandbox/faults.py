"""Faults that can be switched on: what Slack and Intercom do on a bad day, on demand.

A fault names a service and a call by pattern, what goes wrong, and how many calls it hits. Both services ask
the board before they do their work and once more after it.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal, get_args

from starlette.types import ASGIApp, Receive, Scope, Send

Service = Literal["slack", "intercom"]
Kind = Literal["error", "rate_limit", "slow", "stale", "hang", "drop_before", "drop_after", "late"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass
class Fault:
    """One switched-on fault.

    `call` is a shell pattern on the call's name: a Slack method (`chat.postMessage`) or an Intercom
    `METHOD /path` (`POST /conversations/*/reply`). `times` calls are hit, -1 is for ever.
    - error: answered with `error` (Slack error code, Intercom error code) and `status`, work not done
    - rate_limit: 429 with Retry-After `seconds`, work not done
    - slow: the work is done and answered after `seconds`
    - stale: the work is done at once and answered after `seconds`
    - hang: nothing is answered for `seconds`, work not done, then the connection is cut
    - drop_before / drop_after: the connection is cut before / after the work is done
    - late: the connection is cut at once and the work is done `seconds` later
    """

    service: Service
    call: str
    kind: Kind
    times: int = 1
    error: str = "internal_error"
    status: int = 500
    seconds: float = 1.0
    probability: float = 1.0
    hits: int = 0


@dataclass
class FaultBoard:
    """The faults switched on now. `take` answers the first that matches and counts it."""

    faults: list[Fault] = field(default_factory=list)
    rng: random.Random = field(default_factory=lambda: random.Random(0))

    def add(self, fault: Fault) -> Fault:
        if fault.kind not in KINDS:
            raise ValueError(f"unknown fault kind {fault.kind!r}; one of {', '.join(KINDS)}")
        self.faults.append(fault)
        return fault

    def clear(self) -> None:
        self.faults.clear()

    def take(self, service: Service, call: str) -> Fault | None:
        for fault in self.faults:
            if fault.service != service or fault.times == 0 or not fnmatchcase(call, fault.call):
                continue
            if fault.probability < 1 and self.rng.random() >= fault.probability:
                continue
            if fault.times > 0:
                fault.times -= 1
            fault.hits += 1
            return fault
        return None


class ConnectionCut(Exception):
    """Raised by an endpoint to cut the TCP connection without an answer."""


class CutConnections:
    """ASGI wrapper that turns `ConnectionCut` into a reset of the client's connection.

    Works under uvicorn, whose `receive` is a bound method of the object that owns the transport; under any
    other server the exception goes on and becomes a 500.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except ConnectionCut:
            cycle: Any = getattr(receive, "__self__", None)
            transport = getattr(cycle, "transport", None)
            if transport is None:
                raise
            transport.abort()
            await asyncio.sleep(0)
