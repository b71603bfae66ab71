"""One read from Intercom: address, headers, retries, errors. What is read is the client's business."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from bot.clock import Clock, SystemClock
from bot.errors import ConfigError
from bot.intercom.errors import NEVER_LEFT, IntercomError, from_answer, from_transport
from bot.intercom.rate_limit import RateGauge
from bot.intercom.values import ReadError, decode

DEFAULT_URL = "https://api.intercom.io"
DEFAULT_VERSION = "2.14"
"""The newest version that python-intercom 5 speaks; sent always, for the app's setting decides else."""

Sleep = Callable[[float], Awaitable[None]]

_FIRST_BACKOFF, _LONGEST_BACKOFF = 0.5, 8.0
_RETRIED = ("not_sent", "unknown", "rate_limited")


def check_address(base_url: str, token: str) -> str:
    """The base address without its last slash. Raises `ConfigError` for a bad address or an empty token."""
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(
            "INTERCOM_API_URL", f"is no web address: {base_url!r}.", f"Leave it out, or use {DEFAULT_URL}."
        )
    if not token.strip() or not token.isascii() or not token.isprintable():
        raise ConfigError(
            "INTERCOM_TOKEN",
            "is missing or holds characters no token has.",
            "Copy the access token from Configure > Authentication in Intercom's Developer Hub.",
        )
    return base_url.rstrip("/")


def segment(identifier: str) -> str:
    """An id as one path segment, so that no id can reach another address."""
    found = quote(identifier, safe="")
    if found in ("", ".", ".."):
        raise IntercomError("not_found", "Intercom does not know this: its id is empty.")
    return found


class Door:
    """Reads from Intercom, in machine time.

    Rate limiting, faults on Intercom's side and broken connections are tried again, `attempts` times in all,
    with growing pauses or as long as Intercom says, but never waiting more than `patience` seconds at once:
    then the error goes to the caller with its `retry_after`.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        token: str,
        base_url: str = DEFAULT_URL,
        version: str = DEFAULT_VERSION,
        clock: Clock | None = None,
        sleep: Sleep = asyncio.sleep,
        attempts: int = 4,
        patience: float = 20.0,
        rng: random.Random | None = None,
        waited: Callable[[str, float], None] | None = None,
    ) -> None:
        self._waited = waited
        self._http = http
        self._base = check_address(base_url, token)
        self._headers = {
            "Authorization": f"Bearer {token.strip()}",
            "Intercom-Version": version,
            "Accept": "application/json",
        }
        self._clock = clock or SystemClock()
        self._sleep = sleep
        self._attempts = attempts
        self._patience = patience
        self._rng = rng or random.Random()
        self.gauge = RateGauge()

    async def aclose(self) -> None:
        await self._http.aclose()

    async def read(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        body: object = None,
        version: str | None = None,
    ) -> tuple[dict[str, Any], Mapping[str, str]]:
        """The JSON object and headers of the answer. `version`: of the API, for what the usual one lacks.

        Raises `IntercomError`.
        """
        attempt = 0
        while True:
            attempt += 1
            await self._hold_back(method)
            try:
                return await self._once(method, path, params, body, version)
            except IntercomError as error:
                pause = error.retry_after
                if pause is None:
                    pause = self._backoff(attempt)
                if error.kind not in _RETRIED or attempt >= self._attempts or pause > self._patience:
                    raise
                if error.kind == "rate_limited" and self._waited is not None:
                    self._waited(method, pause)
            await self._sleep(pause)

    async def _hold_back(self, method: str) -> None:
        pause = self.gauge.pause(self._clock.machine())
        if pause > 0:
            if self._waited is not None:
                self._waited(method, pause)
            await self._sleep(pause)

    async def _once(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int] | None,
        body: object,
        version: str | None,
    ) -> tuple[dict[str, Any], Mapping[str, str]]:
        headers = self._headers | ({"Intercom-Version": version} if version is not None else {})
        try:
            answer = await self._http.request(
                method, f"{self._base}/{path}", params=params, json=body, headers=headers
            )
        except httpx.RequestError as error:
            raise from_transport(error, left=not isinstance(error, NEVER_LEFT)) from error
        self.gauge.observe(answer.headers, self._clock.machine())
        if not answer.is_success:
            raise from_answer(answer.status_code, answer.headers, answer.content)
        try:
            return decode(answer.content), answer.headers
        except ReadError as error:
            raise IntercomError(
                "unknown",
                "What answers at Intercom's address is not Intercom. Check INTERCOM_API_URL.",
                status=answer.status_code,
            ) from error

    def _backoff(self, attempt: int) -> float:
        """Half to all of a doubling pause, so that replicas do not return in step."""
        ceiling = min(_FIRST_BACKOFF * 2.0 ** (attempt - 1), _LONGEST_BACKOFF)
        return ceiling * (0.5 + self._rng.random() / 2)
