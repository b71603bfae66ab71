"""“Not a promise” is said of what was read: what the customer had written unseen keeps its promise."""

from __future__ import annotations

from harness import OpenHouse
from on_the_screen import words
from small_office import scenario

from bot.store import conversations
from sandbox.intercom import ticket_acts


async def test_a_message_that_nobody_had_read_is_owed_an_answer_of_its_own(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:20")
    first = house.alert("1001").ts
    house.intercom.customer_writes("1001", "It got worse, all forty of us are locked out.")
    house.tick(20)
    await house.ana.presses(house.alert("1001"), "dismiss")
    await house.settle()
    assert "*Not a promise, says Ana Ruiz*" in words(house.alert("1001").blocks)
    await house.later(seconds=61)
    await house.ana.types("/inbox")
    assert "next reply due in 58 min" in house.ana.heard, "an hour, from when it was written"
    await house.at("10:06")
    said, asked = house.alerts("1001")
    assert said.ts == first
    assert "*Not a promise, says Ana Ruiz*" in words(said.blocks)
    assert "*Next reply due in 14 min*" in words(asked.blocks)
    assert "all forty of us" in words(asked.blocks)
    await house.at("10:22")
    assert house.posts("alerts", "post:ring:")[-1].thread_ts == asked.ts


async def test_what_was_read_stays_settled(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:10")
    house.intercom.customer_writes("1001", "Never mind, thank you.")
    await house.later(seconds=61)
    await house.ana.presses(house.alert("1001"), "dismiss")
    await house.later(hours=3)
    (said,) = house.alerts("1001")
    assert "*Not a promise, says Ana Ruiz*" in words(said.blocks)
    assert house.posts("alerts", "post:ring:") == []


async def test_who_writes_again_in_a_ticket_after_it_waits_once_more(build: OpenHouse):
    house = await build(data=scenario("1001"))
    made = ticket_acts.files(house.intercom, "p1", "Badges", "The badges do not print.")
    await house.later(minutes=2)
    await house.at("09:30")
    await house.ana.presses(house.alert(made.id), "dismiss")
    await house.settle()
    house.tick(60)
    house.intercom.customer_writes(made.id, "They still do not print.")
    await house.later(minutes=2)
    row = await house.read(conversations.get, made.id)
    assert row.waiting_since is not None
    assert (house.clock.now() - row.waiting_since).total_seconds() < 180, "from what was said since"
