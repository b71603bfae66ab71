"""Tickets of which no webhook tells are read by the sweep, and nothing of this stops it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from harness import TUESDAY, House, OpenHouse
from on_the_screen import words
from small_office import scenario
from sqlmodel import Session, select

from bot.intake.sweep import Progress
from bot.store import conversations, pulse
from bot.store.conversations import Conversation
from sandbox.intercom import happenings, ticket_acts, tickets

WORDS = "The badges do not print."


def rows(session: Session) -> list[Conversation]:
    return list(session.exec(select(Conversation)))


async def still_open(house: House) -> list[str]:
    return sorted(row.id for row in await house.bot.store.read(rows) if row.state != "closed")


def filed_long_ago(house: House, *, closed: bool = False) -> str:
    ws = house.intercom.workspace
    at = int((TUESDAY - timedelta(days=200)).timestamp())
    (kind,) = ws.ticket_types.values()
    attributes = {"_default_title_": "Badges", "_default_description_": WORDS}
    made = tickets.file(ws, ws.contacts["p1"], kind, attributes, at)
    if closed:
        happenings.closes(ws, made.story, happenings.admin_author(ws.admins["8801"]), at)
    return made.id


async def unread(build: OpenHouse) -> House:
    """A bot that has not read Intercom yet."""
    return await build(data=scenario("1001"), settled=False, linked=())


async def asked_often(house: House) -> None:
    for _ in range(4):
        house.clock.machine_ahead += timedelta(seconds=20)
        await house.settle()


async def test_a_ticket_of_which_no_webhook_told_is_known_and_rings(build: OpenHouse):
    house = await build(data=scenario("1001"))
    made = ticket_acts.files(house.intercom, "p1", "Badges", WORDS)
    await house.later(minutes=2)
    row = await house.read(conversations.get, made.id)
    assert (row.channel, row.title, row.details_due) == ("ticket", "Badges", None)
    await house.at("09:30")
    assert WORDS in words(house.alert(made.id).blocks)
    house.intercom.closes(made.id, "8801")
    await house.later(minutes=2)
    assert await still_open(house) == ["1001"]


@pytest.mark.parametrize("apart", [False, True], ids=["its own id", "another id"])
async def test_a_ticket_of_a_conversation_is_not_swept_in_beside_it(build: OpenHouse, apart: bool):
    house = await build(data=scenario("1001"))
    house.intercom.workspace.tickets_apart = apart
    house.tick(30)
    ticket_acts.converts(house.intercom, "1001", "Login", "They were told.")
    await house.later(minutes=2)
    row = await house.read(conversations.get, "1001")
    assert (row.channel, row.details_due) == ("email", None)
    assert await still_open(house) == ["1001"]


async def test_at_first_every_open_ticket_is_read_however_old(build: OpenHouse):
    house = await unread(build)
    known, closed = filed_long_ago(house), filed_long_ago(house, closed=True)
    await house.settle()
    assert await still_open(house) == sorted(["1001", known])
    assert await house.read(conversations.get, closed) is None


@pytest.mark.parametrize("answer", [(403, "forbidden"), (401, "unauthorized"), (404, "gone"), (400, "x")])
async def test_where_there_are_no_tickets_the_sweep_goes_on(build: OpenHouse, answer: tuple[int, str]):
    house = await unread(build)
    known = filed_long_ago(house)
    status, error = answer
    house.fault("intercom", "POST /tickets/search", "error", times=-1, status=status, error=error)
    await house.settle()
    assert await still_open(house) == ["1001"]
    assert await house.read(pulse.last_beat, "sweep") is not None
    house.faults.clear()
    # As soon as they may be read nothing is missing.
    await house.later(minutes=2)
    assert await still_open(house) == sorted(["1001", known])


async def test_tickets_that_fail_are_read_again_and_they_alone(build: OpenHouse):
    seen: list[Progress] = []
    house = await unread(build)
    known = filed_long_ago(house)
    house.progress = seen.append
    house.fault("intercom", "POST /tickets/search", "error", times=-1, status=500, error="server_error")
    await house.restart()
    await house.settle()
    assert len(seen) == 1
    assert await house.read(pulse.last_beat, "sweep") is not None
    assert await house.read(pulse.get_mark, pulse.TICKETS) is None
    house.faults.clear()
    await house.later(minutes=2)
    assert await still_open(house) == sorted(["1001", known])
    assert await house.read(pulse.get_mark, pulse.TICKETS) is not None


@pytest.mark.thorough
async def test_a_ticket_is_read_however_long_tickets_failed_before(build: OpenHouse):
    house = await build(data=scenario("1001"))
    house.fault("intercom", "POST /tickets/search", "error", times=-1, status=500, error="server_error")
    made = ticket_acts.files(house.intercom, "p1", "Badges", WORDS)
    for _ in range(4):
        await house.later(minutes=20)
    assert await house.read(conversations.get, made.id) is None
    house.faults.clear()
    await house.later(minutes=2)
    assert made.id in await still_open(house)


async def test_nothing_is_missing_when_tickets_may_be_read_again(build: OpenHouse):
    house = await build(data=scenario("1001"))
    house.fault("intercom", "POST /tickets/search", "error", times=-1, status=403, error="forbidden")
    made = ticket_acts.files(house.intercom, "p1", "Badges", WORDS)
    for _ in range(2):
        await house.later(minutes=20)
    house.faults.clear()
    await house.later(minutes=2)
    assert made.id in await still_open(house)


@pytest.mark.thorough
async def test_a_second_page_that_is_refused_is_no_lack_of_permission(build: OpenHouse):
    house = await unread(build)
    many = [filed_long_ago(house) for _ in range(151)]
    house.fault("intercom", "POST /tickets/search", "slow", seconds=0)
    refused = house.fault("intercom", "POST /tickets/search", "error", status=400, error="invalid")
    await house.settle()
    await house.later(minutes=2)
    assert refused.hits == 1
    assert set(many) <= set(await still_open(house))


async def test_an_open_ticket_that_is_listed_is_not_asked_for_by_name(build: OpenHouse):
    house = await build(data=scenario("1001"))
    made = ticket_acts.files(house.intercom, "p1", "Badges", WORDS)
    await house.later(minutes=2)
    again: dict[str, Any] = {"times": -1, "status": 404, "error": "not_found"}
    house.fault("intercom", f"GET /tickets/{made.id}", "error", **again)
    for _ in range(3):
        await house.later(minutes=61)
        await asked_often(house)
    assert made.id in await still_open(house)


async def test_a_ticket_that_was_over_by_mistake_is_open_again_after_the_next_look(build: OpenHouse):
    house = await build(data=scenario("1001"))
    made = ticket_acts.files(house.intercom, "p1", "Badges", WORDS)
    house.fault("intercom", f"GET /tickets/{made.id}", "error", times=3, status=404, error="not_found")
    await house.later(minutes=2)
    await asked_often(house)
    assert made.id not in await still_open(house)
    for _ in range(2):
        await house.later(minutes=61)
        await asked_often(house)
    assert made.id in await still_open(house)
