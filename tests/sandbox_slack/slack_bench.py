"""A workspace of the local Slack on a real port, and a small real Bolt app as its bot."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import uvicorn
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from sandbox.clock import SandboxClock
from sandbox.control import routes as control_routes
from sandbox.faults import FaultBoard
from sandbox.slack import Channel, SlackSeed, SlackWorld, Timing, User, UserGroup, routes

MONDAY = datetime(2026, 11, 23, 7, 25, tzinfo=UTC)
SEED = SlackSeed(team_name="Copperleaf")
BOT = SEED.bot_user_id
MARA, JONAS, GUEST, STRANGER, GONE = "U0MARA", "U0JONAS", "U0GUEST", "U0ELSA", "U0GONE"
ALERTS, LOUNGE, SECRET, PARTNER, OLD = "C0ALERTS", "C0LOUNGE", "C0SECRET", "C0PARTNER", "C0OLD"


def workspace(timing: Timing | None = None) -> SlackWorld:
    """Two reps, a guest, a stranger and somebody who left; channels of each kind. The clock stands still."""
    world = SlackWorld(
        SandboxClock(MONDAY, speed=0), FaultBoard(), base_url="http://127.0.0.1", seed=SEED, timing=timing
    )
    world.add_user(User(MARA, "mara", "Mara Lindqvist", "mara@copperleaf.example", is_admin=True))
    world.add_user(User(JONAS, "jonas", "Jonas Ito", "jonas@copperleaf.example", "Asia/Tokyo"))
    world.add_user(User(GUEST, "gus", "Gus Adeyemi", "gus@alder.example", is_ultra_restricted=True))
    world.add_user(
        User(STRANGER, "elsa", "Elsa Okoye", "elsa@alder.example", is_stranger=True, team_id="T0ALDER")
    )
    world.add_user(User(GONE, "ravi", "Ravi Sand", "ravi@copperleaf.example", deleted=True))
    world.add_channel(Channel(ALERTS, "support-alerts", {MARA, JONAS, GUEST, BOT}))
    world.add_channel(Channel(LOUNGE, "lounge", {MARA, JONAS}))
    world.add_channel(Channel(SECRET, "board", {MARA}, is_private=True))
    world.add_channel(
        Channel(PARTNER, "ext-alder", {MARA, STRANGER, BOT}, is_ext_shared=True, shared_team_ids=("T0ALDER",))
    )
    world.add_channel(Channel(OLD, "support-2025", {MARA, BOT}, is_archived=True))
    world.add_usergroup(UserGroup("S0REPS", "reps", "Support reps", (MARA, JONAS)))
    return world


@contextlib.asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """The address at which `app` is served on the loopback, until the block ends.

    Starts and stops uvicorn's server by its parts: its own main loop costs 0.2 s at each stop.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        for part in server.servers:
            part.close()
        for connection in list(server.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def served(world: SlackWorld) -> AsyncIterator[SlackWorld]:
    """The world behind a real port, with its control API."""
    control = control_routes(world.faults, world.clock, world)
    app = Starlette(routes=[Mount("/slack", routes=routes(world)), Mount("/control", routes=control)])
    async with serving(app) as address:
        world.base_url = f"{address}/slack"
        try:
            yield world
        finally:
            await world.close()


def client(world: SlackWorld, token: str = SEED.bot_token, **options: Any) -> AsyncWebClient:
    return AsyncWebClient(token, base_url=f"{world.base_url}/api/", **options)


def bolt_app(world: SlackWorld) -> AsyncApp:
    return AsyncApp(
        client=client(world),
        signing_secret=SEED.signing_secret,
        process_before_response=True,
        request_verification_enabled=True,
    )


@contextlib.asynccontextmanager
async def by_http(world: SlackWorld, app: AsyncApp) -> AsyncIterator[AsyncApp]:
    """The bot behind its own signed HTTP endpoint."""
    handler = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    async with (
        serving(Starlette(routes=[Route("/slack/events", events, methods=["POST"])])) as address,
        httpx.AsyncClient() as http,
    ):
        world.deliver_http(f"{address}/slack/events", http)
        try:
            yield app
        finally:
            world.deliver_http(None)


@contextlib.asynccontextmanager
async def by_socket(world: SlackWorld, app: AsyncApp) -> AsyncIterator[AsyncApp]:
    """The bot over Socket Mode, connected."""
    handler = AsyncSocketModeHandler(app, SEED.app_token)
    handler.client.web_client.base_url = f"{world.base_url}/api/"
    await handler.connect_async()
    await eventually(lambda: world.sockets.count == 1)
    try:
        yield app
    finally:
        await handler.close_async()


Mode = Callable[[SlackWorld, AsyncApp], contextlib.AbstractAsyncContextManager[AsyncApp]]
MODES: dict[str, Mode] = {"http": by_http, "socket": by_socket}


async def eventually(holds: Callable[[], Any], within: float = 5.0) -> None:
    """Wait until `holds()` is true. Raises AssertionError when it never is."""
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.01)


async def error_of(call: Awaitable[Any]) -> str:
    """Slack's error code for a call that must fail."""
    try:
        await call
    except SlackApiError as error:
        return str(error.response["error"])
    raise AssertionError("the call went through")


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(action_id: str, text: str = "Claim", **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": text}, **more}


def actions(*elements: dict[str, Any], block_id: str = "acts") -> dict[str, Any]:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def text_input(block_id: str, action_id: str = "text", **more: Any) -> dict[str, Any]:
    block = {key: more.pop(key) for key in ("optional", "dispatch_action") if key in more}
    return {
        "type": "input",
        "block_id": block_id,
        "label": {"type": "plain_text", "text": block_id},
        "element": {"type": "plain_text_input", "action_id": action_id, **more},
        **block,
    }


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "answer",
        "title": {"type": "plain_text", "text": "Answer"},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": list(blocks),
        **more,
    }
