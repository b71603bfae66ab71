"""Bringing things to the app: signed HTTP or Socket Mode, the ack deadline, redelivery of events."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol
from urllib.parse import urlencode

import httpx

from sandbox.slack.model import Json

if TYPE_CHECKING:
    from sandbox.slack.world import SlackWorld

Kind = Literal["events_api", "slash_commands", "interactive"]
_LATE_ANSWER_S = 30.0


@dataclass(frozen=True)
class Retry:
    """Which redelivery this is (1..3) and why the one before did not count."""

    number: int
    reason: str


@dataclass(frozen=True)
class Reply:
    """What came back. `error` is None for an ack in time; `reason` is Slack's retry reason otherwise."""

    status: int | None = None
    data: Json | None = None
    error: str | None = None
    reason: str = ""
    no_retry: bool = False


@dataclass(frozen=True)
class Delivered:
    """One delivery, for tests and the page: what was sent, which attempt (0 is the first), the reply."""

    kind: Kind
    payload: Json
    attempt: int
    reply: Reply


@dataclass
class SlowAck:
    """The next `times` acks of `kind` (a delivery kind, or a payload's type such as view_submission, or `*`)
    reach Slack `seconds` late."""

    kind: str
    seconds: float
    times: int = 1


@dataclass
class Switches:
    """Misbehaviour that can be switched on.

    `clock_skew_s` is added to the signature's timestamp, `forged` deliveries carry a wrong signature,
    `duplicates` deliveries are sent twice, `hash_conflicts` view updates that name a hash are refused.
    """

    clock_skew_s: float = 0.0
    forged: int = 0
    duplicates: int = 0
    hash_conflicts: int = 0
    slow_acks: list[SlowAck] = field(default_factory=list)

    def reset(self) -> None:
        """Everything off."""
        for name, value in vars(Switches()).items():
            setattr(self, name, value)

    def delay_for(self, *kinds: str) -> float:
        for slow in self.slow_acks:
            if slow.times and (slow.kind == "*" or slow.kind in kinds):
                slow.times -= 1
                return slow.seconds
        return 0.0


class Transport(Protocol):
    async def send(self, kind: Kind, payload: Json, retry: Retry | None) -> Reply: ...


class Delivery:
    """Sends to the app and says how it went: over HTTP if a target is set, else over sockets."""

    def __init__(self, world: SlackWorld) -> None:
        self._world = world
        self._http: HttpTarget | None = None
        self.log: deque[Delivered] = deque(maxlen=500)

    def use_http(self, events_url: str | None, client: httpx.AsyncClient | None) -> None:
        if events_url is None:
            self._http = None
        elif client is None:
            raise ValueError("HTTP delivery needs a client")
        else:
            self._http = HttpTarget(self._world, events_url, client)

    async def request(self, kind: Kind, payload: Json) -> Reply:
        """Deliver a command or interaction once; Slack does not retry these."""
        return await self._attempt(kind, payload, None, 0)

    def event(self, payload: Json) -> None:
        """Deliver an event in the background, with redelivery. Before any app listened it goes nowhere."""
        if self._listening():
            self._world.background.spawn(self.event_now(payload))

    async def event_now(self, payload: Json) -> Reply:
        """The first attempt's reply; redelivery goes on in the background."""
        reply = await self._attempt("events_api", payload, None, 0)
        if self._again(reply):
            self._world.background.spawn(self._redeliver(payload, reply))
        return reply

    async def redeliver_last(self) -> Reply | None:
        """Send the last event once more, as Slack does when an ack got lost. None if there was none."""
        for past in reversed(self.log):
            if past.kind == "events_api":
                retry = Retry(past.attempt + 1, "http_timeout")
                return await self._attempt("events_api", past.payload, retry, past.attempt + 1)
        return None

    def _listening(self) -> bool:
        return self._http is not None or self._world.sockets.was_connected

    @staticmethod
    def _again(reply: Reply) -> bool:
        return reply.error is not None and not reply.no_retry

    async def _redeliver(self, payload: Json, reply: Reply) -> None:
        for number, delay in enumerate(self._world.timing.event_retry_delays_s, start=1):
            await asyncio.sleep(delay)
            reply = await self._attempt("events_api", payload, Retry(number, reply.reason), number)
            if not self._again(reply):
                return

    async def _attempt(self, kind: Kind, payload: Json, retry: Retry | None, number: int) -> Reply:
        transport: Transport = self._http or self._world.sockets
        switches = self._world.switches
        delay = switches.delay_for(kind, str(payload.get("type")))
        if switches.duplicates > 0:
            switches.duplicates -= 1
            self._world.background.spawn(transport.send(kind, payload, retry))
        task = asyncio.get_running_loop().create_task(_send(transport, kind, payload, retry, delay))
        self._world.background.keep(task)
        done, _ = await asyncio.wait({task}, timeout=self._world.timing.ack_deadline_s)
        # Slack does not wait longer, but the app's work goes on: the task is kept, its answer ignored.
        reply = task.result() if done else Reply(error="operation_timeout", reason="http_timeout")
        self.log.append(Delivered(kind, payload, number, reply))
        return reply


async def _send(transport: Transport, kind: Kind, payload: Json, retry: Retry | None, delay: float) -> Reply:
    reply = await transport.send(kind, payload, retry)
    if delay:
        await asyncio.sleep(delay)
    return reply


class HttpTarget:
    """The app's request URL: one for commands, interactions and events."""

    def __init__(self, world: SlackWorld, url: str, client: httpx.AsyncClient) -> None:
        self._world = world
        self._url = url
        self._client = client

    async def send(self, kind: Kind, payload: Json, retry: Retry | None) -> Reply:
        body, content_type = _encode(kind, payload)
        headers = {"Content-Type": content_type, **self._signature(body)}
        if retry is not None:
            headers |= {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}
        try:
            response = await self._client.post(
                self._url, content=body, headers=headers, timeout=_LATE_ANSWER_S, follow_redirects=False
            )
        except httpx.TimeoutException:
            return Reply(error="operation_timeout", reason="http_timeout")
        except httpx.HTTPError:
            return Reply(error="dispatch_failed", reason="connection_failed")
        if not response.is_success:
            no_retry = response.headers.get("X-Slack-No-Retry") == "1"
            return Reply(response.status_code, None, "dispatch_failed", "http_error", no_retry)
        return Reply(response.status_code, _decode(response.text))

    def _signature(self, body: bytes) -> dict[str, str]:
        switches = self._world.switches
        timestamp = str(int(time.time() + switches.clock_skew_s))
        secret = self._world.seed.signing_secret
        if switches.forged > 0:
            switches.forged -= 1
            secret += "-forged"
        digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


def _encode(kind: Kind, payload: Json) -> tuple[bytes, str]:
    form = "application/x-www-form-urlencoded"
    if kind == "slash_commands":
        return urlencode(payload).encode(), form
    text = json.dumps(payload, ensure_ascii=False)
    if kind == "interactive":
        return urlencode({"payload": text}).encode(), form
    return text.encode(), "application/json"


def _decode(text: str) -> Json | None:
    """A JSON object, or the plain text that a slash command may be answered with."""
    if not text.strip():
        return None
    try:
        data = json.loads(text)
    except ValueError:
        return {"text": text}
    return data if isinstance(data, dict) else {"text": text}
