"""Macros: in the API from version 2.16 on."""

from __future__ import annotations

from starlette.routing import BaseRoute

from sandbox.intercom.rest.gate import Call, Json, route
from sandbox.intercom.world import IntercomWorld


def routes(world: IntercomWorld) -> list[BaseRoute]:
    return [route(world, "GET", "/macros", _list)]


def _list(call: Call) -> Json:
    """All of them on one page, as the scenario wrote them."""
    return {
        "type": "list",
        "data": [{"type": "macro", **one} for one in call.world.workspace.macros],
        "pages": {"type": "pages", "per_page": 150, "next": None},
    }
