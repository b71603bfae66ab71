"""Spreading requests over several replicas, as a balancer in front of them does."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import httpx
from harness import EVENTS_URL, WEBHOOK_URL, House
from starlette.applications import Starlette


class Spread(httpx.AsyncBaseTransport):
    """Each request goes to the next of several places: a port of the loopback address, or an application."""

    def __init__(self, places: Sequence[int | Starlette]) -> None:
        self._places = [_Port(place) if isinstance(place, int) else _inside(place) for place in places]
        self._turn = itertools.cycle(self._places)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await next(self._turn).handle_async_request(request)

    async def aclose(self) -> None:
        for place in self._places:
            await place.aclose()


class _Port(httpx.AsyncBaseTransport):
    def __init__(self, port: int) -> None:
        self._port = port
        self._wire = httpx.AsyncHTTPTransport(
            limits=httpx.Limits(max_connections=100, max_keepalive_connections=20)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        request.headers["Host"] = f"127.0.0.1:{self._port}"
        return await self._wire.handle_async_request(request)

    async def aclose(self) -> None:
        await self._wire.aclose()


def _inside(application: Starlette) -> httpx.AsyncBaseTransport:
    return httpx.ASGITransport(app=application, raise_app_exceptions=False)


def balance(house: House, places: Sequence[int | Starlette]) -> httpx.AsyncClient:
    """Have Slack and Intercom deliver over all of them in turn; the client is the caller's to close."""
    client = httpx.AsyncClient(transport=Spread(places))
    house.slack.deliver_http(EVENTS_URL, client)
    house.intercom.webhook_target(WEBHOOK_URL, client)
    return client
