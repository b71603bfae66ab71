"""The control API of the sandbox: faults, the clock, and the local Slack's switches, as JSON.

It is mounted at `/control` of the same loopback server as everything else. A request that is not understood
is answered 400 with a sentence in `error`, and changes nothing.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Literal, TypeVar
from urllib.parse import urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.clock import SandboxClock
from sandbox.faults import Fault, FaultBoard, Kind, Service
from sandbox.slack.delivery import SlowAck
from sandbox.slack.world import SlackWorld

Endpoint = Callable[[Request], Awaitable[Response]]
Ask = TypeVar("Ask", bound=msgspec.Struct)
MAX_SPEED = 100_000.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class FaultAsk(msgspec.Struct, forbid_unknown_fields=True):
    """A fault to switch on; the fields are those of `sandbox.faults.Fault`."""

    service: Service
    call: str
    kind: Kind
    times: int = 1
    error: str = "internal_error"
    status: int = 500
    seconds: float = 1.0
    probability: float = 1.0


class ClockAsk(msgspec.Struct, forbid_unknown_fields=True):
    """`speed` in simulated seconds a real second (0 pauses), or a jump to an instant or by seconds."""

    speed: float | None = None
    paused: bool | None = None
    jump_to: datetime | None = None
    forward_s: float | None = None


class SlowAckAsk(msgspec.Struct, forbid_unknown_fields=True):
    kind: str
    seconds: float
    times: int = 1


class RateLimitsAsk(msgspec.Struct, forbid_unknown_fields=True):
    enabled: bool | None = None
    scale: float | None = None


class SwitchesAsk(msgspec.Struct, forbid_unknown_fields=True):
    """Misbehaviour of the local Slack; what is left out stays as it is."""

    slow_ack: SlowAckAsk | None = None
    clock_skew_s: float | None = None
    forged: int | None = None
    duplicates: int | None = None
    hash_conflicts: int | None = None
    rate_limits: RateLimitsAsk | None = None
    expire_triggers: bool = False
    expire_response_urls: bool = False
    redeliver_last_event: bool = False
    disconnect_sockets: Literal["warning", "refresh_requested", "link_disabled", "cut"] | None = None
    reset: bool = False


class NotUnderstood(Exception):
    """The request makes no sense; the text says why."""


def routes(board: FaultBoard, clock: SandboxClock, slack_world: SlackWorld) -> list[BaseRoute]:
    """The routes below `/control`: faults, clock, switches."""
    return [*_fault_routes(board), *_clock_routes(clock), *_switch_routes(slack_world)]


def _fault_routes(board: FaultBoard) -> list[BaseRoute]:
    def shown() -> Response:
        return JSONResponse({"faults": [dataclasses.asdict(fault) for fault in board.faults]})

    async def look(request: Request) -> Response:
        return shown()

    async def add(request: Request) -> Response:
        ask = await _read(request, FaultAsk)
        if not ask.call:
            raise NotUnderstood("call must name a method or a pattern, such as chat.postMessage or chat.*")
        if not 0 <= ask.probability <= 1:
            raise NotUnderstood("probability must be between 0 and 1")
        if not _sane(ask.seconds) or ask.times < -1:
            raise NotUnderstood("seconds must be 0 or more, times -1 (for ever) or more")
        fault = board.add(Fault(**msgspec.structs.asdict(ask)))
        return JSONResponse(dataclasses.asdict(fault), 201)

    async def clear(request: Request) -> Response:
        board.clear()
        return shown()

    return _resource("/faults", GET=look, POST=add, DELETE=clear)


def _clock_routes(clock: SandboxClock) -> list[BaseRoute]:
    def shown() -> Response:
        return JSONResponse(
            {"now": clock.now().isoformat(), "speed": clock.speed, "paused": clock.speed == 0}
        )

    async def look(request: Request) -> Response:
        return shown()

    async def change(request: Request) -> Response:
        ask = await _read(request, ClockAsk)
        target = _jump(ask, clock.now())
        speed = _speed(ask, clock.speed)
        if target is None and speed is None:
            raise NotUnderstood("name one of speed, paused, jump_to, forward_s")
        if target is not None:
            clock.jump_to(target)
        if speed is not None:
            clock.set_speed(speed)
        return shown()

    return _resource("/clock", GET=look, POST=change)


def _switch_routes(world: SlackWorld) -> list[BaseRoute]:
    def shown(**more: object) -> Response:
        return JSONResponse(
            {
                **dataclasses.asdict(world.switches),
                "rate_limits": {"enabled": world.limits.enabled, "scale": world.limits.scale},
                "sockets": world.sockets.count,
                **more,
            }
        )

    async def look(request: Request) -> Response:
        return shown()

    async def change(request: Request) -> Response:
        ask = await _read(request, SwitchesAsk)
        _check_switches(ask)
        if ask.reset:
            world.switches.reset()
        for name in ("clock_skew_s", "forged", "duplicates", "hash_conflicts"):
            value = getattr(ask, name)
            if value is not None:
                setattr(world.switches, name, value)
        if ask.slow_ack is not None:
            slow = ask.slow_ack
            world.switches.slow_acks.append(SlowAck(slow.kind, slow.seconds, slow.times))
        if ask.rate_limits is not None:
            limits = ask.rate_limits
            world.limits.enabled = world.limits.enabled if limits.enabled is None else limits.enabled
            world.limits.scale = world.limits.scale if limits.scale is None else limits.scale
            world.limits.reset()
        if ask.expire_triggers:
            world.triggers.expire_all()
        if ask.expire_response_urls:
            world.response_urls.expire_all()
        done: dict[str, object] = {}
        if ask.disconnect_sockets is not None:
            reason = None if ask.disconnect_sockets == "cut" else ask.disconnect_sockets
            done["disconnected"] = await world.sockets.disconnect(reason)
        if ask.redeliver_last_event:
            done["redelivered"] = await world.delivery.redeliver_last() is not None
        return shown(**done)

    return _resource("/switches", GET=look, POST=change)


def _resource(path: str, **endpoints: Endpoint) -> list[BaseRoute]:
    return [Route(path, _guarded(endpoint), methods=[method]) for method, endpoint in endpoints.items()]


def _guarded(endpoint: Endpoint) -> Endpoint:
    async def answer(request: Request) -> Response:
        # A browser names the page that sends a request; other sites' pages have no business here.
        origin = request.headers.get("origin")
        if origin is not None and urlsplit(origin).hostname not in _LOOPBACK:
            return JSONResponse({"error": "Only pages of this machine may control the sandbox."}, 403)
        try:
            return await endpoint(request)
        except NotUnderstood as why:
            return JSONResponse({"error": str(why)}, 400)

    return answer


async def _read(request: Request, kind: type[Ask]) -> Ask:
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except msgspec.DecodeError as why:
        raise NotUnderstood(f"The body is not understood: {why}") from None


def _jump(ask: ClockAsk, now: datetime) -> datetime | None:
    if ask.jump_to is not None and ask.forward_s is not None:
        raise NotUnderstood("name jump_to or forward_s, not both")
    if ask.forward_s is not None:
        if not _sane(ask.forward_s):
            raise NotUnderstood("forward_s must be 0 or more seconds, at most a year")
        return now + timedelta(seconds=ask.forward_s)
    if ask.jump_to is None:
        return None
    if ask.jump_to.tzinfo is None:
        raise NotUnderstood("jump_to needs an offset, such as 2026-11-23T08:30:00+01:00")
    if ask.jump_to < now:
        raise NotUnderstood(f"jump_to lies in the past; it is {now.isoformat()} and time never goes back")
    return ask.jump_to


def _speed(ask: ClockAsk, now: float) -> float | None:
    if ask.speed is not None and ask.paused is not None:
        raise NotUnderstood("name speed or paused, not both")
    if ask.paused is not None:
        return 0.0 if ask.paused else (now or 1.0)
    if ask.speed is not None and not 0 <= ask.speed <= MAX_SPEED:
        raise NotUnderstood(f"speed must be between 0 and {MAX_SPEED:.0f}")
    return ask.speed


def _check_switches(ask: SwitchesAsk) -> None:
    for name in ("forged", "duplicates", "hash_conflicts"):
        value = getattr(ask, name)
        if value is not None and value < 0:
            raise NotUnderstood(f"{name} counts how many are hit; it cannot be negative")
    if ask.slow_ack is not None and not _sane(ask.slow_ack.seconds):
        raise NotUnderstood("slow_ack.seconds must be 0 or more")
    if ask.rate_limits is not None and ask.rate_limits.scale is not None and ask.rate_limits.scale <= 0:
        raise NotUnderstood("rate_limits.scale must be more than 0")


def _sane(seconds: float) -> bool:
    return math.isfinite(seconds) and 0 <= seconds <= 366 * 86400
