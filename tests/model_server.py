"""A local server that speaks OpenAI's chat completions, and a house whose bot asks it for drafts."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from harness import House, OpenHouse
from local_server import served
from small_office import scenario

from sandbox.slack.model import View

KEY = "planted-model-key-77aa"
DRAFT = "Hello Dana,\nwe are looking into the login page. Can you tell us [number]?"


@dataclass
class Model:
    """A server that speaks OpenAI's chat completions, and what it was asked."""

    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    says: Any = DRAFT
    status: int = 200
    hold: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        self.keys.append(request.headers.get("Authorization", ""))
        await self.hold.wait()
        if self.status != 200:
            return web.Response(status=self.status, text=f"no, {KEY}", headers={"Location": self.url})
        said = (
            self.says if isinstance(self.says, dict) else {"choices": [{"message": {"content": self.says}}]}
        )
        return web.json_response(said)


@contextlib.asynccontextmanager
async def serving() -> AsyncIterator[Model]:
    model = Model()
    model.hold.set()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", model.answer)
    async with served(app) as url:
        model.url = f"{url}/v1"
        yield model


async def with_model(build: OpenHouse, model: Model, data: dict[str, Any] | None = None) -> House:
    house = await build(data=data or scenario("1001"))
    await house.stop_bot()
    await house.start_bot(llm_url=model.url, llm_key=KEY, llm_model="plain-7b")
    await house.settle()
    return house


async def drafted(house: House, conversation_id: str = "1001") -> View:
    view = await house.ana.opens_answer(conversation_id)
    assert (await house.ana.presses_in(view, "draft")).ok
    await house.bot.front.finish()
    return house.ana.view
