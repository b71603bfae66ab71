"""The least that may answer a webhook: the floor that the bot's own entrance is held against."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import queue
import sqlite3
import threading
from concurrent.futures import Future
from pathlib import Path

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from benchmarks.stage import CLIENT_SECRET
from bot.store.writer import GROUP


class FloorWriter:
    """One thread, one table, a commit for whatever waits, at most GROUP together."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._queue: queue.SimpleQueue[tuple[str, str, Future[None]]] = queue.SimpleQueue()
        threading.Thread(target=self._run, daemon=True).start()

    def insert(self, key: str, body: str) -> Future[None]:
        future: Future[None] = Future()
        self._queue.put((key, body, future))
        return future

    def _run(self) -> None:
        connection = sqlite3.connect(self._database, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE inbox (id INTEGER PRIMARY KEY, key TEXT UNIQUE, body TEXT)")
        while True:
            batch = [self._queue.get()]
            with contextlib.suppress(queue.Empty):
                while len(batch) < GROUP:
                    batch.append(self._queue.get_nowait())
            connection.execute("BEGIN IMMEDIATE")
            for key, body, _ in batch:
                connection.execute(
                    "INSERT INTO inbox (key, body) VALUES (?, ?) ON CONFLICT DO NOTHING", (key, body)
                )
            connection.execute("COMMIT")
            for _, _, future in batch:
                future.set_result(None)


def floor_app(database: Path) -> Starlette:
    """The least that may answer a webhook."""
    writer = FloorWriter(database)

    async def webhook(request: Request) -> Response:
        raw = await request.body()
        expected = "sha1=" + hmac.new(CLIENT_SECRET.encode(), raw, hashlib.sha1).hexdigest()
        if not hmac.compare_digest(expected, request.headers.get("x-hub-signature", "")):
            return PlainTextResponse("bad signature\n", 401)
        told = msgspec.json.decode(raw)
        await asyncio.wrap_future(writer.insert(told["id"], raw.decode()))
        return PlainTextResponse("ok\n")

    return Starlette(routes=[Route("/intercom/webhook", webhook, methods=["POST"])])
