"""What Intercom tells reaches the tables: swept, told, doubled, shuffled, lost, or killed half-way."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from harness import WEBHOOK_URL, House, OpenHouse, free_port
from known_facts import differences
from on_the_screen import words
from small_office import scenario

from bot.intake.sweep import Progress
from bot.store import conversations, pulse, receipts
from bot.store.parts import parts_of
from sandbox.intercom.webhooks import Quirks

pytestmark = pytest.mark.thorough


async def story(house: House) -> AsyncIterator[str]:
    """A morning in Intercom, a step at a time."""
    intercom = house.intercom
    intercom.customer_writes("1001", "It also happens in a private window.")
    yield "a customer writes again"
    house.tick(2)
    intercom.admin_replies("1001", "8801", "Which browser is it?")
    yield "a rep answers, which assigns"
    house.tick(2)
    intercom.admin_notes("1002", "8802", "Same as Dana.")
    yield "a note"
    house.tick(2)
    intercom.admin_assigns("1002", "8804", "8803")
    yield "the lead assigns"
    house.tick(2)
    started = intercom.customer_starts("p3", "email", "Please cancel our second seat.", "Second seat")
    yield "a new conversation"
    house.tick(2)
    intercom.bot_replies(started["id"], "We answer within four hours.")
    yield "the bot answers"
    house.tick(2)
    intercom.closes("1003", "8801")
    yield "closed"
    house.tick(2)
    intercom.customer_writes("1003", "Not solved yet.")
    yield "and open again"
    house.tick(2)
    intercom.snoozes("1004", "8802", house.clock.now().replace(hour=20))
    yield "snoozed"
    house.tick(2)
    intercom.rates("1006", 1, "worse")
    yield "a worse rating"
    house.tick(2)
    intercom.prioritises("1001", "8801")
    yield "priority"
    house.tick(2)


async def live_through(house: House) -> None:
    async for _ in story(house):
        pass


def words_in_intercom(house: House) -> set[tuple[str, str]]:
    """(conversation, part) of everything that Intercom shows, opening messages included."""
    found = set()
    for row in house.intercom.conversations():
        found.add((row["id"], row["source"]["id"]))
        found |= {(row["id"], part["id"]) for part in house.parts(row["id"])}
    return found


async def known_words(house: House) -> set[tuple[str, str]]:
    facts = await house.facts()
    return {(part["conversation_id"], part["id"]) for part in facts["parts"].values()}


async def recorded(house: House) -> list[bytes]:
    """The notifications of the morning, in order, as bytes."""
    bodies: list[bytes] = []

    async def take(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            bodies.append(request.content)
        return httpx.Response(200)

    async with httpx.AsyncClient(transport=httpx.MockTransport(take)) as client:
        house.intercom.webhook_target(WEBHOOK_URL, client)
        await live_through(house)
        await house.intercom.webhooks.settle()
    house.intercom.webhook_target(None, client)
    return bodies


async def test_the_first_sync_knows_every_conversation_with_every_part_person_and_account(build: OpenHouse):
    house = await build(linked=())
    assert await known_words(house) == words_in_intercom(house)
    facts = (await house.facts())["conversations"]
    assert set(facts) == {row["id"] for row in house.intercom.conversations()}
    assert facts["1001"]["contact_name"] == "Dana Reyes"
    assert facts["1001"]["account_id"] == "c1"
    assert facts["1008"]["contact_name"] == "somebody@nowhere.example"


async def test_a_morning_told_by_webhooks_and_one_found_by_the_sweep_are_the_same_facts(build: OpenHouse):
    told, found = await build(linked=()), await build(linked=())
    told.webhooks_on()
    async for _ in story(told):
        await told.settle()
    await live_through(found)
    await found.later(seconds=61)
    assert differences(await told.facts(), await found.facts()) == []
    assert await known_words(told) == words_in_intercom(told)


async def test_webhooks_reach_the_bot_through_its_own_port(build: OpenHouse):
    house = await build(settled=False, linked=())
    await house.stop_bot()
    port = free_port()
    await house.start_bot(port=port)
    await house.settle()
    async with httpx.AsyncClient() as client:
        house.intercom.webhook_target(f"http://127.0.0.1:{port}/intercom/webhook", client)
        house.intercom.customer_writes("1004", "As a CSV file.")
        await house.settle()
        assert house.intercom.webhooks.answers_head
    assert "As a CSV file." in [part.text for part in await house.read(parts_of, "1004")]


async def test_doubled_and_shuffled_webhooks_end_where_those_in_order_end(build: OpenHouse):
    first = await build(linked=())
    bodies = await recorded(first)
    assert len(bodies) > 10

    async def replayed(order: list[bytes]) -> dict[str, Any]:
        house = await build(linked=())
        # Nothing is fetched afterwards: what the notifications say has to be enough.
        house.fault("intercom", "GET /conversations/*", "error", times=-1, status=401, error="unauthorized")
        for number, body in enumerate(order):
            # As Intercom does: what could not be stored in time is told again.
            while (answer := await house.notify(body)).status_code == 503:
                pass
            assert answer.status_code == 200
            if number % 5 == 0:
                await house.settle()
        await house.settle()
        return await house.facts()

    in_order = await replayed(bodies)
    rng = random.Random(7)
    mixed = bodies + rng.sample(bodies, len(bodies) * 3 // 10)
    rng.shuffle(mixed)
    assert differences(await replayed(mixed), in_order) == []
    # The comparison is not blind: one notification less would show.
    assert differences(await replayed(bodies[1:]), in_order) != []


async def test_a_notification_that_comes_twice_is_applied_once(build: OpenHouse):
    house = await build(data=scenario("1004"), linked=())
    house.webhooks_on()
    house.intercom.webhooks.quirks = Quirks(duplicate=1.0)
    house.intercom.customer_writes("1004", "As a CSV file.")
    await house.settle()
    assert [each.status for each in house.intercom.webhooks.log] == [200, 200]
    said = [part.text for part in await house.read(parts_of, "1004")]
    assert said.count("As a CSV file.") == 1
    assert await house.read(receipts.waiting) == []


async def test_lost_webhooks_are_made_up_for_by_the_next_sweep(build: OpenHouse):
    house = await build(linked=())
    house.webhooks_on()
    house.intercom.webhooks.quirks = Quirks(drop=1.0)
    await live_through(house)
    await house.settle()
    assert await known_words(house) != words_in_intercom(house)
    await house.later(seconds=61)
    assert await known_words(house) == words_in_intercom(house)


async def test_what_happens_within_the_second_of_the_last_reading_is_noticed_too(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=())
    house.tick(5 * 60)
    house.intercom.customer_writes("1001", "Hello?")
    await house.settle()
    assert house.alert("1001")
    house.intercom.closes("1001", "8801")
    await house.later(seconds=61)
    assert (await house.read(conversations.get, "1001")).state == "closed"
    assert "Closed by Ana Ruiz" in words(house.alert("1001").blocks)


def many(number: int) -> dict[str, Any]:
    """So many closed conversations that a search has several pages of 150."""
    office = scenario()
    told = office["conversations"][-3]
    office["conversations"] = [{**told, "id": str(5000 + each), "contact_id": "p5"} for each in range(number)]
    return office


async def test_a_first_sync_killed_half_way_goes_on_where_it_stopped(build: OpenHouse):
    seen: list[int] = []

    def after_a_page(progress: Progress) -> None:
        seen.append(progress.done)
        if len(seen) == 1:
            again = {"times": -1, "status": 401, "error": "unauthorized"}
            house.fault("intercom", "POST /conversations/search", "error", **again)

    # When the first page has been taken in the second is on its way: the third is what is refused.
    house = await build(data=many(303), settled=False, linked=())
    house.progress = after_a_page
    await house.restart()
    await house.settle()
    assert seen == [150, 300]
    assert await house.read(pulse.get_mark, "sweep.cursor")
    assert await house.read(pulse.last_beat, "sweep") is None

    house.faults.clear()
    await house.restart()
    await house.settle()
    assert seen == [150, 300, 3]
    assert await known_words(house) == words_in_intercom(house)
    assert await house.read(pulse.get_mark, "sweep.cursor") is None
    assert await house.read(pulse.last_beat, "sweep") is not None


async def test_shapes_nobody_knows_are_kept_as_other(build: OpenHouse):
    house = await build(data=scenario("1004"), linked=())
    item = json.loads(json.dumps(house.intercom.conversation("1004")))
    item["source"]["type"] = "carrier_pigeon"
    item["updated_at"] += 60
    item["conversation_parts"]["conversation_parts"] = [
        {
            "type": "conversation_part",
            "id": "99887766",
            "part_type": "hologram",
            "body": "<p>Hello from the future</p>",
            "created_at": item["updated_at"],
            "author": {"type": "user", "id": "p4", "name": "Pia Holm", "email": "pia@customer.example"},
        }
    ]
    house.fault("intercom", "GET /conversations/*", "error", times=-1, status=401, error="unauthorized")
    told = {
        "type": "notification_event",
        "id": "notif_new_shape",
        "topic": "conversation.teleported",
        "app_id": house.bot.office.intercom_app,
        "created_at": item["updated_at"],
        "data": {"type": "notification_event_data", "item": item},
    }
    assert (await house.notify(told)).status_code == 200
    await house.settle()
    row = await house.read(conversations.get, "1004")
    assert row.channel == "other"
    (part,) = [each for each in await house.read(parts_of, "1004") if each.id == "99887766"]
    assert (part.kind, part.raw_kind, part.text) == ("other", "hologram", "Hello from the future")


def padded(total: int) -> bytes:
    """A notification of exactly so many bytes."""
    empty = json.dumps({"topic": "ping", "id": None, "pad": ""}).encode()
    return json.dumps({"topic": "ping", "id": None, "pad": "x" * (total - len(empty))}).encode()


async def test_what_is_too_large_or_no_object_is_refused_and_leaves_nothing(build: OpenHouse):
    house = await build(settled=False, linked=())
    async with house.client() as client:
        assert (await client.head("/intercom/webhook")).status_code == 200
    assert (await house.notify(padded(1024 * 1024 + 1))).status_code == 413
    for body in (b"", b"[]", b"null", b"{", b'"text"', b"\xff\xfe\x00"):
        assert (await house.notify(body)).status_code == 400
    assert await house.read(receipts.waiting) == []
    assert (await house.notify(padded(1024 * 1024))).status_code == 200
    assert len(await house.read(receipts.waiting)) == 1


async def test_a_closed_store_acknowledges_nothing(build: OpenHouse):
    house = await build(settled=False, linked=())
    house.bot.store.close()
    assert (await house.notify({"topic": "ping", "id": "notif_1"})).status_code == 503
