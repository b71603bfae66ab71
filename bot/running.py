"""A bot that is built: made to work, made to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import aiohttp
import structlog
import uvicorn
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette

from bot import checks
from bot.errors import ConfigError
from bot.intake.teammates import read_teammates
from bot.intercom.client import IntercomClient
from bot.intercom.errors import IntercomError
from bot.intercom.writes import IntercomWrites
from bot.office import Office
from bot.settings.secrets import Secrets
from bot.store.engine import Store
from handlers.front import Front
from jobs.schedule import Pump, scheduler, settle
from jobs.works import Works

log = structlog.get_logger("watchbell.running")

SOCKET_SHOULD_OPEN_WITHIN = 10.0
"""Seconds; after each so many that the socket is not open the log says so."""

REQUESTS_END_WITHIN = 5
"""Seconds that a stop waits for requests: longer than a body may take (`bot/web.py`), so they end well."""


@dataclass
class Bot:
    """A bot that is built and connected, not yet working: `start` makes it work, `stop` ends it."""

    store: Store
    works: Works
    front: Front
    pump: Pump
    bolt: AsyncApp
    web: Starlette
    secrets: Secrets
    reads: IntercomClient
    writes: IntercomWrites
    session: aiohttp.ClientSession
    woken: asyncio.Event
    _ending: list[Callable[[], object]] = field(default_factory=list)

    @property
    def office(self) -> Office:
        """The office as it stands: an edit of watchbell.toml replaces it."""
        return self.works.office

    async def start(self, *, ticking: bool = True, host: str = "127.0.0.1") -> None:
        """Connect to Slack, serve HTTP if a port is set, and begin to tick unless somebody else does."""
        # The SDK's first import takes half a second: paid now, before a rep waits for it.
        self.front.spawn(self.writes.warm())
        with contextlib.suppress(IntercomError):  # the first sweep tries again, and tells
            await read_teammates(self.store, self.office.workspace, self.reads, self.works.clock)
        if self.secrets.slack_app_token is not None:
            await self._connect(self.secrets.slack_app_token)
        if self.secrets.port is not None:
            await self._serve(host, self.secrets.port)
        if ticking:
            beat = scheduler(self.works, self.pump)
            beat.start()
            self._ending.append(partial(beat.shutdown, wait=False))
            waking = asyncio.create_task(self._pump_when_woken())
            self._ending.append(waking.cancel)

    async def stop(self) -> None:
        """Take nothing new in, finish what has begun, close everything."""
        for end in reversed(self._ending):
            with contextlib.suppress(asyncio.CancelledError):
                result = end()
                if asyncio.iscoroutine(result):
                    await result
        self._ending.clear()
        await self.front.finish()
        await self.works.finish()
        await self.works.delivery.finish()
        await self.reads.aclose()
        await self.writes.aclose()
        await self.session.close()
        self.store.close()

    async def settle(self) -> None:
        """Do everything that is due now; returns when nothing is. For tests and compressed time."""
        await self.front.finish()
        await settle(self.works, self.pump)

    async def _connect(self, app_token: str) -> None:
        """Open the socket, however long Slack cannot be reached. The SDK tries for ever and tells nobody."""
        socket = AsyncSocketModeHandler(self.bolt, app_token)
        self._ending.append(socket.close_async)
        opening = asyncio.ensure_future(socket.connect_async())  # type: ignore[no-untyped-call]
        try:
            while not (await asyncio.wait({opening}, timeout=SOCKET_SHOULD_OPEN_WITHIN))[0]:
                trouble = await checks.slack_socket(self.works.slack, app_token)
                log.warning("socket_not_open", reason=trouble.message if trouble is not None else _BLOCKED)
            await opening
        finally:
            opening.cancel()

    async def _pump_when_woken(self) -> None:
        while True:
            await self.woken.wait()
            self.woken.clear()
            await self.pump.run()

    async def _serve(self, host: str, port: int) -> None:
        config = uvicorn.Config(
            self.web,
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            # Nobody is told what serves here, and who asks is not told by a header: signatures tell.
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=REQUESTS_END_WITHIN,
        )
        server = _Quiet(config)
        refused = _Refused()
        spoken = logging.getLogger("uvicorn.error")
        spoken.addFilter(refused)
        serving = asyncio.create_task(server.serve())

        async def end() -> None:
            server.should_exit = True
            await serving

        self._ending.append(end)
        try:
            while not server.started:
                if serving.done():
                    raise refused.told(port, host)
                await asyncio.sleep(0.01)
        finally:
            spoken.removeFilter(refused)


_BLOCKED = (
    "Slack gives an address for the socket, and no connection to it comes about: see what blocks wss://"
)


class _Refused(logging.Filter):
    """Keeps uvicorn's line about a port that it did not get: it is told once, as a setting that is wrong."""

    def __init__(self) -> None:
        super().__init__()
        self._error: OSError | None = None

    def filter(self, record: logging.LogRecord) -> bool:
        if not isinstance(record.msg, OSError):
            return True
        self._error = record.msg
        return False

    def told(self, port: int, host: str) -> ConfigError:
        return checks.not_listening(port, self._error, host)


class _Quiet(uvicorn.Server):
    """Signals belong to the command line."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def serve(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        with contextlib.suppress(SystemExit):
            await super().serve(sockets)  # type: ignore[arg-type]
