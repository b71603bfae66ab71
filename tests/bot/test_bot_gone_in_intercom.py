"""Conversations that Intercom has no more ring for nobody, however the bot comes to know it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from answers_told import delivery
from escalating import URGENT, calls
from harness import House, OpenHouse
from on_the_screen import rich, verbs, words
from small_office import APP, scenario

from bot.store import clocks, conversations
from sandbox.intercom import ticket_acts
from sandbox.intercom.contact_removals import Removal


async def asked_often(house: House) -> None:
    """The waits between two tries at fetching a conversation go by."""
    for _ in range(4):
        house.clock.machine_ahead += timedelta(seconds=20)
        await house.settle()


async def state(house: House, id_: str) -> str:
    found: str = (await house.read(conversations.get, id_)).state
    return found


async def running(house: House, id_: str) -> int:
    return sum(each.stopped_at is None for each in await house.read(clocks.clocks_of, id_))


async def ghosts(build: OpenHouse, **changes: Any) -> House:
    """Dana's 1001 is open here, and nowhere else any more; 1002 is as it was."""
    house = await build(data=scenario("1001", "1002"), **changes)
    assert await running(house, "1001") == 1
    del house.intercom.workspace.conversations["1001"]
    return house


async def test_an_open_conversation_that_no_search_lists_is_over_within_the_hour(build: OpenHouse):
    house = await ghosts(build)
    await house.at("09:30")
    assert await state(house, "1001") == "open"
    assert house.alerts("1001")
    await house.later(minutes=40)
    await asked_often(house)
    assert await state(house, "1001") == "closed"
    assert await running(house, "1001") == 0
    assert "Closed" in words(house.alert("1001").blocks)
    assert await state(house, "1002") == "open"
    # Nobody is rung for it later either.
    rung = len(house.posts("alerts"))
    await house.later(hours=3)
    assert not [each for each in house.posts("alerts")[rung:] if "1001" in str(each.blocks)]


async def test_without_the_look_it_would_ring_for_ever(build: OpenHouse):
    """The control: until the look no reading of Intercom notices it."""
    house = await ghosts(build)
    for _ in range(5):
        await house.later(minutes=9)
        await asked_often(house)
    assert await state(house, "1001") == "open"
    assert await running(house, "1001") == 1


async def test_what_is_not_known_once_is_asked_for_again_before_it_is_over(build: OpenHouse):
    house = await build(data=scenario("1001"))
    house.fault("intercom", "GET /conversations/1001", "error", times=2, status=404, error="not_found")
    house.webhooks_on()
    house.intercom.customer_writes("1001", "Hello?")
    await house.settle()
    assert await state(house, "1001") == "open"
    await asked_often(house)
    assert await state(house, "1001") == "open"
    assert (await house.read(conversations.get, "1001")).details_due is None
    assert await running(house, "1001") == 1


async def test_what_was_over_by_mistake_is_open_again_with_the_next_word(build: OpenHouse):
    house = await ghosts(build)
    await house.later(minutes=61)
    (hidden,) = [(await house.read(conversations.get, "1001"))]
    assert hidden.details_due is not None
    await asked_often(house)
    assert await state(house, "1001") == "closed"
    told = {
        "type": "notification_event", "id": "notif_back", "topic": "conversation.user.replied", "app_id": APP,
        "created_at": int(house.clock.now().timestamp()),
        "data": {"type": "notification_event_data", "item": {
            "type": "conversation", "id": "1001", "state": "open", "open": True,
            "created_at": int(hidden.created_at.timestamp()),
            "updated_at": int(house.clock.now().timestamp()),
            "waiting_since": int(house.clock.now().timestamp()),
            "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "p1"}]},
        }},
    }  # fmt: skip
    await house.notify(told)
    await house.settle()
    assert await state(house, "1001") == "open"


