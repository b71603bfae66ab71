"""Merging contacts and deleting companies: what the calls answer, what is left, and what is told of it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from intercom_workspace import HEADERS

from sandbox.intercom.model import Contact
from sandbox.intercom.world import IntercomWorld

LEAD = "6762f11b1bb69f9f2193bba3"
NEWER = {"Intercom-Version": "2.16"}


@pytest.fixture(autouse=True)
def lead(world: IntercomWorld) -> Contact:
    made = Contact(LEAD, None, "lead", "Lee Adder", "lee@customer.example", phone="+15550100")
    made.company_ids = ["c0"]
    world.contacts[LEAD] = made
    return made


@pytest.fixture
async def told(world: IntercomWorld) -> AsyncIterator[list[dict[str, Any]]]:
    """Every notification that has arrived."""
    found: list[dict[str, Any]] = []

    def keep(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            found.append(json.loads(request.content))
        return httpx.Response(200)

    async with httpx.AsyncClient(transport=httpx.MockTransport(keep)) as http:
        world.webhook_target("http://bot.example/hook", http)
        yield found
        await world.webhooks.stop()


async def test_the_one_who_is_left_has_what_both_had(
    client: httpx.AsyncClient, world: IntercomWorld, told: list[dict[str, Any]]
) -> None:
    begun = world.customer_starts(LEAD, "conversation", "Hello there")
    await world.webhooks.settle()
    told.clear()
    before = world.conversation(begun["id"])["updated_at"]
    answer = (await client.post("/contacts/merge", json={"from": LEAD, "into": "u0"})).json()
    assert (answer["id"], answer["phone"]) == ("u0", "+15550100")
    after = world.conversation(begun["id"])
    assert [each["id"] for each in after["contacts"]["contacts"]] == ["u0"]
    # No sweep would notice: the conversation does not count as updated, and who wrote stays who wrote.
    assert after["updated_at"] == before
    assert after["source"]["author"]["id"] == LEAD
    await world.webhooks.settle()
    (notification,) = told
    assert notification["topic"] == "contact.merged"
    item = notification["data"]["item"]
    assert (item["type"], item["id"], item["role"]) == ("contact", "u0", "user")
    assert isinstance(item["created_at"], str)
    assert LEAD not in str(notification), "who was merged away is not told"


async def test_who_was_merged_away_is_gone(client: httpx.AsyncClient, world: IntercomWorld) -> None:
    world.merges_contacts(LEAD, into="u0")
    assert (await client.get(f"/contacts/{LEAD}")).status_code == 404
    listed = (await client.get("/contacts?per_page=150")).json()["data"]
    assert LEAD not in {each["id"] for each in listed}
    moved = await client.get(f"/contacts/{LEAD}", headers=HEADERS | NEWER)
    assert (moved.status_code, moved.json()["errors"][0]["code"]) == (410, "contact_merged")
    assert moved.headers["Link"] == '</contacts/u0>; rel="canonical"'


async def test_the_history_is_told_where_it_is_asked_for(
    client: httpx.AsyncClient, world: IntercomWorld
) -> None:
    world.merges_contacts(LEAD, into="u0")
    plain = (await client.get("/contacts/u0", headers=HEADERS | NEWER)).json()
    older = (await client.get("/contacts/u0?include_merge_history=true")).json()
    assert "merge_history" not in plain
    assert "merge_history" not in older
    asked = (await client.get("/contacts/u0?include_merge_history=true", headers=HEADERS | NEWER)).json()
    assert asked["merge_history"] == [
        {
            "type": "merge_history",
            "source_contact_id": LEAD,
            "source_contact_role": "lead",
            "merged_at": world.now(),
        }
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"from": "u0", "into": "u1"}, 400),
        ({"from": LEAD, "into": LEAD}, 400),
        ({"from": "u404", "into": "u0"}, 404),
        ({"from": LEAD, "into": "u404"}, 404),
        ({"from": LEAD}, 400),
    ],
)
async def test_what_is_no_merge_changes_nothing(
    client: httpx.AsyncClient,
    world: IntercomWorld,
    told: list[dict[str, Any]],
    body: dict[str, str],
    status: int,
) -> None:
    assert (await client.post("/contacts/merge", json=body)).status_code == status
    await world.webhooks.settle()
    assert (LEAD in world.contacts, told) == (True, [])


async def test_a_deleted_company_has_nobody(
    client: httpx.AsyncClient, world: IntercomWorld, lead: Contact, told: list[dict[str, Any]]
) -> None:
    world.workspace.conversations["1001"].company_id = "c0"
    answer = await client.delete("/companies/c0")
    assert answer.json() == {"id": "c0", "object": "company", "deleted": True}
    assert lead.company_ids == []
    assert world.workspace.conversations["1001"].company_id is None
    assert (await client.get("/companies/c0")).status_code == 404
    await world.webhooks.settle()
    (notification,) = told
    assert notification["topic"] == "company.deleted"
    assert notification["data"]["item"] == {"id": "c0", "type": "company", "deleted": True}
