"""Token, version, errors, rate limit and faults: what stands before every call."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import uvicorn
from intercom_workspace import HEADERS
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from sandbox.faults import CutConnections, Fault
from sandbox.intercom import routes
from sandbox.intercom.limits import RateLimit
from sandbox.intercom.world import IntercomWorld

MARA = "8412056"
REPLY = {"message_type": "comment", "type": "admin", "admin_id": MARA, "body": "Hello"}


def code(response: httpx.Response) -> tuple[int, str]:
    body = response.json()
    assert body["type"] == "error.list"
    return response.status_code, body["errors"][0]["code"]


@pytest.mark.parametrize("authorization", ["", "Bearer wrong", "Basic tok-7"])
async def test_a_wrong_token_is_refused(client: httpx.AsyncClient, authorization: str) -> None:
    response = await client.get("/me", headers={"Authorization": authorization})
    assert code(response) == (401, "unauthorized")


@pytest.mark.parametrize(("version", "status"), [("2.14", 200), ("2.16", 200), ("1.0", 400)])
async def test_api_versions(client: httpx.AsyncClient, version: str, status: int) -> None:
    assert (await client.get("/me", headers={"Intercom-Version": version})).status_code == status


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("GET", "/nowhere", None, (404, "not_found")),
        ("GET", "/conversations/9", None, (404, "not_found")),
        ("GET", "/admins/9", None, (404, "admin_not_found")),
        ("GET", "/teams/9", None, (404, "team_not_found")),
        ("GET", "/contacts/9", None, (404, "not_found")),
        ("GET", "/companies/9", None, (404, "company_not_found")),
        ("GET", "/companies?company_id=9", None, (404, "company_not_found")),
        ("GET", "/tickets/9", None, (404, "ticket_not_found")),
        ("GET", "/conversations?per_page=0", None, (400, "parameter_invalid")),
        ("GET", "/data_attributes?model=conversation", None, (400, "parameter_invalid")),
        ("POST", "/conversations/1001/reply", {}, (400, "parameter_not_found")),
        ("POST", "/conversations/1001/reply", REPLY | {"admin_id": 8412056}, (400, "parameter_invalid")),
        ("POST", "/conversations/1001/reply", REPLY | {"admin_id": "9"}, (404, "admin_not_found")),
        ("POST", "/conversations/1001/reply", REPLY | {"body": "  "}, (400, "parameter_not_found")),
        ("POST", "/conversations/1001/reply", REPLY | {"message_type": "shout"}, (400, "parameter_invalid")),
        (
            "POST",
            "/conversations/1001/reply",
            REPLY | {"attachment_urls": ["https://a.example/x"] * 11},
            (400, "parameter_invalid"),
        ),
        (
            "POST",
            "/conversations/1001/parts",
            {"message_type": "snoozed", "admin_id": MARA, "snoozed_until": 5},
            (400, "parameter_invalid"),
        ),
        (
            "POST",
            "/conversations/1001/parts",
            {"message_type": "assignment", "type": "admin", "admin_id": MARA, "assignee_id": "77"},
            (404, "assignee_not_found"),
        ),
        ("POST", "/conversations/1001/tags", {"id": "1", "admin_id": MARA}, (404, "tag_not_found")),
        ("DELETE", "/conversations/1001/tags/9002", {"admin_id": MARA}, (404, "tag_not_found")),
        ("PUT", f"/admins/{MARA}/away", {"away_mode_enabled": "yes"}, (400, "parameter_invalid")),
        ("POST", "/conversations/1001/convert", {"ticket_type_id": "1"}, (400, "parameter_invalid")),
        ("POST", "/conversations/1001/merge", {}, (400, "parameter_invalid")),
        ("POST", "/conversations/1001/merge", {"merge_into_conversation_id": 1}, (422, "merge_failed")),
        ("POST", "/conversations/1001/merge", {"merge_into_conversation_id": 1001}, (422, "merge_failed")),
    ],
)
async def test_a_mistake_is_named_and_nothing_is_done(
    client: httpx.AsyncClient,
    world: IntercomWorld,
    method: str,
    path: str,
    body: Any,
    expected: tuple[int, str],
) -> None:
    before = world.conversation("1001")
    assert code(await client.request(method, path, json=body)) == expected
    assert world.conversation("1001") == before


@pytest.mark.parametrize("raw", [b"{", b"[]", b"\xff"])
async def test_a_body_that_is_no_json_object_is_refused(client: httpx.AsyncClient, raw: bytes) -> None:
    assert code(await client.post("/conversations/1001/reply", content=raw)) == (400, "bad_request")


async def test_the_rate_limit_is_told_on_each_answer_and_enforced(
    client: httpx.AsyncClient, world: IntercomWorld
) -> None:
    now = 100.0
    world.limits = RateLimit(limit=2, now=lambda: now)
    first = await client.get("/me")
    assert first.headers["X-RateLimit-Limit"] == "2"
    assert first.headers["X-RateLimit-Remaining"] == "1"
    assert 0 < int(first.headers["X-RateLimit-Reset"]) - time.time() <= 11
    assert (await client.get("/me")).status_code == 200
    refused = await client.post("/conversations/1001/reply", json=REPLY)
    assert code(refused) == (429, "rate_limit_exceeded")
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert not world.sent_to_customers()
    now += 10.0
    assert (await client.get("/me")).status_code == 200


@pytest.fixture
async def cuttable(world: IntercomWorld) -> AsyncIterator[httpx.AsyncClient]:
    """The world behind a real server, the only place where a connection can be cut."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        # Inside the application: outside of it Starlette would have answered 500 before the cut.
        served = Starlette(
            routes=[Mount("/intercom", routes=routes(world))], middleware=[Middleware(CutConnections)]
        )
        config = uvicorn.Config(served, log_level="critical", lifespan="off")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/intercom"
        async with httpx.AsyncClient(base_url=url, headers=HEADERS) as made:
            while not server.started:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            yield made
        server.should_exit = True
        await task


