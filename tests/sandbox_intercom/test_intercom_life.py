"""What replies, notes, snoozes and closings make of a conversation, over REST and in the Inbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx
from intercom import AsyncIntercom
from intercom_workspace import MONDAY, TOKEN, app_of

from sandbox.clock import SandboxClock
from sandbox.intercom import ticket_acts
from sandbox.intercom.text import plain
from sandbox.intercom.world import IntercomWorld

MARA, JONAS = "8412056", "8412057"


def unix(instant: datetime) -> int:
    return int(instant.timestamp())


def last_part(conversation: dict[str, Any]) -> dict[str, Any]:
    part: dict[str, Any] = conversation["conversation_parts"]["conversation_parts"][-1]
    return part


async def reply(
    client: httpx.AsyncClient, id_: str, body: str, admin: str = MARA, kind: str = "comment"
) -> dict[str, Any]:
    response = await client.post(
        f"/conversations/{id_}/reply",
        json={"message_type": kind, "type": "admin", "admin_id": admin, "body": body},
    )
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def test_the_first_reply_assigns_and_is_an_assignment_with_a_body(client: httpx.AsyncClient) -> None:
    answer = await reply(client, "1001", "On it")
    part = last_part(answer)
    assert (part["part_type"], part["body"]) == ("assignment", "<p>On it</p>")
    assert part["assigned_to"] == {"type": "admin", "id": MARA}
    assert answer["admin_assignee_id"] == int(MARA)
    assert answer["waiting_since"] is None
    numbers = answer["statistics"]
    assert numbers["first_admin_reply_at"] == unix(MONDAY) == answer["updated_at"]
    assert (
        numbers["time_to_admin_reply"] == unix(MONDAY) - answer["created_at"] == numbers["time_to_assignment"]
    )
    assert numbers["count_assignments"] == 1


async def test_the_second_reply_is_a_comment(client: httpx.AsyncClient) -> None:
    await reply(client, "1001", "On it")
    answer = await reply(client, "1001", "Done", JONAS)
    assert last_part(answer)["part_type"] == "comment"
    assert answer["admin_assignee_id"] == int(MARA)
    assert answer["statistics"]["count_conversation_parts"] == 3


async def test_a_note_and_a_bot_leave_the_customer_waiting(
    client: httpx.AsyncClient, world: IntercomWorld
) -> None:
    before = world.conversation("1001")["waiting_since"]
    answer = await reply(client, "1001", "ask Jonas", kind="note")
    assert answer["waiting_since"] == before is not None
    assert "first_admin_reply_at" not in answer["statistics"]
    world.bot_replies("1001", "We will be with you soon", ai=True)
    after = world.conversation("1001")
    assert after["waiting_since"] == before
    assert after["ai_agent_participated"] is True
    assert not world.sent_to_customers()


async def test_control_a_public_reply_ends_the_wait(client: httpx.AsyncClient) -> None:
    assert (await reply(client, "1001", "Hello"))["waiting_since"] is None


async def test_a_customer_who_answers_a_closed_conversation_opens_it(
    world: IntercomWorld, clock: SandboxClock
) -> None:
    clock.jump_to(MONDAY + timedelta(minutes=5))
    part = world.customer_writes("1002", "Still broken")
    assert (part["part_type"], part["body"]) == ("open", "<p>Still broken</p>")
    after = world.conversation("1002")
    assert (after["state"], after["open"]) == ("open", True)
    assert after["waiting_since"] == unix(MONDAY + timedelta(minutes=5)) == after["updated_at"]
    assert after["statistics"]["count_reopens"] == 1
    assert after["statistics"]["first_close_at"] < after["updated_at"]


async def test_statistics_of_a_loaded_conversation_follow_from_its_parts(world: IntercomWorld) -> None:
    loaded = world.conversation("1002")
    numbers = loaded["statistics"]
    assert numbers["time_to_admin_reply"] == 211 == numbers["time_to_assignment"]
    assert numbers["median_time_to_reply"] == 117  # of 211 and 23 seconds, as in the captured conversation
    assert numbers["time_to_first_close"] == 660
    assert numbers["last_closed_by_id"] == MARA
    assert numbers["count_conversation_parts"] == len(loaded["conversation_parts"]["conversation_parts"]) + 1
    assert loaded["conversation_rating"]["rating"] == 4
    assert loaded["conversation_rating"]["teammate"]["id"] == MARA
    assert loaded["priority"] == "priority"
    assert [tag["id"] for tag in loaded["tags"]["tags"]] == ["9002"]


def test_waiting_since_is_the_latest_unanswered_message_and_reply_times_count_from_the_first(
    world: IntercomWorld, clock: SandboxClock
) -> None:
    world.admin_replies("1001", MARA, "Which export?")
    for minutes in (10, 40):
        clock.jump_to(MONDAY + timedelta(minutes=minutes))
        world.customer_writes("1001", "The big one")
    assert world.conversation("1001")["waiting_since"] == unix(MONDAY + timedelta(minutes=40))
    clock.jump_to(MONDAY + timedelta(minutes=50))
    world.admin_replies("1001", MARA, "Fixed")
    after = world.conversation("1001")
    assert after["waiting_since"] is None
    first = after["statistics"]["time_to_admin_reply"]
    assert after["statistics"]["median_time_to_reply"] == (first + 40 * 60) // 2


def test_read_tells_whether_the_customer_saw_everything(world: IntercomWorld) -> None:
    seen = [world.conversation("1001")["read"]]
    for act in (
        lambda: world.admin_notes("1001", MARA, "hm"),
        lambda: world.admin_replies("1001", MARA, "On it"),
        lambda: world.customer_reads("1001"),
        lambda: world.bot_replies("1001", "How did we do?"),
        lambda: world.customer_writes("1001", "Fine"),
    ):
        act()
        seen.append(world.conversation("1001")["read"])
    assert seen == [True, True, False, True, False, True]


async def test_a_snooze_ends_when_the_sandbox_clock_passes_it(
    world: IntercomWorld, clock: SandboxClock
) -> None:
    assert world.conversation("1003")["state"] == "snoozed"
    assert world.conversation("1003")["open"] is True
    clock.jump_to(MONDAY + timedelta(minutes=34))
    assert world.conversation("1003")["state"] == "snoozed"
    clock.jump_to(MONDAY + timedelta(minutes=36))
    woken = world.conversation("1003")
    assert (woken["state"], woken["snoozed_until"]) == ("open", None)
    assert last_part(woken)["part_type"] == "timer_unsnooze"
    assert woken["updated_at"] == unix(MONDAY + timedelta(minutes=35))
    assert woken["waiting_since"] is not None  # a snooze is no answer


async def test_a_customer_message_wakes_a_snoozed_conversation_and_cancels_its_timer(
    world: IntercomWorld, clock: SandboxClock
) -> None:
    world.customer_writes("1003", "Hello?")
    assert world.conversation("1003")["state"] == "open"
    parts = world.conversation("1003")["conversation_parts"]["total_count"]
    clock.jump_to(MONDAY + timedelta(hours=2))
    assert world.conversation("1003")["conversation_parts"]["total_count"] == parts


async def test_a_closed_conversation_is_opened_by_an_assignment(client: httpx.AsyncClient) -> None:
    body = {"message_type": "assignment", "type": "admin", "admin_id": MARA, "assignee_id": JONAS}
    answer = (await client.post("/conversations/1002/parts", json=body)).json()
    assert (answer["state"], last_part(answer)["part_type"]) == ("open", "assign_and_reopen")


async def test_assignee_zero_takes_the_conversation_from_its_admin(client: httpx.AsyncClient) -> None:
    body = {"message_type": "assignment", "type": "admin", "admin_id": MARA, "assignee_id": "0"}
    answer = (await client.post("/conversations/1003/parts", json=body)).json()
    assert answer["admin_assignee_id"] is None
    assert answer["team_assignee_id"] == 5017691


async def test_only_the_latest_500_parts_are_retrieved(world: IntercomWorld) -> None:
    for n in range(510):
        world.customer_writes("1001", f"message {n}")
    listed = world.conversation("1001")["conversation_parts"]
    assert len(listed["conversation_parts"]) == 500
    assert listed["total_count"] == 510
    assert listed["conversation_parts"][-1]["body"] == "<p>message 509</p>"


async def test_customer_words_stay_words(world: IntercomWorld) -> None:
    hostile = "<!channel> & <script>x</script>\nsecond line"
    made = world.customer_starts("u0", "tiktok", hostile)
    assert "<script>" not in made["source"]["body"]
    assert plain(made["source"]["body"]) == hostile
    assert made["source"]["type"] == "tiktok"  # a channel nobody has heard of is kept


async def test_sent_to_customers_has_each_public_message_of_an_admin_once(
    client: httpx.AsyncClient, world: IntercomWorld
) -> None:
    await reply(client, "1001", "<p>First &amp; last</p>")
    await reply(client, "1001", "internal", kind="note")
    world.admin_replies("1001", JONAS, "From the Inbox")
    body = {"message_type": "close", "type": "admin", "admin_id": MARA, "body": "Goodbye"}
    await client.post("/conversations/1001/parts", json=body)
    assert world.sent_to_customers() == [
        ("1001", MARA, "First & last"),
        ("1001", JONAS, "From the Inbox"),
        ("1001", MARA, "Goodbye"),
    ]


async def test_listeners_hear_of_what_people_do(world: IntercomWorld) -> None:
    heard: list[tuple[str, str]] = []
    world.on_change(lambda kind, id_: heard.append((kind, id_)))
    world.customer_writes("1001", "Hello?")
    world.admin_away(MARA, True)
    world.rates("1002", 2, "slow")
    assert heard == [
        ("conversation.user.replied", "1001"),
        ("admin.away_mode_updated", MARA),
        ("conversation.rating.added", "1002"),
    ]
    assert world.workspace.activity_logs[-1].activity_type == "admin_away_mode_change"


async def test_a_conversation_becomes_a_ticket(client: httpx.AsyncClient) -> None:
    made = (await client.post("/conversations/1001/convert", json={"ticket_type_id": "2840155"})).json()
    assert made["admin_assignee_id"] == "0"
    read = await client.get(f"/tickets/{made['id']}")
    assert read.json() == made
    assert made["id"] == "1001"
    assert made["linked_objects"]["data"] == []
    conversation = (await client.get("/conversations/1001")).json()
    assert conversation["ticket"] == {"type": "ticket", "id": "1001", "ticket_id": made["ticket_id"]}
    assert conversation["linked_objects"]["data"] == []
    again = await client.post("/conversations/1001/convert", json={"ticket_type_id": "2840155"})
    assert again.status_code == 400


async def test_a_conversation_becomes_a_ticket_that_names_it(
    client: httpx.AsyncClient, world: IntercomWorld
) -> None:
    world.workspace.tickets_apart = True
    made = (await client.post("/conversations/1001/convert", json={"ticket_type_id": "2840155"})).json()
    assert made["id"] != "1001"
    assert made["linked_objects"]["data"] == [{"type": "conversation", "id": "1001", "category": None}]
    conversation = (await client.get("/conversations/1001")).json()
    assert conversation["ticket"] is None
    assert conversation["linked_objects"]["data"] == [
        {"type": "ticket", "id": made["id"], "category": "Customer"}
    ]
    world.customer_writes("1001", "One more thing")
    read = (await client.get(f"/tickets/{made['id']}")).json()
    assert read["ticket_parts"]["ticket_parts"][-1]["body"] == "<p>One more thing</p>"


async def test_a_ticket_that_never_was_a_conversation(
    client: httpx.AsyncClient, world: IntercomWorld
) -> None:
    filed = ticket_acts.files(world, "u0", "Export", "It stops half-way.")
    path = f"/tickets/{filed.id}"
    assert (await client.get(f"/conversations/{filed.id}")).status_code == 404
    found = (
        await client.post(
            "/conversations/search", json={"query": {"field": "open", "operator": "=", "value": True}}
        )
    ).json()
    assert filed.id not in [each["id"] for each in found["conversations"]]
    answer = {"message_type": "comment", "type": "admin", "admin_id": MARA, "body": "<p>Looking</p>"}
    part = (await client.post(f"{path}/reply", json=answer)).json()
    assert (part["type"], part["part_type"], part["body"]) == ("ticket_part", "comment", "<p>Looking</p>")
    assert world.sent_to_customers() == [(filed.id, MARA, "Looking")]
    read = (await client.get(path)).json()
    assert read["admin_assignee_id"] == MARA
    assert part["id"] in [each["id"] for each in read["ticket_parts"]["ticket_parts"]]
    later = int(world.clock.now().timestamp()) + 3600
    snoozed = await client.put(path, json={"admin_id": int(MARA), "snoozed_until": later})
    assert snoozed.json()["snoozed_until"] == later
    closed = (await client.put(path, json={"admin_id": int(MARA), "open": False})).json()
    assert (closed["open"], closed.get("snoozed_until")) == (False, None)
    world.customer_writes(filed.id, "It still does.")
    assert (await client.get(path)).json()["open"] is True
    nobody = (await client.put(path, json={"admin_id": int(MARA), "assignee_id": "0"})).json()
    assert nobody["admin_assignee_id"] == "0"
    refused = await client.post(f"{path}/reply", json=answer | {"attachment_files": []})
    assert refused.status_code == 400


async def test_tickets_are_searched_page_by_page(client: httpx.AsyncClient, world: IntercomWorld) -> None:
    first, second = (ticket_acts.files(world, "u0", name, "") for name in ("One", "Two"))
    await client.put(f"/tickets/{first.id}", json={"open": False})
    query = {"field": "open", "operator": "=", "value": True}
    found = (await client.post("/tickets/search", json={"query": query})).json()
    assert [each["id"] for each in found["tickets"]] == [second.id]
    everything = {"field": "updated_at", "operator": ">", "value": 1}
    seen, pagination = [], {"per_page": 1}
    for _ in range(2):
        page = (
            await client.post("/tickets/search", json={"query": everything, "pagination": pagination})
        ).json()
        seen += [each["id"] for each in page["tickets"]]
        pagination = {"per_page": 1, "starting_after": page["pages"].get("next", {}).get("starting_after")}
    assert sorted(seen) == sorted([first.id, second.id])
    assert pagination["starting_after"] is None


async def test_a_part_is_redacted(client: httpx.AsyncClient) -> None:
    part = last_part(await reply(client, "1001", "my password is x"))
    body = {"type": "conversation_part", "conversation_id": "1001", "conversation_part_id": part["id"]}
    answer = (await client.post("/conversations/redact", json=body)).json()
    assert last_part(answer)["redacted"] is True
    assert "password" not in str(answer)


async def test_the_published_python_client_works_against_it(world: IntercomWorld) -> None:
    transport = httpx.ASGITransport(app_of(world))
    async with httpx.AsyncClient(transport=transport) as http:
        sdk = AsyncIntercom(
            token=TOKEN,
            base_url="http://sandbox/intercom",
            headers={"Intercom-Version": "2.14"},
            httpx_client=http,
        )
        me = await sdk.admins.identify()
        assert me is not None
        assert me.app is not None
        assert me.app.id_code == "k7m2p9xqz"
        replied = await sdk.conversations.reply(
            "1001",
            request={"message_type": "comment", "type": "admin", "admin_id": MARA, "body": "<p>Hi</p>"},
        )
        assert replied.admin_assignee_id == int(MARA)
        managed = await sdk.conversations.manage(
            "1001",
            request={"message_type": "snoozed", "admin_id": MARA, "snoozed_until": unix(MONDAY) + 900},
        )
        assert managed.state == "snoozed"
        tag = await sdk.tags.tag_conversation("1001", tag_id="9001", admin_id=MARA)
        assert tag.name == "billing"
        await sdk.tags.untag_conversation("1001", "9001", admin_id=MARA)
        found = await sdk.conversations.find("1001", display_as="plaintext")
        assert found.conversation_parts is not None
        assert [part.body for part in found.conversation_parts.conversation_parts or []] == ["Hi", None]
        assert found.tags is not None
        assert not found.tags.tags
    assert world.sent_to_customers() == [("1001", MARA, "Hi")]
