"""The least that answers a signed slash command: a bare Bolt app behind Starlette."""

from __future__ import annotations

import asyncio
import itertools

import aiohttp
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.stage import SEED
from benchmarks.webhook_floor import FloorWriter
from bot.slack import client as slack_client


def bare(session: aiohttp.ClientSession, slack_url: str, writer: FloorWriter | None = None) -> Starlette:
    """The least that answers a signed command; with a `writer`, once a row of it is committed."""
    numbers = itertools.count()
    bolt = AsyncApp(
        client=slack_client.build(SEED.bot_token, slack_url, session),
        signing_secret=SEED.signing_secret,
        process_before_response=True,
    )

    async def nothing(ack: AsyncAck) -> None:
        if writer is not None:
            await asyncio.wrap_future(writer.insert(str(next(numbers)), ""))
        await ack()

    for command in ("/claim", "/inbox"):
        bolt.command(command)(nothing)
    handler = AsyncSlackRequestHandler(bolt)

    async def slack(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", slack, methods=["POST"])])