async def test_what_was_over_by_mistake_is_open_again_after_the_next_look(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"))
    house.fault("intercom", "GET /conversations/*", "error", times=-1, status=404, error="not_found")
    house.webhooks_on()
    house.intercom.customer_writes("1001", "Hello?")
    await house.settle()
    for _ in range(4):
        # By then no sweep reaches back to what the customer wrote.
        await house.later(minutes=20)
        await asked_often(house)
    assert await state(house, "1001") == "closed"
    house.faults.clear()
    await house.later(minutes=20)
    await asked_often(house)
    assert await state(house, "1001") == "closed"
    await house.later(minutes=50)
    await asked_often(house)
    assert await state(house, "1001") == "open"
    assert await running(house, "1001") == 1


@pytest.mark.parametrize("told", [True, False], ids=["told at once", "found by the look"])
async def test_one_that_was_closed_before_and_went_on_is_over_as_well(build: OpenHouse, told: bool):
    house = await build(data=scenario("1001"), toml=URGENT)
    house.webhooks_on()
    house.intercom.closes("1001", "8801")
    await house.at("09:02")
    house.intercom.customer_writes("1001", "It is back.")
    await house.at("09:48")
    assert "Next reply due" in words(house.alert("1001").blocks)
    house.intercom.webhooks_enabled = told
    house.intercom.deletes("1001")
    await house.later(minutes=0 if told else 61)
    await asked_often(house)
    assert await state(house, "1001") == "closed"
    assert await running(house, "1001") == 0
    assert "*Closed by somebody, no reply is due*" in words(house.alert("1001").blocks)
    assert verbs(house.alert("1001").blocks) == []
    rung = house.posts("alerts", "post:ring:"), calls(house)
    assert (len(rung[0]), len(rung[1])) == (0, 0) if told else (1, 1)
    await house.later(hours=3)
    assert (house.posts("alerts", "post:ring:"), calls(house)) == rung


async def test_a_ticket_is_no_conversation_and_is_asked_for_as_what_it_is(build: OpenHouse):
    house = await build(data=scenario("1001"))
    house.webhooks_on()
    made = ticket_acts.files(house.intercom, "p1", "Badges", "They do not print.")
    await house.settle()
    assert await state(house, made.id) == "open"
    await house.later(minutes=61)
    await asked_often(house)
    assert await state(house, made.id) == "open"
    del house.intercom.tickets[made.id]
    await house.later(minutes=61)
    await asked_often(house)
    assert await state(house, made.id) == "closed"


@pytest.mark.parametrize("topic", ["contact.deleted", "contact.archived"])
async def test_with_their_person_conversations_go_and_nothing_tells_of_them(build: OpenHouse, topic: Removal):
    house = await build(data=scenario("1001", "1002"))
    house.webhooks_on()
    house.intercom.removes_contact("p1", topic)
    await house.settle()
    assert [each.topic for each in house.intercom.webhooks.log] == [topic]
    await asked_often(house)
    assert (await state(house, "1001"), await state(house, "1002")) == ("closed", "open")
    await house.at("12:00")
    assert house.alerts("1001") == []
    assert house.alerts("1002") != []


async def test_who_was_put_away_and_comes_back_brings_their_conversations_back(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"))
    house.webhooks_on()
    removed = house.intercom.removes_contact("p1", "contact.archived")
    await house.settle()
    await asked_often(house)
    assert await state(house, "1001") == "closed"
    house.intercom.brings_back_contact(removed)
    house.intercom.customer_writes("1001", "I am back. Is it mended?")
    await house.settle()
    await asked_often(house)
    assert await state(house, "1001") == "open"
    assert await running(house, "1001") == 1


async def test_only_what_intercom_did_not_know_three_times_is_over(build: OpenHouse):
    """Its own faults tell nothing of whether it has the conversation."""
    house = await build(data=scenario("1001"))
    # Each reading knocks four times at a fault.
    house.fault("intercom", "GET /conversations/1001", "error", times=8, status=503)
    house.fault("intercom", "GET /conversations/1001", "error", times=2, status=404, error="not_found")
    house.webhooks_on()
    house.intercom.customer_writes("1001", "Hello?")
    await house.settle()
    await asked_often(house)
    assert not house.faults.take("intercom", "GET /conversations/1001")
    assert await state(house, "1001") == "open"
    assert (await house.read(conversations.get, "1001")).details_due is None
    assert await running(house, "1001") == 1


async def test_an_answer_window_says_that_it_is_gone_and_nothing_is_sent_into_it(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.ana.opens_answer("1001")
    house.intercom.deletes("1001")
    typed = await house.ana.submits({"text": rich("We are on it.")})
    gone = "Intercom does not know this conversation any more. It may have been deleted or merged there."
    (said,) = (typed.ack or {})["errors"].values()
    assert said == f"Nothing was sent or saved. {gone} Copy your text before you close this."
    assert gone in words((await house.ana.opens_answer("1001")).blocks)
    assert house.ana.view.submit is None
    await asked_often(house)
    assert await state(house, "1001") == "closed"
    await house.ana.types("/claim 1001")
    assert "Yours now" not in house.ana.heard


async def test_the_words_of_an_answer_that_came_too_late_for_it_can_be_copied(build: OpenHouse):
    house = await build(data=scenario("1001"), undo=timedelta(seconds=10))
    await house.at("09:05")
    await house.ana.answers("1001", "We are on it.")
    await house.settle()
    house.intercom.deletes("1001")
    house.clock.machine_ahead += timedelta(seconds=11)
    await house.until(lambda: "*Not sent*" in words(delivery(house).blocks))
    assert "It may have been deleted or merged. Press Answer… to copy its words." in words(
        delivery(house).blocks
    )
    assert verbs(delivery(house).blocks) == ["rewrite"]
    await house.ana.presses(delivery(house), "rewrite")
    await house.settle()
    shown = words(house.ana.view.blocks)
    assert "Intercom does not know this conversation any more." in shown
    assert "Your words, to copy:\nWe are on it." in shown


async def test_what_is_known_again_counts_from_the_start(build: OpenHouse):
    house = await build(data=scenario("1001"))
    house.webhooks_on()
    for _ in range(2):
        house.fault("intercom", "GET /conversations/1001", "error", times=2, status=404, error="not_found")
        house.intercom.customer_writes("1001", "Hello?")
        await house.settle()
        await asked_often(house)
    assert await state(house, "1001") == "open"
    assert (await house.read(conversations.get, "1001")).details_absent == 0


async def test_a_deleted_conversation_is_over_though_the_token_may_not_read_tickets(build: OpenHouse):
    house = await ghosts(build)
    house.fault("intercom", "GET /tickets/*", "error", times=-1, status=403, error="forbidden")
    await house.later(minutes=61)
    await asked_often(house)
    assert await state(house, "1001") == "closed"
    assert await running(house, "1001") == 0
    assert await state(house, "1002") == "open"


async def test_a_ticket_that_may_not_be_read_is_not_over_for_that(build: OpenHouse):
    house = await build(data=scenario("1001"))
    house.webhooks_on()
    made = ticket_acts.files(house.intercom, "p1", "Badges", "The badges do not print.")
    await house.settle()
    house.fault("intercom", "GET /tickets/*", "error", times=-1, status=403, error="forbidden")
    house.fault("intercom", "POST /tickets/search", "error", times=-1, status=403, error="forbidden")
    await house.later(minutes=61)
    await asked_often(house)
    assert await state(house, made.id) == "open"
