"""Notifications: signature, topics, shapes as captured, and delivery that goes wrong."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from intercom_workspace import MONDAY
from shared_files import shared
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.clock import SandboxClock
from sandbox.intercom import ticket_acts
from sandbox.intercom.webhooks import Quirks
from sandbox.intercom.world import IntercomWorld

MARA, JONAS = "8412056", "8412057"


class Receiver:
    """An endpoint that keeps what it was sent and answers with the statuses it is told to."""

    def __init__(self) -> None:
        self.raw: list[tuple[bytes, str]] = []
        self.statuses: list[int] = []
        self.heads = 0
        self.app = Starlette(routes=[Route("/hook", self.hook, methods=["POST", "HEAD"])])

    async def hook(self, request: Request) -> Response:
        if request.method == "HEAD":
            self.heads += 1
            return Response()
        self.raw.append((await request.body(), request.headers["x-hub-signature"]))
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)

    @property
    def all(self) -> list[dict[str, Any]]:
        return [json.loads(raw) for raw, _ in self.raw]

    @property
    def topics(self) -> list[str]:
        return [one["topic"] for one in self.all]


@pytest.fixture
async def receiver(world: IntercomWorld) -> AsyncIterator[Receiver]:
    made = Receiver()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(made.app)) as http:
        world.webhook_target("http://bot/hook", http)
        world.webhooks.retries = (0.01, 0.01)
        yield made
        await world.webhooks.stop()


async def test_a_notification_is_signed_over_its_bytes(world: IntercomWorld, receiver: Receiver) -> None:
    world.customer_writes("1001", "Ça va? 🎟")
    await world.webhooks.settle()
    raw, signature = receiver.raw[0]
    assert signature == "sha1=" + hmac.new(b"hush", raw, hashlib.sha1).hexdigest()
    assert signature != "sha1=" + hmac.new(b"other", raw, hashlib.sha1).hexdigest()
    assert receiver.heads == 1
    assert world.webhooks.answers_head is True


async def test_one_reply_is_told_under_three_topics_with_one_part(
    world: IntercomWorld, receiver: Receiver
) -> None:
    world.admin_replies("1001", MARA, "On it")
    await world.webhooks.settle()
    assert receiver.topics == [
        "conversation.admin.replied",
        "conversation.admin.assigned",
        "conversation.admin.open.assigned",
    ]
    parts = {str(one["data"]["item"]["conversation_parts"]) for one in receiver.all}
    assert len(parts) == 1
    assert len({one["id"] for one in receiver.all}) == 3


async def test_every_change_has_its_topic(
    world: IntercomWorld, receiver: Receiver, clock: SandboxClock
) -> None:
    made = world.customer_starts("u0", "conversation", "Hello")["id"]
    world.customer_writes(made, "Anybody?")
    world.bot_replies(made, "Soon")
    world.admin_assigns(made, MARA, JONAS)
    world.admin_notes(made, MARA, "known bug")
    world.admin_tags(made, MARA, "9001")
    world.prioritises(made, MARA)
    world.snoozes(made, JONAS, MONDAY + timedelta(minutes=10))
    clock.jump_to(MONDAY + timedelta(minutes=11))
    world.closes(made, JONAS)
    world.opens(made, JONAS)
    world.rates(made, 5, "great")
    world.calls(made, "started")
    world.calls(made, "ended")
    world.deletes(made)
    world.admin_away(JONAS, True)
    world.ping()
    await world.webhooks.settle()
    assert receiver.topics == [
        "conversation.user.created",
        "conversation.user.replied",
        "conversation.operator.replied",
        "conversation.admin.assigned",
        "conversation.admin.open.assigned",
        "conversation.admin.noted",
        "conversation_part.tag.created",
        "conversation.priority.updated",
        "conversation.admin.snoozed",
        "conversation.admin.unsnoozed",
        "conversation.admin.closed",
        "conversation.admin.opened",
        "conversation.rating.added",
        "call.started",
        "call.ended",
        "conversation.deleted",
        "admin.away_mode_updated",
        "ping",
    ]


async def test_tickets_have_their_topics(
    world: IntercomWorld, receiver: Receiver, client: httpx.AsyncClient
) -> None:
    made = (await client.post("/conversations/1001/convert", json={"ticket_type_id": "2840155"})).json()
    ticket_acts.moves(world, made["id"], "in_progress", MARA)
    world.admin_assigns("1001", MARA, JONAS)
    world.admin_assigns("1001", MARA, "5017691")
    await world.webhooks.settle()
    tickets = [one for one in receiver.all if one["topic"].startswith("ticket.")]
    assert [one["topic"] for one in tickets] == [
        "ticket.created",
        "ticket.state.updated",
        "ticket.admin.assigned",
        "ticket.team.assigned",
    ]
    assert tickets[0]["data"]["item"]["admin_assignee_id"] == "0"
    assert tickets[2]["data"]["item"]["admin_assignee_id"] == JONAS


async def test_a_ticket_that_never_was_a_conversation_has_topics_of_its_own_alone(
    world: IntercomWorld, receiver: Receiver
) -> None:
    filed = ticket_acts.files(world, "u0", "Export", "It stops half-way.")
    world.customer_writes(filed.id, "Every time.")
    world.admin_replies(filed.id, MARA, "On it")
    world.admin_notes(filed.id, MARA, "Known")
    world.closes(filed.id, MARA)
    await world.webhooks.settle()
    assert receiver.topics == [
        "ticket.created",
        "ticket.contact.replied",
        "ticket.admin.replied",
        "ticket.admin.assigned",
        "ticket.note.created",
        "ticket.closed",
    ]
    pair = receiver.all[1]["data"]["item"]
    assert (pair["type"], pair["ticket"]["id"]) == ("ticket_ticket_part", filed.id)
    assert pair["ticket_part"]["body"] == "<p>Every time.</p>"


async def test_a_part_redacted_over_the_api_is_told(
    world: IntercomWorld, receiver: Receiver, client: httpx.AsyncClient
) -> None:
    part = world.customer_writes("1001", "my card is 4111")
    body = {"type": "conversation_part", "conversation_id": "1001", "conversation_part_id": part["id"]}
    await client.post("/conversations/redact", json=body)
    await world.webhooks.settle()
    assert receiver.topics[-1] == "conversation_part.redacted"
    assert "4111" not in str(receiver.all[-1])


def shape(value: Any) -> Any:
    """Keys and types of a JSON value, without what it says: a list is known by its first element."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value[:1]]
    return type(value).__name__


