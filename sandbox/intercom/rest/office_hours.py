"""Office hours schedules and their exceptions: in the API from version 2.16 on."""

from __future__ import annotations

from starlette.routing import BaseRoute

from sandbox.intercom.errors import not_found
from sandbox.intercom.rest.gate import Call, Json, route
from sandbox.intercom.world import IntercomWorld


def routes(world: IntercomWorld) -> list[BaseRoute]:
    return [
        route(world, "GET", "/office_hours_schedules", _list),
        route(world, "GET", "/office_hours_schedules/{schedule_id}/office_hours_exceptions", _exceptions),
    ]


def _list(call: Call) -> Json:
    return {
        "type": "office_hours_schedule.list",
        "data": [
            {"type": "office_hours_schedule", **{k: v for k, v in one.items() if k != "exceptions"}}
            for one in call.world.workspace.office_hours
        ],
    }


def _exceptions(call: Call) -> Json:
    for one in call.world.workspace.office_hours:
        if str(one["id"]) == call.path["schedule_id"]:
            rows = [
                {"type": "office_hours_exception", "office_hours_schedule_id": str(one["id"]), **row}
                for row in one.get("exceptions", [])
            ]
            return {"type": "office_hours_exception.list", "data": rows}
    raise not_found("Office hours schedule not found")
