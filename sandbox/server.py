"""Builds the sandbox into one web application and serves it on the loopback address."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.types import ASGIApp

from sandbox.control import routes as control_routes
from sandbox.dated import Dated
from sandbox.faults import CutConnections
from sandbox.intercom import routes as intercom_routes
from sandbox.page.page import Page
from sandbox.page.routes import routes as page_routes
from sandbox.page.security import PageGuard
from sandbox.slack import routes as slack_routes

HOST = "127.0.0.1"
DEFAULT_PORT = 8710
STOP_WITHIN_S = 2


class PortTaken(OSError):
    """Another program listens on the port."""

    def __init__(self, port: int) -> None:
        super().__init__(errno.EADDRINUSE, f"Port {port} is taken. Stop what uses it, or set another PORT.")
        self.port = port

    def __str__(self) -> str:
        return str(self.strerror)


def build(page: Page) -> ASGIApp:
    """Slack under /slack, Intercom under /intercom, the control API under /control, the page at /."""
    control = Starlette(
        routes=control_routes(page.faults, page.clock, page.slack),
        # The control API asks for no token; the guard keeps other sites' pages from using it.
        middleware=[Middleware(PageGuard)],
    )
    # Below Starlette's own error handling, which would answer 500 before the connection is cut.
    cut = Middleware(CutConnections)
    dated = Middleware(Dated, tell=lambda: page.slack.tells_time())
    return Starlette(
        routes=[
            Mount("/slack", routes=slack_routes(page.slack), middleware=[dated, cut]),
            Mount("/intercom", routes=intercom_routes(page.intercom), middleware=[Middleware(Dated), cut]),
            Mount("/control", control),
            *page_routes(page),
        ]
    )


class SandboxServer:
    """One port of the loopback address, taken at once, so that `url` is known before anything is built.

    Port 0 lets the system choose. Raises PortTaken.
    """

    def __init__(self, port: int = DEFAULT_PORT) -> None:
        self._socket = _listening(port)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        self._page: Page | None = None
        self._server: _Server | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, page: Page) -> None:
        """Serve until `stop`. The worlds' base addresses are set to where they are mounted."""
        page.slack.base_url = f"{self.url}/slack"
        page.intercom.base_url = f"{self.url}/intercom"
        config = uvicorn.Config(
            build(page),
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=STOP_WITHIN_S,
            date_header=False,
        )
        self._page = page
        self._server = _Server(config)
        serving = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        self._tasks = [serving, asyncio.create_task(page.intercom.run())]
        while not self._server.started:
            if serving.done():
                await serving
                raise RuntimeError("the sandbox's server ended before it began")
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """End every stream and connection, then give the port back. Doing it twice is fine."""
        if self._page is not None and self._server is not None:
            serving, snoozing = self._tasks
            snoozing.cancel()
            self._page.hub.close()
            await self._page.slack.close()
            self._server.leave()
            await serving
            await asyncio.gather(snoozing, return_exceptions=True)
            self._server = None
        self._socket.close()


class _Server(uvicorn.Server):
    """Signals belong to the program that starts us, and who asks us to leave does not wait for a tick."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._leaving = asyncio.Event()

    def leave(self) -> None:
        self.should_exit = True
        self._leaving.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        ticking = asyncio.create_task(super().main_loop())
        leaving = asyncio.create_task(self._leaving.wait())
        await asyncio.wait({ticking, leaving}, return_when=asyncio.FIRST_COMPLETED)
        for task in (ticking, leaving):
            task.cancel()
        await asyncio.gather(ticking, leaving, return_exceptions=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)
            return
        for server in self.servers:
            server.close()


def _listening(port: int) -> socket.socket:
    # asyncio sets TCP_NODELAY only on sockets that name their protocol; without it answers wait for acks.
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((HOST, port))
        made.listen(128)
    except OSError as error:
        made.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port) from None
        raise
    made.setblocking(False)
    return made
