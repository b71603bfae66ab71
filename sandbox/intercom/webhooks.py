"""Delivery of notifications: signed, at least once, and on demand doubled, lost, late or out of order.

Delivery runs in real seconds whatever the sandbox clock does.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import random
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import httpx

TIMEOUT = 5.0  # seconds Intercom waits for an answer


@dataclass
class Quirks:
    """What goes wrong on the way. Each is the probability (0 to 1) for one notification; delay in seconds."""

    duplicate: float = 0.0
    drop: float = 0.0
    reorder: float = 0.0
    """Held back until the next one has been sent."""
    delay: float = 0.0


@dataclass(frozen=True)
class Delivery:
    """One attempt, for the page and for tests. `status` None: no answer."""

    topic: str
    id: str | None
    attempt: int
    status: int | None


@dataclass
class Webhooks:
    """Sends notifications to one address while `enabled`. Without an address they are not kept."""

    secret: str
    enabled: bool = True
    quirks: Quirks = field(default_factory=Quirks)
    retries: tuple[float, ...] = (0.5, 2.0)
    """Seconds before each further attempt after one that was not answered with 2xx."""
    rng: random.Random = field(default_factory=lambda: random.Random(0))
    log: deque[Delivery] = field(default_factory=lambda: deque(maxlen=2000))
    answers_head: bool | None = None
    """Whether the address answered the HEAD request that Intercom makes before it accepts it."""
    _url: str | None = None
    _client: httpx.AsyncClient | None = None
    _waiting: deque[dict[str, Any]] = field(default_factory=deque)
    _held: dict[str, Any] | None = None
    _worker: asyncio.Task[None] | None = None
    _late: set[asyncio.Task[None]] = field(default_factory=set)

    def aim(self, url: str | None, client: httpx.AsyncClient) -> None:
        """Send to `url` from now on; None sends nowhere."""
        self._url, self._client, self.answers_head = url, client, None

    def send(self, notification: dict[str, Any]) -> None:
        """Queue a notification; it goes out as soon as the event loop runs."""
        if not self.enabled or self._url is None or self._happens(self.quirks.drop):
            return
        copies = [notification]
        if self._happens(self.quirks.duplicate):
            copies.append(notification)
        if self._held is None and self._happens(self.quirks.reorder):
            self._held = notification
            copies = copies[1:]
        elif self._held is not None:
            copies.append(self._held)
            self._held = None
        self._waiting.extend(copies)
        self._start()

    async def settle(self) -> None:
        """Wait until everything queued, held back or to be tried again has been dealt with."""
        if self._held is not None:
            self._waiting.append(self._held)
            self._held = None
        while self._waiting or self._late or (self._worker and not self._worker.done()):
            self._start()
            await asyncio.gather(*self._late, *([self._worker] if self._worker else []))

    async def stop(self) -> None:
        """Give up what is under way."""
        self._waiting.clear()
        tasks = [*self._late, *([self._worker] if self._worker else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _happens(self, probability: float) -> bool:
        return probability > 0 and self.rng.random() < probability

    def _start(self) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return  # started by the next call inside the loop, or by settle
        if self._waiting and (self._worker is None or self._worker.done()):
            self._worker = loop.create_task(self._work())

    async def _work(self) -> None:
        if self.answers_head is None:
            self.answers_head = await self._head()
        while self._waiting:
            notification = self._waiting.popleft()
            if self.quirks.delay:
                self._later(notification, 1, self.quirks.delay)
            else:
                await self._attempt(notification, 1)

    async def _head(self) -> bool:
        if self._client is None or self._url is None:
            return False
        try:
            return (await self._client.head(self._url, timeout=TIMEOUT)).is_success
        except httpx.HTTPError:
            return False

    def _later(self, notification: dict[str, Any], attempt: int, seconds: float) -> None:
        async def wait_and_send() -> None:
            await asyncio.sleep(seconds)
            await self._attempt(notification, attempt)

        task = asyncio.get_running_loop().create_task(wait_and_send())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _attempt(self, notification: dict[str, Any], attempt: int) -> None:
        if self._url is None or self._client is None:
            return
        raw = json.dumps(notification | {"delivery_attempts": attempt}, ensure_ascii=False).encode(
            errors="replace"
        )
        status: int | None = None
        try:
            response = await self._client.post(
                self._url, content=raw, headers=self._headers(raw), timeout=TIMEOUT
            )
            status = response.status_code
        except httpx.HTTPError:
            status = None
        self.log.append(Delivery(notification["topic"], notification["id"], attempt, status))
        refused = status is None or status >= 300
        if refused and attempt <= len(self.retries):
            self._later(notification, attempt + 1, self.retries[attempt - 1])

    def _headers(self, raw: bytes) -> dict[str, str]:
        return {"Content-Type": "application/json", "X-Hub-Signature": sign(raw, self.secret)}


def sign(raw: bytes, secret: str) -> str:
    """What Intercom puts into `X-Hub-Signature`: HMAC-SHA1 of the body's bytes under the client secret."""
    return "sha1=" + hmac.new(secret.encode(), raw, hashlib.sha1).hexdigest()
