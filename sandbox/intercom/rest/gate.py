"""What every call passes: faults, token, API version, rate limit, and Intercom's form of an error."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import ConnectionCut, Fault
from sandbox.intercom.errors import ApiError, invalid, not_found
from sandbox.intercom.model import Admin, Conversation
from sandbox.intercom.world import IntercomWorld

VERSIONS = ("2.14", "2.16")  # both are answered in the shape of 2.14, but for merged contacts
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]

Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One authorised call: its world, path parameters, query and JSON body (an empty object without one)."""

    world: IntercomWorld
    path: dict[str, str]
    query: dict[str, str]
    body: Json
    version: str = VERSIONS[0]

    def conversation(self) -> Conversation:
        return self.found(self.path["conversation_id"])

    def found(self, conversation_id: str) -> Conversation:
        found = self.world.workspace.conversations.get(conversation_id)
        if found is None:
            raise not_found("Conversation not found")
        return found

    def acting_admin(self) -> Admin:
        """The admin that the body's `admin_id` names. Bodies name admins by string only."""
        id_ = self.text("admin_id")
        admin = self.world.admins.get(id_)
        if admin is None:
            raise not_found("Admin not found", "admin_not_found")
        return admin

    def text(self, name: str) -> str:
        """A string that the body must have."""
        value = self.body.get(name)
        if value is None:
            raise ApiError(400, "parameter_not_found", f"{name} is a required parameter", name)
        if not isinstance(value, str):
            raise invalid(f"{name} must be a string", name)
        return value

    def optional_text(self, name: str) -> str | None:
        return self.text(name) if self.body.get(name) is not None else None

    def flag(self, name: str) -> bool:
        value = self.body.get(name)
        if not isinstance(value, bool):
            raise invalid(f"{name} must be a boolean", name)
        return value

    def number(self, name: str, default: int, *, at_least: int = 1, at_most: int = 10**12) -> int:
        """A whole number of the query."""
        text = self.query.get(name)
        return default if text is None else whole(name, text, at_least, at_most)


def whole(name: str, value: Any, at_least: int, at_most: int) -> int:
    """`value` as a whole number within the bounds. ApiError 400 otherwise."""
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise invalid(f"{name} must be a whole number", name) from None
    if isinstance(value, bool | float) or not at_least <= number <= at_most:
        raise invalid(f"{name} must be between {at_least} and {at_most}", name)
    return number


Work = Callable[[Call], Json]


def route(world: IntercomWorld, method: str, path: str, work: Work) -> Route:
    """A route that does `work` for calls that may pass."""

    async def endpoint(request: Request) -> Response:
        name = f"{method} {request.url.path.removeprefix(request.scope.get('root_path', ''))}"
        fault = world.faults.take("intercom", name)
        if fault is not None and (answer := await _before(fault)) is not None:
            return answer
        raw = await request.body()
        if fault is not None and fault.kind == "late":
            _later(world, fault.seconds, lambda: _answer(world, request, raw, work))
            raise ConnectionCut(name)
        response = _answer(world, request, raw, work)
        if fault is not None and fault.kind == "drop_after":
            raise ConnectionCut(name)
        if fault is not None and fault.kind == "stale":
            await asyncio.sleep(fault.seconds)
        return response

    return Route(path, endpoint, methods=[method])


def unknown(world: IntercomWorld) -> Route:
    """Where a path leads that Intercom, or this sandbox, does not have."""

    def refuse(_call: Call) -> Json:
        raise not_found("The requested resource was not found")

    async def endpoint(request: Request) -> Response:
        return _answer(world, request, b"", refuse)

    return Route("/{path:path}", endpoint, methods=METHODS)


async def _before(fault: Fault) -> Response | None:
    if fault.kind == "error":
        return _json(fault.status, ApiError(fault.status, fault.error, "A fault of the sandbox").body())
    if fault.kind == "rate_limit":
        error = ApiError(429, "rate_limit_exceeded", "Exceeded rate limit")
        response = _json(429, error.body())
        response.headers["Retry-After"] = str(max(1, round(fault.seconds)))
        return response
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
        return None
    if fault.kind == "hang":
        await asyncio.sleep(fault.seconds)
        raise ConnectionCut(fault.call)
    if fault.kind == "drop_before":
        raise ConnectionCut(fault.call)
    return None


def _later(world: IntercomWorld, seconds: float, work: Callable[[], object]) -> None:
    async def wait_and_work() -> None:
        await asyncio.sleep(seconds)
        work()

    task = asyncio.get_running_loop().create_task(wait_and_work())
    world.background.add(task)
    task.add_done_callback(world.background.discard)


def _answer(world: IntercomWorld, request: Request, raw: bytes, work: Work) -> Response:
    version = request.headers.get("intercom-version", VERSIONS[0])
    headers: dict[str, str] = {}
    if not world.limits.take():
        status, body = 429, ApiError(429, "rate_limit_exceeded", "Exceeded rate limit").body()
    else:
        try:
            _admit(world, request)
            world.wake()
            query = dict(request.query_params)
            status, body = 200, work(Call(world, request.path_params, query, _parsed(raw), version))
        except ApiError as error:
            status, body, headers = error.status, error.body(), error.headers
    response = _json(status, body)
    response.headers.update(world.limits.headers() | headers)
    response.headers["X-Request-Id"] = str(uuid.uuid4())
    response.headers["Intercom-Version"] = version
    return response


def _admit(world: IntercomWorld, request: Request) -> None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or token.strip() != world.token:
        raise ApiError(401, "unauthorized", "Access Token Invalid")
    version = request.headers.get("intercom-version", VERSIONS[0])
    if version not in VERSIONS:
        raise ApiError(400, "intercom_version_invalid", f"The requested version {version} could not be found")


def _parsed(raw: bytes) -> Json:
    if not raw.strip():
        return {}
    try:
        body = json.loads(raw)
    except ValueError:
        raise ApiError(400, "bad_request", "The body is not JSON") from None
    if not isinstance(body, dict):
        raise ApiError(400, "bad_request", "The body must be a JSON object")
    return body


def _json(status: int, body: Json) -> Response:
    return Response(msgspec.json.encode(body), status_code=status, media_type="application/json")
