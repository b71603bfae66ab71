"""A tiny real bot: Bolt, reached in-process over signed HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from small_cards import answer_view, home_blocks
from starlette.applications import Starlette
from starlette.routing import Route

from sandbox.slack.world import SlackWorld


def tiny_bot(world: SlackWorld) -> httpx.AsyncClient:
    """Two commands, four buttons, a modal with a search, a shortcut, a Home. Close the client at the end."""
    seed = world.seed
    client = AsyncWebClient(token=seed.bot_token, base_url=f"{world.base_url}/api/")
    app = AsyncApp(
        signing_secret=seed.signing_secret,
        client=client,
        process_before_response=True,
    )

    @app.command("/claim")
    async def claim_command(ack: Any, command: Any) -> None:
        await ack(
            text=f":white_check_mark: *Claimed Northwind* for <@{command['user_id']}>. {command['text']}"
        )

    @app.command("/slow")
    async def slow(ack: Any) -> None:
        await asyncio.sleep(1.5)
        await ack()

    @app.action("wb:claim")
    async def claim(ack: Any, body: Any) -> None:
        await ack()
        blocks = body["message"]["blocks"]
        blocks[0]["text"]["text"] += f"\nClaimed by <@{body['user']['id']}>"
        blocks[-1]["elements"] = blocks[-1]["elements"][1:]
        await client.chat_update(
            channel=body["channel"]["id"], ts=body["message"]["ts"], blocks=blocks, text="Claimed"
        )

    @app.action("wb:answer")
    async def answer(ack: Any, body: Any) -> None:
        await ack()
        where = f"{body['channel']['id']}|{body['message']['ts']}"
        await client.views_open(trigger_id=body["trigger_id"], view=answer_view(where))

    @app.action("wb:more")
    async def more(ack: Any, body: Any) -> None:
        await ack()
        chosen = body["actions"][0]["selected_option"]["text"]["text"]
        await client.chat_postEphemeral(
            channel=body["channel"]["id"], user=body["user"]["id"], text=f"You chose {chosen}"
        )

    @app.action("wb:drop")
    async def drop(ack: Any, respond: Any) -> None:
        await ack()
        await respond("Closed three conversations.")

    @app.options("saved")
    async def saved(ack: Any, payload: Any) -> None:
        titles = [
            one
            for one in ("Reset SSO", "Reset a password", "Invoice copy")
            if payload["value"].lower() in one.lower()
        ]
        await ack(options=[{"text": {"type": "plain_text", "text": one}, "value": one} for one in titles])

    @app.view("wb_answer")
    async def submitted(ack: Any, body: Any, view: Any) -> None:
        rich = view["state"]["values"]["text"]["text"]["rich_text_value"]
        words = "".join(part.get("text", "") for section in rich["elements"] for part in section["elements"])
        if len(words) < 10:
            await ack(response_action="errors", errors={"text": "Write at least ten characters."})
            return
        await ack()
        channel, ts = view["private_metadata"].split("|")
        blocks = [{"type": "rich_text", "elements": rich["elements"]}]
        await client.chat_postMessage(channel=channel, thread_ts=ts, text="Answered", blocks=blocks)

    @app.shortcut("wb_why")
    async def why(ack: Any, body: Any) -> None:
        await ack()
        await client.chat_postEphemeral(
            channel=body["channel"]["id"], user=body["user"]["id"], text="Because it waits."
        )

    @app.event("app_home_opened")
    async def home(event: Any) -> None:
        blocks = home_blocks()
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @app.event("message")
    async def message(event: Any) -> None:
        pass

    handler = AsyncSlackRequestHandler(app)
    served = Starlette(routes=[Route("/slack/events", handler.handle, methods=["POST"])])
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app=served), base_url="http://bot")
    world.deliver_http("http://bot/slack/events", http)
    return http
