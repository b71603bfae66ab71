"""“Not a promise” is said of what was read: what the customer had written unseen keeps its promise."""

from __future__ import annotations

from harness import OpenHouse
from on_the_screen import words
from small_office import scenario


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
