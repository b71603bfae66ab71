"""The HTTP entrance of a bot that is put together: who comes in by which door, and what is kept of it."""

from __future__ import annotations

import asyncio
import re

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from bot import metrics, web
from bot.intake.webhook import Arrived, arrived, keep_notifications
from bot.meters import Meters
from bot.settings.secrets import Secrets
from bot.store import pulse
from bot.store.gathered import Gathered
from jobs.works import Works

_NOT_TICKED = "nothing has ticked yet"
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


def build(secrets: Secrets, bolt: AsyncApp, works: Works, meters: Meters, woken: asyncio.Event) -> Starlette:
    """The application of `bot/web.py` over these works. Slack's door is there in HTTP mode only."""
    workspace, store = works.office.workspace, works.store

    async def write(several: list[Arrived]) -> list[None]:
        await store.write_beside(keep_notifications, workspace, several)
        return [None] * len(several)

    kept = Gathered(write)

    async def keep(raw: bytes) -> None:
        await kept.add(arrived(raw, works.at()))
        woken.set()

    async def servable() -> list[str]:
        """People and Intercom are not to be shut out for what only deliveries wait for: a look through Slack,
        an Intercom that does not answer. Nor for a database that does not: no other replica has a better
        one, and this one answers in a sentence.
        """
        return [] if works.ticked else [_NOT_TICKED]

    async def ready() -> list[str]:
        if not works.ticked:
            return [_NOT_TICKED]
        shut_out = await store.read(pulse.last_beat, workspace, pulse.SHUT_OUT)
        refused = [shut_out.detail] if shut_out is not None and shut_out.detail else []
        return [*works.late(), *refused]

    async def shown() -> bytes:
        kept = await store.read(metrics.exposition, workspace, dict(works.ticked), works.at())
        return kept + meters.exposition()

    slack = None
    if not secrets.socket_mode:
        handler = AsyncSlackRequestHandler(bolt)

        async def slack(request: Request) -> Response:
            if not _TIMESTAMP.fullmatch(request.headers.get("x-slack-request-timestamp", "")):
                # Bolt would answer with a fault of its own to a time that is no number.
                return Response("bad signature\n", 401)
            return await handler.handle(request)

    return web.build(
        slack=slack,
        keep_notification=keep,
        intercom_secret=secrets.intercom_client_secret,
        ready=ready,
        servable=servable,
        metrics=shown,
        acknowledged=meters.acknowledged,
    )
