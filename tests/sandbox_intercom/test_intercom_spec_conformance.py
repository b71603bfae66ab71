"""Every endpoint that is served answers in the published shape, and the check itself can fail."""

from __future__ import annotations

import copy
from typing import Any

import httpx
import pytest
from intercom_spec import spec

from sandbox.intercom import routes, ticket_acts
from sandbox.intercom.model import Contact
from sandbox.intercom.world import IntercomWorld

ADMIN = "8412056"
LEAD = "6762f11b1bb69f9f2193bba3"
"""The published form asks for 24 characters."""

SEARCH_OPEN = {"query": {"field": "state", "operator": "=", "value": "open"}}
COMMENT = {"message_type": "comment", "type": "admin", "admin_id": ADMIN, "body": "<p>Looking</p>"}
USER_COMMENT = {"message_type": "comment", "type": "user", "intercom_user_id": "u0", "body": "More"}
SNOOZE = {"message_type": "snoozed", "admin_id": ADMIN, "snoozed_until": 1795435200}
CLOSE = {"message_type": "close", "type": "admin", "admin_id": ADMIN, "body": "Goodbye"}
ASSIGN = {"message_type": "assignment", "type": "admin", "admin_id": ADMIN, "assignee_id": "8412057"}
TO_TEAM = {"message_type": "assignment", "type": "team", "admin_id": ADMIN, "assignee_id": "5017691"}


@pytest.fixture(autouse=True)
def somebody_of_24_letters(world: IntercomWorld) -> None:
    world.contacts[LEAD] = Contact(LEAD, None, "lead", "Lee Adder", "")


CALLS: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", "/me", None),
    ("GET", "/admins", None),
    ("GET", f"/admins/{ADMIN}", None),
    ("PUT", f"/admins/{ADMIN}/away", {"away_mode_enabled": True, "away_mode_reassign": False}),
    ("GET", "/admins/activity_logs?created_at_after=1795000000", None),
    ("GET", "/teams", None),
    ("GET", "/teams/5017691", None),
    ("GET", "/conversations?per_page=1", None),
    ("POST", "/conversations/search", SEARCH_OPEN),
    ("GET", "/conversations/1002", None),
    ("GET", "/conversations/1002?display_as=plaintext", None),
    ("PUT", "/conversations/1001", {"read": True, "title": "Export", "custom_attributes": {"severity": "2"}}),
    ("POST", "/conversations/1001/reply", COMMENT),
    ("POST", "/conversations/1001/reply", COMMENT | {"message_type": "note"}),
    ("POST", "/conversations/1002/reply", USER_COMMENT),
    (
        "POST",
        "/conversations/1002/reply",
        COMMENT
        | {
            "message_type": "quick_reply",
            "reply_options": [{"text": "Yes", "uuid": "a5e1c524-5ddd-4c3e-9328-6bca5d6e3edb"}],
        },
    ),
    ("POST", "/conversations/1001/reply", COMMENT | {"attachment_urls": ["https://files.example.com/a.png"]}),
    ("POST", "/conversations/1001/parts", SNOOZE),
    ("POST", "/conversations/1001/parts", CLOSE),
    ("POST", "/conversations/1002/parts", {"message_type": "open", "admin_id": ADMIN}),
    ("POST", "/conversations/1002/parts", ASSIGN),
    ("POST", "/conversations/1001/parts", TO_TEAM),
    ("POST", "/conversations/1001/parts", ASSIGN | {"assignee_id": "0"}),
    ("POST", "/conversations/1001/tags", {"id": "9001", "admin_id": ADMIN}),
    ("DELETE", "/conversations/1002/tags/9002", {"admin_id": ADMIN}),
    (
        "POST",
        "/conversations/1001/convert",
        {"ticket_type_id": "2840155", "attributes": {"_default_title_": "E"}},
    ),
    ("POST", "/conversations/1001/merge", {"merge_into_conversation_id": 1002}),
    ("DELETE", "/conversations/1001", None),
    ("GET", "/tags", None),
    ("GET", "/tags/9001", None),
    ("POST", "/conversations", {"from": {"type": "contact", "id": LEAD}, "body": "Hello there"}),
    ("GET", "/contacts?per_page=1", None),
    ("POST", "/contacts", {"email": "new.person@customer.example", "name": "New Person"}),
    ("POST", "/contacts/u0/companies", {"id": "c0"}),
    ("POST", "/contacts/merge", {"from": LEAD, "into": "u0"}),
    ("POST", "/contacts/search", {"query": {"field": "role", "operator": "=", "value": "lead"}}),
    ("GET", "/contacts/u0", None),
    ("GET", "/contacts/find_by_external_id/ext-0", None),
    ("GET", "/contacts/u0/companies", None),
    ("GET", "/contacts/u0/segments", None),
    ("GET", "/contacts/u0/tags", None),
    ("GET", "/companies", None),
    ("GET", "/companies/c0", None),
    ("DELETE", "/companies/c0", None),
    ("GET", "/companies/c0/contacts", None),
    ("GET", "/companies/c0/segments", None),
    ("POST", "/companies/list", None),
    ("GET", "/companies/scroll", None),
    ("GET", "/segments?include_count=true", None),
    ("GET", "/segments/seg1", None),
    ("GET", "/articles", None),
    ("GET", "/articles/search?phrase=reset", None),
    ("GET", "/articles/301", None),
    ("GET", "/data_attributes?model=company", None),
    ("POST", "/tickets", {"ticket_type_id": "2840155", "contacts": [{"id": LEAD}]}),
    ("POST", "/tickets/search", {"query": {"field": "open", "operator": "=", "value": True}}),
    ("GET", "/tickets/TICKET", None),
    ("PUT", "/tickets/TICKET", {"admin_id": int(ADMIN), "assignee_id": "5017691", "open": False}),
    ("PUT", "/tickets/TICKET", {"admin_id": int(ADMIN), "snoozed_until": 1795435200}),
    ("POST", "/tickets/TICKET/reply", COMMENT),
    ("POST", "/tickets/TICKET/reply", COMMENT | {"message_type": "note"}),
    ("POST", "/tickets/TICKET/reply", USER_COMMENT),
    ("POST", "/tickets/TICKET/tags", {"id": "9001", "admin_id": ADMIN}),
    ("DELETE", "/tickets/TICKET/tags/9002", {"admin_id": ADMIN}),
    ("GET", "/ticket_types", None),
    ("GET", "/ticket_types/2840155", None),
    ("GET", "/office_hours_schedules", None),
    ("GET", "/office_hours_schedules/123/office_hours_exceptions", None),
    ("GET", "/macros", None),
]


