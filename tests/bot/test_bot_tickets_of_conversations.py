"""A conversation that was made a ticket is one conversation, whichever id Intercom tells of it by."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from harness import House, OpenHouse
from on_the_screen import words
from small_office import scenario
from sqlmodel import Session, select

from bot.store import conversations
from bot.store.conversations import Conversation
from bot.store.parts import parts_of
from sandbox.intercom import ticket_acts

SUMMARY = "The login page comes back. They were told that it is looked into."
SHAPES = pytest.mark.parametrize("apart", [False, True], ids=["its own id", "another id"])


async def office(build: OpenHouse, apart: bool, *only: str) -> House:
    house = await build(data=scenario(*only or ("1001",)))
    house.intercom.workspace.tickets_apart = apart
    return house


def rows(session: Session) -> list[Conversation]:
    return list(session.exec(select(Conversation)))


async def still_open(house: House) -> list[str]:
    return sorted(row.id for row in await house.bot.store.read(rows) if row.state != "closed")


async def said(house: House, id_: str) -> list[str]:
    return [part.text for part in await house.read(parts_of, id_) if part.text]


async def asked_often(house: House) -> None:
    """The waits between two tries at fetching something go by."""
    for _ in range(4):
        house.clock.machine_ahead += timedelta(seconds=20)
        await house.settle()


def remembered(row: Conversation) -> dict[str, Any]:
    names = ("channel", "priority", "tags", "waiting_since", "started_by", "created_at", "account_id")
    return {name: getattr(row, name) for name in names}


@SHAPES
async def test_it_stays_what_it_was_and_rings_once(build: OpenHouse, apart: bool):
    house = await office(build, apart)
    house.webhooks_on()
    house.intercom.prioritises("1001", "8801")
    await house.settle()
    before = await house.read(conversations.get, "1001")
    spoken = await said(house, "1001")
    house.tick(5)
    ticket_acts.converts(house.intercom, "1001", "Login", SUMMARY)
    await house.settle()
    after = await house.read(conversations.get, "1001")
    assert remembered(after) == remembered(before)
    assert (after.channel, after.priority) == ("email", "high")
    assert await still_open(house) == ["1001"]
    assert await said(house, "1001") == spoken
    await house.at("09:20")
    assert len(house.posts("alerts", "post:alert:")) == 1
    await house.ana.types("/claim next")
    assert "Dana Reyes" in words(house.ana.last.blocks)


@SHAPES
async def test_what_happens_later_is_seen_once(build: OpenHouse, apart: bool):
    house = await office(build, apart)
    house.webhooks_on()
    made = ticket_acts.converts(house.intercom, "1001", "Login", SUMMARY)
    house.intercom.customer_writes("1001", "It still comes back.")
    ticket_acts.moves(house.intercom, made.id, "in_progress", "8801")
    await house.settle()
    assert await still_open(house) == ["1001"]
    assert (await said(house, "1001")).count("It still comes back.") == 1
    house.intercom.closes("1001", "8801")
    await house.settle()
    assert await still_open(house) == []


@SHAPES
async def test_one_that_is_known_by_its_ticket_alone_comes_to_be_known(build: OpenHouse, apart: bool):
    house = await office(build, apart)
    started = house.intercom.customer_starts("p1", "whatsapp", "The export stops half-way.")["id"]
    house.fault("intercom", f"GET /conversations/{started}", "error", times=2, status=503)
    house.webhooks_on()
    ticket_acts.converts(house.intercom, started, "Export", SUMMARY)
    await house.settle()
    await asked_often(house)
    row = await house.read(conversations.get, started)
    assert (row.channel, row.state) == ("whatsapp", "open")
    assert await still_open(house) == sorted(["1001", started])
    assert await said(house, started) == ["The export stops half-way."]
    await house.at("09:30")
    assert len(house.alerts(started)) == 1


async def test_a_ticket_that_stood_beside_its_conversation_is_over_as_such(build: OpenHouse):
    house = await office(build, True)
    house.webhooks_on()
    made = ticket_acts.converts(house.intercom, "1001", "Login", SUMMARY)
    made.linked_ids, linked = [], made.linked_ids
    ticket_acts.moves(house.intercom, made.id, "in_progress", "8801")
    await house.settle()
    house.tick()
    made.linked_ids = linked
    ticket_acts.moves(house.intercom, made.id, "in_progress", "8801")
    await house.settle()
    assert await still_open(house) == ["1001"]


async def test_where_only_the_ticket_answers_the_conversation_goes_on_by_it(build: OpenHouse):
    house = await office(build, False)
    house.webhooks_on()
    ticket_acts.converts(house.intercom, "1001", "Login", SUMMARY)
    await house.settle()
    house.fault("intercom", "GET /conversations/1001", "error", times=-1, status=404, error="not_found")
    house.tick(5)
    # Of the conversation nothing is told any more either.
    item = house.intercom.tickets["1001"]
    house.intercom.webhooks_enabled = False
    house.intercom.customer_writes("1001", "Is anybody there?")
    house.intercom.webhooks_enabled = True
    ticket_acts.moves(house.intercom, item.id, "in_progress", "8801")
    await house.settle()
    row = await house.read(conversations.get, "1001")
    assert (row.channel, row.state, row.details_due) == ("email", "open", None)
    assert (await said(house, "1001"))[-1] == "Is anybody there?"
    assert SUMMARY not in await said(house, "1001")


async def test_who_may_not_read_tickets_notices_a_deleted_conversation_all_the_same(build: OpenHouse):
    house = await office(build, False)
    house.fault("intercom", "GET /tickets/*", "error", times=-1, status=403, error="forbidden")
    house.webhooks_on()
    del house.intercom.workspace.conversations["1001"]
    await house.later(minutes=61)
    await house.later(minutes=61)
    await asked_often(house)
    assert await still_open(house) == []


@pytest.mark.parametrize("category", ["Back-office", "Tracker"])
async def test_a_colleagues_ticket_about_it_stands_beside_it_and_never_rings(build: OpenHouse, category: Any):
    house = await office(build, False)
    house.webhooks_on()
    filed = ticket_acts.files(
        house.intercom, "p1", "Look into it", SUMMARY, category=category, linked_ids=("1001",)
    )
    house.intercom.admin_notes(filed.id, "8802", "It is the proxy.")
    await house.settle()
    assert await still_open(house) == sorted(["1001", filed.id])
    for hour in range(10, 18):
        await house.at(f"{hour}:00")
    assert house.alerts("1001")
    assert house.alerts(filed.id) == []
