"""The door and the local Intercom understand each other, on good days and on bad ones."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.intercom.client import IntercomClient, build
from bot.intercom.errors import IntercomError
from bot.intercom.facts import ConversationFacts
from bot.intercom.reader import read_notification
from bot.intercom.signature import verify
from bot.intercom.writes import IntercomWrites, build_writes
from sandbox.clock import SandboxClock
from sandbox.faults import CutConnections, Fault, FaultBoard
from sandbox.intercom import IntercomWorld, routes

MONDAY = datetime(2026, 11, 23, 8, 25, tzinfo=UTC)
LONG_AGO = MONDAY - timedelta(days=3650)
TOKEN, SECRET = "tok-door", "hush"
MARA, JONAS, TEAM = "8412056", "8412057", "5017691"
SCENARIO: dict[str, Any] = {
    "admins": [
        {"id": MARA, "name": "Mara Lindqvist", "email": "mara@copperleaf.example", "team_ids": [TEAM]},
        {"id": JONAS, "name": "Jonas Ito", "email": "jonas@copperleaf.example", "away": True},
    ],
    "teams": [{"id": TEAM, "name": "Support", "admin_ids": [MARA, JONAS]}],
    "tags": [{"id": "9001", "name": "billing"}],
    "companies": [
        {
            "id": "c0",
            "company_id": "acct-0",
            "name": "Alder Foods",
            "plan": "Enterprise",
            "monthly_spend": 4200,
            "user_count": 12,
            "created_at": "2025-01-01T00:00:00+00:00",
            "custom_attributes": {"renewal_on": "2026-12-14"},
        }
    ],
    "contacts": [
        {
            "id": "u0",
            "role": "user",
            "name": "Ines Okafor",
            "email": "ines@alder.example",
            "company_ids": ["c0"],
            "created_at": "2026-03-01T09:00:00+00:00",
        }
    ],
    "articles": [{"id": "301", "title": "Reset your password", "body": "Open <b>Settings</b>."}],
    "conversations": [
        {
            "id": "1001",
            "contact_id": "u0",
            "channel": "whatsapp",
            "parts": [
                {
                    "by": "contact",
                    "who": "u0",
                    "at": "2026-11-21T09:10:00+00:00",
                    "text": "Export <stops> & waits",
                },
                {"by": "fin", "at": "2026-11-21T09:10:05+00:00", "text": "Have you seen our article?"},
            ],
        }
    ],
    "activity_logs": [
        {
            "id": "log-1",
            "at": "2026-11-20T18:00:00+00:00",
            "admin_id": MARA,
            "activity_type": "series_status_change",
            "metadata": {"previous_state": "live", "new_state": "paused"},
        }
    ],
}


@dataclass
class Door:
    world: IntercomWorld
    reads: IntercomClient
    writes: IntercomWrites

    def fault(self, kind: str, call: str = "POST /conversations/*/reply", **more: Any) -> None:
        self.world.faults.add(Fault("intercom", call, kind, **more))  # type: ignore[arg-type]


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    world = IntercomWorld(
        SandboxClock(MONDAY, speed=0),
        FaultBoard(),
        token=TOKEN,
        client_secret=SECRET,
        app_id="k7m2p9xqz",
        base_url="http://sandbox",
    )
    world.load(SCENARIO)
    app = CutConnections(Starlette(routes=[Mount("/intercom", routes=routes(world))]))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event to wait for
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{port}/intercom"
    reads = build(token=TOKEN, base_url=url)
    writes = build_writes(reads, token=TOKEN, base_url=url, timeout=1.0)
    yield Door(world, reads, writes)
    await writes.aclose()
    await reads.aclose()
    server.should_exit = True
    await serving


async def test_everything_that_is_there_is_read(door: Door) -> None:
    facts = await door.reads.conversation("1001")
    assert facts.channel == "whatsapp"
    assert facts.contact_ids == ("u0",)
    assert facts.source is not None
    assert facts.source.text == "Export <stops> & waits"
    assert facts.source.is_customer_message
    assert facts.waiting_since == facts.created_at
    assert facts.parts_complete
    assert [part.automatic for part in facts.parts if part.text] == [True]
    me = await door.reads.me()
    assert (me.app_id, me.api_version) == ("k7m2p9xqz", "2.14")
    assert {admin.id: admin.away for admin in await door.reads.admins()} == {MARA: False, JONAS: True}
    assert [(team.id, team.admin_ids) for team in await door.reads.teams()] == [(TEAM, (MARA, JONAS))]
    assert [tag.name for tag in await door.reads.tags()] == ["billing"]
    assert (await door.reads.contact("u0")).company_ids == ("c0",)
    company = await door.reads.company("c0")
    assert (company.plan, company.monthly_spend) == ("Enterprise", 4200)
    assert company.custom_attributes["renewal_on"] == "2026-12-14"
    assert [c.id async for c in door.reads.companies()] == ["c0"]
    (entry,) = await door.reads.activity_logs(MONDAY - timedelta(days=7))
    assert (entry.activity_type, entry.admin_id, entry.metadata["new_state"]) == (
        "series_status_change",
        MARA,
        "paused",
    )


async def test_a_sweep_sees_each_of_four_hundred_conversations_once(door: Door) -> None:
    door.world.generate(400)
    found: list[ConversationFacts] = []
    cursor, pages = None, 0
    while True:
        page = await door.reads.search_conversations(LONG_AGO, cursor)
        found += page.items
        pages += 1
        cursor = page.next_cursor
        if cursor is None:
            break
    assert page.total == len(found) == len({row.id for row in found}) == 401
    assert pages == 3
    assert not any(row.parts_complete for row in found)
    assert [row.updated_at for row in found] == sorted(row.updated_at for row in found)
    open_now = await door.reads.search_conversations(LONG_AGO, states=["open"], per_page=5)
    assert {row.state for row in open_now.items} == {"open"}
    for row in found[::40]:
        whole = await door.reads.conversation(row.id)
        raw = door.world.conversation(row.id)
        assert whole.parts_complete
        assert len(whole.parts) == len(raw["conversation_parts"]["conversation_parts"])
        assert row.waiting_since == whole.waiting_since
        assert row.statistics == whole.statistics


async def test_a_conversation_is_worked_from_claim_to_close(door: Door) -> None:
    assigned = await door.writes.assign("1001", MARA, JONAS)
    assert assigned.conversation is not None
    assert assigned.conversation.admin_assignee_id == JONAS
    assert assigned.conversation.waiting_since is not None
    noted = await door.writes.note("1001", MARA, "<p>ask Jonas</p>")
    assert noted.part_id
    assert noted.conversation is not None
    assert noted.conversation.waiting_since is not None
    replied = await door.writes.reply("1001", MARA, "<p>It works again: <b>try</b> 5 &lt; 6</p>")
    assert replied.conversation is not None
    (reply,) = [part for part in replied.conversation.parts if part.is_public_reply]
    assert reply.id == replied.part_id
    assert reply.text == "It works again: try 5 < 6"
    assert replied.conversation.waiting_since is None
    later = MONDAY + timedelta(hours=2)
    snoozed = await door.writes.snooze("1001", MARA, later)
    assert snoozed.conversation is not None
    assert (snoozed.conversation.state, snoozed.conversation.snoozed_until) == ("snoozed", later)
    opened = await door.writes.open("1001", MARA)
    assert opened.conversation is not None
    assert opened.conversation.state == "open"
    await door.writes.tag("1001", MARA, "9001")
    assert (await door.reads.conversation("1001")).tags == ("billing",)
    await door.writes.untag("1001", MARA, "9001")
    await door.writes.unassign("1001", MARA)
    await door.writes.assign("1001", MARA, TEAM, team=True)
    closed = await door.writes.close("1001", MARA)
    assert closed.conversation is not None
    assert closed.conversation.state == "closed"
    after = await door.reads.conversation("1001")
    assert (after.tags, after.admin_assignee_id, after.team_assignee_id) == ((), None, TEAM)
    assert len(door.world.sent_to_customers()) == 1


async def test_a_conversation_becomes_a_ticket(door: Door) -> None:
    result = await door.writes.convert_to_ticket("1001", "2840155", {"_default_title_": "Export"})
    assert result.ticket is not None
    again = await door.reads.ticket(result.ticket.id)
    assert (again.title, again.type_name, again.contact_ids) == ("Export", "Requests", ("u0",))


async def test_a_reply_that_arrived_without_a_confirmation_is_found(door: Door) -> None:
    door.fault("drop_after")
    with pytest.raises(IntercomError) as told:
        await door.writes.reply("1001", MARA, "<p>On it</p>")
    assert told.value.kind == "unknown"
    assert len(door.world.sent_to_customers()) == 1
    assert await door.writes.find_reply("1001", MARA, "<p>On it</p>", MONDAY) is not None


@pytest.mark.parametrize(
    ("fault", "more", "kind"),
    [
        ("drop_before", {}, "unknown"),
        ("hang", {"seconds": 1.5}, "unknown"),
        ("error", {"status": 503, "error": "service_unavailable"}, "unknown"),
        ("rate_limit", {"seconds": 2}, "rate_limited"),
        ("error", {"status": 422, "error": "parameter_invalid"}, "refused"),
    ],
)
async def test_a_reply_that_did_not_arrive_is_not_found(door: Door, fault: str, more: Any, kind: str) -> None:
    door.fault(fault, **more)
    with pytest.raises(IntercomError) as told:
        await door.writes.reply("1001", MARA, "<p>On it</p>")
    assert told.value.kind == kind
    assert door.world.sent_to_customers() == []
    assert await door.writes.find_reply("1001", MARA, "<p>On it</p>", MONDAY) is None


async def test_a_reply_that_lands_late_is_found_when_it_is_there(door: Door) -> None:
    door.fault("late", seconds=0.3)
    with pytest.raises(IntercomError) as told:
        await door.writes.reply("1001", MARA, "<p>On it</p>")
    assert told.value.kind == "unknown"
    assert await door.writes.find_reply("1001", MARA, "<p>On it</p>", MONDAY) is None
    await asyncio.gather(*door.world.background)
    assert await door.writes.find_reply("1001", MARA, "<p>On it</p>", MONDAY) is not None
    assert len(door.world.sent_to_customers()) == 1


async def test_reads_ride_over_two_cut_connections(door: Door) -> None:
    door.fault("drop_before", "GET /conversations/1001", times=2)
    assert (await door.reads.conversation("1001")).id == "1001"


async def test_a_wrong_token_and_an_unknown_conversation_say_so(door: Door) -> None:
    with pytest.raises(IntercomError) as told:
        await door.writes.reply("404404", MARA, "Hi")
    assert told.value.kind == "not_found"
    door.world.token = "another"
    with pytest.raises(IntercomError) as told:
        await door.reads.me()
    assert told.value.kind == "unauthorized"


async def test_what_the_local_intercom_notifies_is_signed_and_read(door: Door) -> None:
    arrived: list[tuple[bytes, str | None]] = []

    def take(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            arrived.append((request.content, request.headers.get("x-hub-signature")))
        return httpx.Response(200)

    async with httpx.AsyncClient(transport=httpx.MockTransport(take)) as receiver:
        door.world.webhook_target("http://127.0.0.1/intercom/webhook", receiver)
        door.world.customer_writes("1001", "Still <broken>")
        await door.writes.reply("1001", MARA, "<p>Looking</p>")
        door.world.admin_away(MARA, True)
        door.world.deletes("1001")
        async with asyncio.timeout(5):
            while not any(b"conversation.deleted" in raw for raw, _ in arrived):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        door.world.webhook_target(None, receiver)
    assert all(verify(raw, header, SECRET) for raw, header in arrived)
    read = {found.topic: found for found in (read_notification(json.loads(raw)) for raw, _ in arrived)}
    said = read["conversation.user.replied"].item
    assert isinstance(said, ConversationFacts)
    assert [part.text for part in said.parts if part.is_customer_message] == ["Still <broken>"]
    answered = read["conversation.admin.replied"].item
    assert isinstance(answered, ConversationFacts)
    assert [part.text for part in answered.parts if part.is_public_reply] == ["Looking"]
    assert "admin.away_mode_updated" in read
    assert read["conversation.deleted"].deleted_conversation_id == "1001"
