"""The REST API as Starlette routes; mount them under `/intercom`."""

from __future__ import annotations

from starlette.routing import BaseRoute

from sandbox.intercom.rest import (
    companies,
    contacts,
    conversation_changes,
    conversations,
    knowledge,
    macros,
    office_hours,
    people,
    tickets,
)
from sandbox.intercom.rest.gate import unknown
from sandbox.intercom.world import IntercomWorld


def routes(world: IntercomWorld) -> list[BaseRoute]:
    """All routes of `world`; a path that is not served answers 404 in Intercom's shape."""
    rooms = (
        people,
        conversations,
        conversation_changes,
        contacts,
        companies,
        knowledge,
        macros,
        office_hours,
        tickets,
    )
    served: list[BaseRoute] = [route for room in rooms for route in room.routes(world)]
    return [*served, unknown(world)]