REPLY_PATH = "/conversations/1001/reply"


def fault(world: IntercomWorld, kind: Any, **more: Any) -> None:
    world.faults.add(Fault("intercom", "POST /conversations/*/reply", kind, **more))


async def test_fault_error_answers_with_its_code_and_does_nothing(
    cuttable: httpx.AsyncClient, world: IntercomWorld
) -> None:
    fault(world, "error", error="server_error", status=503)
    assert code(await cuttable.post(REPLY_PATH, json=REPLY)) == (503, "server_error")
    assert not world.sent_to_customers()
    assert (await cuttable.post(REPLY_PATH, json=REPLY)).status_code == 200  # it was for one call


async def test_fault_rate_limit_says_when_to_come_back(
    cuttable: httpx.AsyncClient, world: IntercomWorld
) -> None:
    fault(world, "rate_limit", seconds=3)
    response = await cuttable.post(REPLY_PATH, json=REPLY)
    assert code(response) == (429, "rate_limit_exceeded")
    assert response.headers["Retry-After"] == "3"


@pytest.mark.parametrize(("kind", "done"), [("hang", 0), ("drop_before", 0), ("drop_after", 1), ("late", 1)])
async def test_a_cut_connection_says_nothing_about_the_work(
    cuttable: httpx.AsyncClient, world: IntercomWorld, kind: str, done: int
) -> None:
    fault(world, kind, seconds=0.05)
    with pytest.raises(httpx.TransportError):
        await cuttable.post(REPLY_PATH, json=REPLY)
    await asyncio.gather(*world.background)
    assert len(world.sent_to_customers()) == done


async def test_a_slow_answer_comes_late_and_whole(cuttable: httpx.AsyncClient, world: IntercomWorld) -> None:
    fault(world, "slow", seconds=0.2)
    began = time.monotonic()
    assert (await cuttable.post(REPLY_PATH, json=REPLY)).status_code == 200
    assert time.monotonic() - began >= 0.2
    assert len(world.sent_to_customers()) == 1


async def test_a_stale_answer_tells_of_the_time_before_it(
    cuttable: httpx.AsyncClient, world: IntercomWorld
) -> None:
    world.faults.add(Fault("intercom", "GET /conversations/1001", "stale", seconds=0.3))
    asked = asyncio.create_task(cuttable.get("/conversations/1001"))
    await asyncio.sleep(0.1)
    world.closes("1001", REPLY["admin_id"])
    assert not asked.done()
    assert (await asked).json()["state"] == "open"
    assert (await cuttable.get("/conversations/1001")).json()["state"] == "closed"


async def test_a_fault_on_another_call_hits_nothing(client: httpx.AsyncClient, world: IntercomWorld) -> None:
    fault(world, "drop_before")
    assert (await client.get("/conversations/1001")).status_code == 200
