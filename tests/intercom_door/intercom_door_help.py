"""What the tests of the door to Intercom share: captures, an Intercom that misbehaves on a real socket."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from shared_files import shared

Json = dict[str, Any]


def captures_folder() -> Path:
    other = os.environ.get("WATCHBELL_CAPTURES")
    return Path(other) if other else shared("captures")


def capture(name: str) -> Json:
    path = captures_folder() / f"{name}.json"
    if not path.exists():
        pytest.skip(f"{path.name} is not among the captures")
    found: Json = json.loads(path.read_bytes())
    return found


def missing(markup: str, text: str) -> list[str]:
    """The words of a body, found by other means than the reader's, that its text does not hold."""
    return [word for word in unescape(re.sub(r"<[^>]+>", " ", markup)).split() if word not in text]


@dataclass
class Answer:
    """What the fake server does with one request it has read: answers, cuts before or within, or hangs."""

    status: int = 200
    body: object = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    cut_in_body: bool = False
    hang: float = 0.0


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


class FakeIntercom:
    """Counts what really arrives. `answers` are used up in order, the last one for ever."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.answers: list[Answer] = [Answer()]
        self.url = ""

    def next_answers(self, *answers: Answer) -> None:
        self.answers = list(answers)

    def hits(self, method: str) -> int:
        return sum(request.method == method for request in self.requests)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._handle(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        method, path, _ = first.split(" ")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
        raw = await reader.readexactly(int(headers.get("content-length", 0)))
        self.requests.append(Request(method, path, headers, json.loads(raw) if raw else None))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer.hang:
            await asyncio.sleep(answer.hang)
        if answer.cut:
            writer.transport.abort()
            return
        body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        extra = "".join(f"{k}: {v}\r\n" for k, v in answer.headers.items())
        writer.write(
            f"HTTP/1.1 {answer.status} X\r\nContent-Length: {len(body)}\r\n"
            f"Content-Type: application/json\r\nConnection: close\r\n{extra}\r\n".encode()
        )
        writer.write(body[: len(body) // 2] if answer.cut_in_body else body)
        await writer.drain()


@asynccontextmanager
async def fake_intercom() -> AsyncIterator[FakeIntercom]:
    fake = FakeIntercom()
    server = await asyncio.start_server(fake.handle, "127.0.0.1", 0)
    fake.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield fake
    finally:
        server.close()
        await server.wait_closed()


class Naps:
    """A sleep that only writes down how long it should have been."""

    def __init__(self, on_nap: Callable[[float], None] | None = None) -> None:
        self.taken: list[float] = []
        self.on_nap = on_nap

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        if self.on_nap:
            self.on_nap(seconds)


def error_list(code: str, message: str) -> Json:
    return {"type": "error.list", "request_id": "req-1", "errors": [{"code": code, "message": message}]}