def differences(ours: Any, theirs: Any, path: str = "") -> list[str]:
    """Where two shapes differ; null against something is no difference, nor is an empty list."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        found = [f"{path}/{key} is only in ours" for key in ours.keys() - theirs.keys()]
        found += [f"{path}/{key} is only in theirs" for key in theirs.keys() - ours.keys()]
        for key in ours.keys() & theirs.keys():
            found += differences(ours[key], theirs[key], f"{path}/{key}")
        return found
    if isinstance(ours, list) and isinstance(theirs, list):
        return differences(ours[0], theirs[0], path + "[]") if ours and theirs else []
    if ours == theirs or "NoneType" in (ours, theirs):
        return []
    return [f"{path} is {ours} here and {theirs} there"]


def captured(name: str) -> Any:
    return json.loads(shared(f"captures/{name}.json").read_text())


async def sent(world: IntercomWorld, receiver: Receiver, topic: str) -> dict[str, Any]:
    await world.webhooks.settle()
    return next(one for one in reversed(receiver.all) if one["topic"] == topic)


DEEDS: dict[str, Any] = {
    "conversation_user_replied": lambda world: world.customer_writes("1002", "Hello?"),
    "conversation_admin_replied": lambda world: world.admin_replies("1001", MARA, "On it"),
    "conversation_admin_assigned": lambda world: world.admin_replies("1001", MARA, "On it"),
    "conversation_admin_noted": lambda world: world.admin_notes("1002", MARA, "ask Jonas"),
    "conversation_admin_snoozed": lambda world: world.snoozes("1002", MARA, MONDAY + timedelta(hours=1)),
    "conversation_operator_replied": lambda world: world.bot_replies("1001", "Soon"),
    "conversation_priority_updated": lambda world: world.prioritises("1001", MARA),
    "conversation_deleted": lambda world: world.deletes("1001"),
    "admin_away_mode_updated": lambda world: world.admin_away(MARA, True),
    "ping": lambda world: world.ping(),
}


@pytest.mark.parametrize("name", DEEDS)
async def test_a_notification_has_the_keys_and_types_of_a_captured_one(
    world: IntercomWorld, receiver: Receiver, name: str
) -> None:
    theirs = captured(name)
    world.workspace.conversations["1002"].ai_agent = None  # the captured workspace has no AI agent
    world.workspace.conversations["1002"].rating = None
    DEEDS[name](world)
    ours = await sent(world, receiver, theirs["topic"])
    assert not differences(shape(ours), shape(theirs))


async def test_a_ticket_has_the_keys_and_types_of_a_captured_one(
    world: IntercomWorld, receiver: Receiver, client: httpx.AsyncClient
) -> None:
    await client.post("/conversations/1001/convert", json={"ticket_type_id": "2840155"})
    ours, theirs = await sent(world, receiver, "ticket.created"), captured("ticket_created")
    for one in (ours, theirs):
        item = one["data"]["item"]
        del item["ticket_attributes"]  # differ with the ticket's type
        item["ticket_parts"]["ticket_parts"] = item["ticket_parts"]["ticket_parts"][-1:]
    assert not differences(shape(ours), shape(theirs))


async def test_control_the_comparison_sees_a_changed_type(world: IntercomWorld, receiver: Receiver) -> None:
    world.customer_writes("1001", "Hello?")
    ours = await sent(world, receiver, "conversation.user.replied")
    spoilt = json.loads(json.dumps(ours))
    spoilt["data"]["item"]["statistics"]["last_contact_reply_at"] = 1
    spoilt["data"]["item"]["extra"] = 1
    assert len(differences(shape(spoilt), shape(ours))) == 2


async def test_the_quirks_of_the_captures(world: IntercomWorld, receiver: Receiver) -> None:
    world.admin_replies("1001", MARA, "On it")
    item = (await sent(world, receiver, "conversation.admin.replied"))["data"]["item"]
    assert item["statistics"]["first_admin_reply_at"] == "2026-11-23T08:25:00.000Z"
    assert item["statistics"]["first_close_at"] is None
    assert item["statistics"]["count_conversation_parts"] == 2
    assert item["conversation_parts"]["total_count"] == 1
    assert item["admin_assignee_id"] == int(MARA)
    assert item["teammates"]["admins"] == [{"type": "admin", "id": MARA}]
    assert item["title"] == ""
    assert item["topics"]["total_count"] == 0
    world.deletes("1001")
    gone = await sent(world, receiver, "conversation.deleted")
    assert gone["data"]["item"] == {"type": "conversation", "conversation_id": "1001"}
    world.ping()
    ping = await sent(world, receiver, "ping")
    assert (ping["id"], ping["delivery_status"]) == (None, None)


async def test_a_refused_notification_comes_again_with_the_same_id(
    world: IntercomWorld, receiver: Receiver
) -> None:
    receiver.statuses = [500, 503]
    world.customer_writes("1001", "Hello?")
    await world.webhooks.settle()
    assert [one["delivery_attempts"] for one in receiver.all] == [1, 2, 3]
    assert len({one["id"] for one in receiver.all}) == 1
    assert [attempt.status for attempt in world.webhooks.log] == [500, 503, 200]


async def test_it_gives_up_after_a_few_attempts(world: IntercomWorld, receiver: Receiver) -> None:
    receiver.statuses = [500] * 9
    world.customer_writes("1001", "Hello?")
    await world.webhooks.settle()
    assert len(receiver.raw) == 3


async def test_duplicates(world: IntercomWorld, receiver: Receiver) -> None:
    world.webhooks.quirks = Quirks(duplicate=1.0)
    world.customer_writes("1001", "Hello?")
    await world.webhooks.settle()
    first, second = receiver.all
    assert first == second


async def test_lost_ones(world: IntercomWorld, receiver: Receiver) -> None:
    world.webhooks.quirks = Quirks(drop=1.0)
    world.customer_writes("1001", "Hello?")
    await world.webhooks.settle()
    assert not receiver.raw
    assert world.conversation("1001")["conversation_parts"]["total_count"] == 1


async def test_out_of_order(world: IntercomWorld, receiver: Receiver) -> None:
    world.webhooks.quirks = Quirks(reorder=1.0)
    world.customer_writes("1001", "one")
    world.customer_writes("1001", "two")
    await world.webhooks.settle()
    bodies = [
        one["data"]["item"]["conversation_parts"]["conversation_parts"][0]["body"] for one in receiver.all
    ]
    assert bodies == ["<p>two</p>", "<p>one</p>"]


async def test_late_ones_and_none_while_switched_off(world: IntercomWorld, receiver: Receiver) -> None:
    world.webhooks.quirks = Quirks(delay=0.02)
    world.customer_writes("1001", "late")
    world.webhooks_enabled = False
    world.customer_writes("1001", "never told")
    await world.webhooks.settle()
    assert len(receiver.raw) == 1


async def test_what_is_told_is_how_it_was_when_it_happened(world: IntercomWorld, receiver: Receiver) -> None:
    world.customer_writes("1002", "Hello?")
    world.closes("1002", MARA)
    await world.webhooks.settle()
    assert [one["data"]["item"]["state"] for one in receiver.all] == ["open", "closed"]


async def test_an_address_that_answers_no_head_is_known(world: IntercomWorld) -> None:
    app = Starlette(routes=[Route("/hook", lambda _: Response(), methods=["POST"])])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http:
        world.webhook_target("http://bot/hook", http)
        world.ping()
        await world.webhooks.settle()
    assert world.webhooks.answers_head is False
