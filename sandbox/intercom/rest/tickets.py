"""Tickets, as far as the sandbox has them: one ticket, and the types there are."""

from __future__ import annotations

from starlette.routing import BaseRoute

from sandbox.intercom.errors import not_found
from sandbox.intercom.render_tickets import ticket, ticket_type
from sandbox.intercom.rest.gate import Call, Json, route
from sandbox.intercom.world import IntercomWorld


def routes(world: IntercomWorld) -> list[BaseRoute]:
    return [
        route(world, "GET", "/tickets/{ticket_id}", _ticket),
        route(world, "GET", "/ticket_types", _types),
        route(world, "GET", "/ticket_types/{ticket_type_id}", _type),
    ]


def _ticket(call: Call) -> Json:
    found = call.world.tickets.get(call.path["ticket_id"])
    if found is None:
        raise not_found("Ticket not found", "ticket_not_found")
    return ticket(call.world.workspace, found)


def _types(call: Call) -> Json:
    ws = call.world.workspace
    return {"type": "list", "data": [ticket_type(ws, one) for one in ws.ticket_types.values()]}


def _type(call: Call) -> Json:
    ws = call.world.workspace
    found = ws.ticket_types.get(call.path["ticket_type_id"])
    if found is None:
        raise not_found("Resource Not Found")
    return ticket_type(ws, found)