@pytest.mark.parametrize(
    ("method", "path", "body"), CALLS, ids=lambda value: value if isinstance(value, str) else ""
)
async def test_a_call_and_its_answer_are_as_published(
    client: httpx.AsyncClient, world: IntercomWorld, method: str, path: str, body: dict[str, Any] | None
) -> None:
    if "TICKET" in path:
        filed = ticket_acts.files(world, "u0", "Export", "It stops half-way.")
        world.admin_tags(filed.id, ADMIN, "9002")
        path = path.replace("TICKET", filed.id)
    if body is not None:
        assert not spec().request_problems(method, path.partition("?")[0], body)
    response = await client.request(method, path, json=body)  # the client's hook checks the answer
    assert response.status_code == 200, response.text


async def test_every_route_that_is_served_is_described_and_called_above(world: IntercomWorld) -> None:
    served = {
        (method, route.path)
        for route in routes(world)
        for method in route.methods - {"HEAD"}
        if "{path:path}" not in route.path
    }
    described = spec()
    for method, path in served:
        assert described.operation(method, path) is not None, f"{method} {path} is not described"
    called = {described.operation(method, path.partition("?")[0]) for method, path, _ in CALLS}
    elsewhere = {"/paths/~1conversations~1redact/post"}
    assert {described.operation(method, path) for method, path in served} - called == elsewhere


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("id", 1001),
        ("created_at", "2026-11-21T09:10:00Z"),
        ("admin_assignee_id", "8412056"),
        ("state", "sleeping"),
        ("tags", None),
        ("waiting_since", "soon"),
    ],
)
async def test_control_a_wrong_type_in_a_conversation_is_noticed(
    world: IntercomWorld, field: str, wrong: Any
) -> None:
    answer = world.conversation("1002")
    assert not spec().response_problems("GET", "/conversations/1002", 200, answer)
    spoilt = copy.deepcopy(answer)
    spoilt[field] = wrong
    assert spec().response_problems("GET", "/conversations/1002", 200, spoilt)


async def test_control_the_clients_own_check_stops_a_wrong_answer(
    client: httpx.AsyncClient, world: IntercomWorld
) -> None:
    spec()
    world.workspace.conversations["1001"].custom_attributes["odd"] = True
    with pytest.raises(AssertionError, match="custom_attributes"):
        await client.get("/conversations/1001")


GOOD_QUERIES = [
    {"field": "updated_at", "operator": ">", "value": 1795000000},
    {"operator": "AND", "value": [{"field": "state", "operator": "=", "value": "open"}]},
    {
        "operator": "AND",
        "value": [
            {"operator": "OR", "value": [{"field": "state", "operator": "=", "value": "open"}]},
            {"operator": "AND", "value": [{"field": "read", "operator": "=", "value": False}]},
        ],
    },
]
BAD_QUERIES: list[Any] = [
    "x",
    {"field": "state", "operator": "==", "value": "open"},
    {"operator": "XOR", "value": []},
    {"field": "updated_at", "operator": ">", "value": {"no": 1}},
]


@pytest.mark.parametrize("query", GOOD_QUERIES)
async def test_a_search_that_is_described_is_served(client: httpx.AsyncClient, query: Any) -> None:
    assert not spec().request_problems("POST", "/conversations/search", {"query": query})
    assert (await client.post("/conversations/search", json={"query": query})).status_code == 200


@pytest.mark.parametrize("query", BAD_QUERIES)
async def test_a_search_that_is_not_described_is_refused(client: httpx.AsyncClient, query: Any) -> None:
    assert spec().request_problems("POST", "/conversations/search", {"query": query})
    assert (await client.post("/conversations/search", json={"query": query})).status_code == 400
