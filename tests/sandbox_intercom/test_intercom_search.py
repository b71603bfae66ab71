"""Search, lists and their cursors."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sandbox.intercom.world import IntercomWorld


async def found(client: httpx.AsyncClient, query: Any, **more: Any) -> list[str]:
    response = await client.post("/conversations/search", json={"query": query, **more})
    assert response.status_code == 200, response.text
    return [row["id"] for row in response.json()["conversations"]]


def where(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        (where("state", "=", "open"), {"1001"}),
        (where("state", "!=", "open"), {"1002", "1003"}),
        (where("state", "IN", ["open", "snoozed"]), {"1001", "1003"}),
        (where("state", "NIN", ["open", "snoozed"]), {"1002"}),
        (where("open", "=", True), {"1001", "1003"}),
        (where("admin_assignee_id", "=", 8412056), {"1002"}),
        (where("admin_assignee_id", "=", None), {"1001"}),
        (where("team_assignee_id", "=", "5017691"), {"1003"}),
        (where("waiting_since", "!=", None), {"1001", "1003"}),
        (where("contact_ids", "=", "u0"), {"1001", "1003"}),
        (where("contact_ids", "IN", ["u1", "nobody"]), {"1002"}),
        (where("tag_ids", "=", "9002"), {"1002"}),
        (where("source.type", "=", "whatsapp"), {"1003"}),
        (where("source.body", "=", "export"), {"1001"}),
        (where("source.body", "=", "export stops"), set()),  # one word at a time
        (where("source.body", "~", "export stops"), {"1001"}),
        (where("source.body", "!~", "export"), {"1002", "1003"}),
        (where("source.subject", "^", "exp"), {"1001"}),
        (where("source.author.email", "$", "@alder.example"), {"1001", "1003"}),
        (where("statistics.time_to_admin_reply", "<=", 211), {"1002"}),
        (where("statistics.time_to_admin_reply", "<", 211), set()),
        (where("statistics.count_conversation_parts", ">=", 7), {"1002"}),
        (where("conversation_rating.score", ">", 3), {"1002"}),
        (where("ai_agent_participated", "=", True), {"1002"}),
        (where("priority", "=", "priority"), {"1002"}),
        (
            {
                "operator": "AND",
                "value": [
                    where("open", "=", True),  # leaf and group beside each other, as common in the wild
                    {"operator": "OR", "value": [where("state", "=", "open"), where("read", "=", False)]},
                ],
            },
            {"1001"},
        ),
    ],
)
async def test_a_search_finds_exactly(client: httpx.AsyncClient, query: Any, ids: set[str]) -> None:
    assert set(await found(client, query)) == ids


ANY = where("created_at", ">", 0)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "query"),
        ({"query": where("colour", "=", "red")}, "field"),
        ({"query": where("state", "LIKE", "o")}, "operator"),
        ({"query": where("state", ">", "open")}, "operator"),
        ({"query": where("created_at", "~", "17")}, "operator"),
        ({"query": where("created_at", ">", "foorbar")}, "value"),
        ({"query": where("created_at", ">", True)}, "value"),
        ({"query": where("open", "=", "perhaps")}, "value"),
        ({"query": where("state", "IN", "open")}, "value"),
        ({"query": {"operator": "AND", "value": []}}, "value"),
        ({"query": {"operator": "AND", "value": [ANY] * 16}}, "value"),
        (
            {
                "query": {
                    "operator": "AND",
                    "value": [
                        {"operator": "OR", "value": [{"operator": "AND", "value": [ANY]}]},
                    ],
                }
            },
            "query",
        ),
        ({"query": ANY, "pagination": {"per_page": 151}}, "per_page"),
        ({"query": ANY, "pagination": {"per_page": "x"}}, "per_page"),
        ({"query": ANY, "pagination": {"starting_after": "nonsense"}}, "starting_after"),
        ({"query": ANY, "sort": {"field": "updated_at", "order": "up"}}, "sort"),
    ],
)
async def test_a_bad_search_is_refused_naming_the_field(
    client: httpx.AsyncClient, body: Any, field: str
) -> None:
    response = await client.post("/conversations/search", json=body)
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == field


async def test_fifteen_filters_in_two_levels_are_allowed(client: httpx.AsyncClient) -> None:
    group = {"operator": "OR", "value": [ANY] * 15}
    assert len(await found(client, {"operator": "AND", "value": [group] * 15})) == 3


async def test_cursors_walk_through_everything_once(client: httpx.AsyncClient, world: IntercomWorld) -> None:
    world.generate(400, seed=3)
    seen: list[str] = []
    cursor: str | None = None
    pages = 0
    while True:
        pagination = {"per_page": 150, **({"starting_after": cursor} if cursor else {})}
        answer = (
            await client.post("/conversations/search", json={"query": ANY, "pagination": pagination})
        ).json()
        pages += 1
        seen += [row["id"] for row in answer["conversations"]]
        assert answer["pages"]["page"] == pages
        if "next" not in answer["pages"]:
            break
        cursor = answer["pages"]["next"]["starting_after"]
    assert pages == answer["pages"]["total_pages"] == 3
    assert len(seen) == len(set(seen)) == answer["total_count"] == 403


async def test_the_default_page_has_twenty_rows_and_no_parts(
    client: httpx.AsyncClient, world: IntercomWorld
) -> None:
    world.generate(30)
    answer = (await client.post("/conversations/search", json={"query": ANY})).json()
    assert len(answer["conversations"]) == 20
    assert not any("conversation_parts" in row for row in answer["conversations"])


async def test_sort_orders_by_the_field_asked_for(client: httpx.AsyncClient, world: IntercomWorld) -> None:
    world.generate(50)
    response = await client.post(
        "/conversations/search",
        json={
            "query": ANY,
            "sort": {"field": "updated_at", "order": "ascending"},
            "pagination": {"per_page": 150},
        },
    )
    times = [row["updated_at"] for row in response.json()["conversations"]]
    assert times == sorted(times)
    assert times != sorted(times, reverse=True)


async def test_the_list_walks_from_the_latest_change(client: httpx.AsyncClient) -> None:
    first = (await client.get("/conversations?per_page=2")).json()
    cursor = first["pages"]["next"]["starting_after"]
    second = (await client.get(f"/conversations?per_page=2&starting_after={cursor}")).json()
    ids = [row["id"] for page in (first, second) for row in page["conversations"]]
    assert sorted(ids) == ["1001", "1002", "1003"]
    assert "next" not in second["pages"]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        (where("email", "=", "INES@alder.example"), ["u0"]),
        (where("email_domain", "=", "alder.example"), ["u0"]),
        (where("custom_attributes.seat", "=", "owner"), ["u0"]),
        (where("created_at", "=", 1795219200), ["u1"]),  # anywhere within 21 November, Lisbon time
        (where("created_at", ">", 1795219200), []),  # only from the next day on
        (where("created_at", "<", 1795219200), ["u0"]),
    ],
)
async def test_contacts_are_found_and_their_times_match_by_day(
    client: httpx.AsyncClient, query: Any, ids: list[str]
) -> None:
    answer = (await client.post("/contacts/search", json={"query": query})).json()
    assert [row["id"] for row in answer["data"]] == ids


@pytest.mark.parametrize("operator", ["!=", ">=", "<=", "IN"])
async def test_contacts_cannot_be_searched_by_time_with(client: httpx.AsyncClient, operator: str) -> None:
    response = await client.post(
        "/contacts/search", json={"query": where("created_at", operator, 1795219200)}
    )
    assert response.status_code == 400


async def test_companies_scroll_to_the_end_one_scroll_at_a_time(
    client: httpx.AsyncClient, world: IntercomWorld
) -> None:
    world.generate(1000)
    first = (await client.get("/companies/scroll")).json()
    assert (await client.get("/companies/scroll")).status_code == 400
    seen = [row["id"] for row in first["data"]]
    while True:
        page = (await client.get("/companies/scroll", params={"scroll_param": first["scroll_param"]})).json()
        if not page["data"]:
            break
        seen += [row["id"] for row in page["data"]]
    assert len(seen) == len(set(seen)) == 126  # 125 made here and one that has a user; "Bare" has none
    assert (await client.get("/companies/scroll")).status_code == 200


async def test_articles_are_found_by_all_their_words(client: httpx.AsyncClient) -> None:
    both = (await client.get("/articles/search", params={"phrase": "reset"})).json()
    assert [one["id"] for one in both["data"]["articles"]] == ["301", "302"]
    one = (await client.get("/articles/search", params={"phrase": "reset billing"})).json()
    assert [each["id"] for each in one["data"]["articles"]] == ["302"]


async def test_activity_logs_page_through_a_window(client: httpx.AsyncClient) -> None:
    window = {"created_at_after": 1795132800, "created_at_before": 1795219200, "per_page": 5}
    first = (await client.get("/admins/activity_logs", params=window)).json()
    cursor = first["pages"]["next"]["starting_after"]
    second = (await client.get("/admins/activity_logs", params=window | {"starting_after": cursor})).json()
    ids = [log["id"] for page in (first, second) for log in page["activity_logs"]]
    assert ids == [f"log-{hour}" for hour in range(23, 13, -1)]
    assert (await client.get("/admins/activity_logs")).status_code == 400
