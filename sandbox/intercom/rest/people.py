"""The workspace's own people: who the token is, admins, teams, away mode, the audit log."""

from __future__ import annotations

from starlette.routing import BaseRoute

from sandbox.intercom import render
from sandbox.intercom.errors import ApiError, missing, not_found
from sandbox.intercom.model import Admin
from sandbox.intercom.paging import by_cursor, by_number
from sandbox.intercom.rest.gate import Call, Json, route, whole
from sandbox.intercom.world import IntercomWorld


def routes(world: IntercomWorld) -> list[BaseRoute]:
    return [
        route(world, "GET", "/me", _me),
        route(world, "GET", "/admins", _admins),
        route(world, "GET", "/admins/activity_logs", _activity_logs),
        route(world, "GET", "/admins/{admin_id}", lambda call: render.admin(_admin(call, "Admin not found"))),
        route(world, "PUT", "/admins/{admin_id}/away", _away),
        route(world, "GET", "/teams", _teams),
        route(world, "GET", "/teams/{team_id}", _team),
    ]


def _me(call: Call) -> Json:
    admins = call.world.admins
    if not admins:
        raise ApiError(401, "unauthorized", "Access Token Invalid")
    return render.me(call.world.workspace, next(iter(admins.values())))


def _admins(call: Call) -> Json:
    return {"type": "admin.list", "admins": [render.admin(one) for one in call.world.admins.values()]}


def _admin(call: Call, message: str) -> Admin:
    admin = call.world.admins.get(call.path["admin_id"])
    if admin is None:
        raise not_found(message, "admin_not_found")
    return admin


def _away(call: Call) -> Json:
    admin = _admin(call, "Admin for admin_id not found")
    away, reassign = call.flag("away_mode_enabled"), call.flag("away_mode_reassign")
    call.world.admin_away(admin.id, away, reassign=reassign)
    reason = call.body.get("away_status_reason_id")
    admin.away_status_reason_id = (
        None if reason is None or not away else whole("away_status_reason_id", reason, 1, 10**12)
    )
    return render.admin(admin)


def _activity_logs(call: Call) -> Json:
    if "created_at_after" not in call.query:
        raise missing("created_at_after")
    after, before = (
        call.number("created_at_after", 0, at_least=0),
        call.number("created_at_before", 10**12, at_least=0),
    )
    logs = [log for log in call.world.workspace.activity_logs if after <= log.at <= before]
    per_page = call.number("per_page", 20, at_most=50)
    if "page" in call.query:
        page = by_number(sorted(logs, key=lambda log: -log.at), call.number("page", 1), per_page)
    else:
        page = by_cursor(
            logs,
            lambda log: log.at,
            lambda log: log.id,
            descending=True,
            per_page=per_page,
            cursor=call.query.get("starting_after"),
        )
    return {
        "type": "activity_log.list",
        "pages": page.shape,
        "activity_logs": [render.activity_log(call.world.workspace, log) for log in page.rows],
    }


def _teams(call: Call) -> Json:
    return {"type": "team.list", "teams": [render.team(one) for one in call.world.teams.values()]}


def _team(call: Call) -> Json:
    team = call.world.teams.get(call.path["team_id"])
    if team is None:
        raise not_found("Team not found", "team_not_found")
    return render.team(team)
