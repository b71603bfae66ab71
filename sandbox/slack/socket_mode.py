"""Socket Mode: web sockets that the app opens, envelopes that it acknowledges."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.slack.delivery import Kind, Reply, Retry
from sandbox.slack.model import Json

if TYPE_CHECKING:
    from sandbox.slack.world import SlackWorld

MAX_CONNECTIONS = 10
WARNING_S = 10.0


@dataclass(eq=False)
class Connection:
    """One open socket and the envelopes on it that await their ack."""

    websocket: WebSocket
    pending: dict[str, asyncio.Future[Reply]] = field(default_factory=dict)


class Sockets:
    """The app's sockets. Each payload goes to one of them, in turn."""

    def __init__(self, world: SlackWorld) -> None:
        self._world = world
        self._tickets: dict[str, float] = {}
        self._connections: list[Connection] = []
        self._turn = 0
        self.was_connected = False

    @property
    def count(self) -> int:
        return len(self._connections)

    def open_url(self) -> str:
        """A web socket address that works once, within the ticket's life."""
        ticket = self._world.ids.secret()
        self._tickets[ticket] = time.monotonic()
        address = self._world.base_url.replace("http", "ws", 1)
        return f"{address}/socket?ticket={ticket}&app_id={self._world.seed.app_id}"

    async def endpoint(self, websocket: WebSocket) -> None:
        """The server's side of one connection, until it ends."""
        born = self._tickets.pop(websocket.query_params.get("ticket", ""), None)
        if born is None or time.monotonic() - born > self._world.timing.socket_ticket_ttl_s:
            await websocket.close(1008)
            return
        await websocket.accept()
        if self.count >= MAX_CONNECTIONS:
            await websocket.send_text(_disconnect("too_many_websockets"))
            await websocket.close()
            return
        connection = Connection(websocket)
        try:
            await websocket.send_text(self._hello(self.count + 1))
            self._connections.append(connection)
            self.was_connected = True
            while True:
                _receive(connection, await websocket.receive_text())
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            self._forget(connection)

    async def send(self, kind: Kind, payload: Json, retry: Retry | None) -> Reply:
        """Send one envelope over one connection and wait for its ack, no longer than the deadline."""
        if not self._connections:
            return Reply(error="no_connection", reason="connection_failed")
        self._turn += 1
        connection = self._connections[self._turn % len(self._connections)]
        envelope_id = str(uuid.uuid4())
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope["retry_attempt"] = retry.number if retry else 0
            envelope["retry_reason"] = "timeout" if retry else ""
        acked: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        connection.pending[envelope_id] = acked
        try:
            async with asyncio.timeout(self._world.timing.ack_deadline_s):
                await connection.websocket.send_text(json.dumps(envelope, ensure_ascii=False))
                return await acked
        except TimeoutError:
            return Reply(error="operation_timeout", reason="timeout")
        except (WebSocketDisconnect, RuntimeError):
            return Reply(error="no_connection", reason="connection_failed")
        finally:
            connection.pending.pop(envelope_id, None)

    async def disconnect(self, reason: str | None = "refresh_requested") -> int:
        """Ask all connections to come back; how many there were.

        `warning` leaves them ten seconds, another reason closes at once, None cuts without a word.
        """
        connections = list(self._connections)
        for connection in connections:
            # The app may be closing the same connection at this moment.
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await self._disconnect(connection, reason)
        return len(connections)

    async def _disconnect(self, connection: Connection, reason: str | None) -> None:
        if reason is not None:
            await connection.websocket.send_text(_disconnect(reason))
        if reason == "warning":
            self._world.background.spawn(self._close_later(connection))
        else:
            self._forget(connection)
            await connection.websocket.close(1000 if reason else 1011)

    async def close(self) -> None:
        await self.disconnect(None)

    async def _close_later(self, connection: Connection) -> None:
        await asyncio.sleep(WARNING_S)
        if connection in self._connections:
            self._forget(connection)
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await connection.websocket.close()

    def _forget(self, connection: Connection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
        for waiting in connection.pending.values():
            if not waiting.done():
                waiting.set_result(Reply(error="operation_timeout", reason="timeout"))

    def _hello(self, connections: int) -> str:
        return json.dumps(
            {
                "type": "hello",
                "num_connections": connections,
                "connection_info": {"app_id": self._world.seed.app_id},
                "debug_info": {
                    "host": "sandbox",
                    "build_number": 1,
                    "approximate_connection_time": 18060,
                },
            }
        )


def _receive(connection: Connection, text: str) -> None:
    try:
        message = json.loads(text)
    except ValueError:
        return
    if not isinstance(message, dict):
        return
    waiting = connection.pending.get(str(message.get("envelope_id")))
    if waiting is not None and not waiting.done():
        payload = message.get("payload")
        waiting.set_result(Reply(200, payload if isinstance(payload, dict) and payload else None))


def _disconnect(reason: str) -> str:
    return json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})
