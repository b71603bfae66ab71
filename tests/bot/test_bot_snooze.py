"""Putting a conversation away: not what is closed by then, and not until what is past."""

from __future__ import annotations

from answers_told import delivery
from harness import House, OpenHouse
from on_the_screen import option, rich, words
from small_office import scenario

from sandbox.slack.model import Message


async def claimed(build: OpenHouse) -> tuple[House, Message]:
    """Ana has claimed what Dana wrote; what she was told has Snooze… in it."""
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    await house.ana.types("/claim 1001")
    mine = house.ana.last
    await house.settle()
    return house, mine


async def is_closed(house: House) -> None:
    house.intercom.closes("1001", house.ben.admin)
    await house.later(seconds=61)


def state(house: House) -> str:
    return str(house.intercom.conversation("1001")["state"])


async def test_a_button_from_before_it_was_closed_snoozes_nothing(build: OpenHouse):
    house, mine = await claimed(build)
    await is_closed(house)
    await house.ana.presses(mine, "snooze")
    assert house.ana.heard == "Nothing was done: it is closed."
    assert house.ana.views == []
    assert state(house) == "closed"


async def test_what_was_closed_while_the_window_was_open_stays_closed(build: OpenHouse):
    house, mine = await claimed(build)
    await house.ana.presses(mine, "snooze")
    await is_closed(house)
    await house.ana.submits()
    assert house.ana.view.errors == {"until": "Nothing was done: it is closed."}
    await house.settle()
    assert state(house) == "closed"


async def test_more_snoozes_nothing_that_was_closed_meanwhile(build: OpenHouse):
    house, mine = await claimed(build)
    await house.ana.presses(mine, "more_done")
    await is_closed(house)
    await house.ana.submits({"what": option(house.ana.view, "what", "snooze")})
    assert house.ana.view.errors == {"what": "Nothing was done: it is closed."}


async def test_a_window_left_open_promises_no_time_that_is_over_and_offers_what_is_to_come(
    build: OpenHouse,
):
    house, mine = await claimed(build)
    await house.ana.presses(mine, "snooze")
    for moment, hour in (("10:05", "11:05"), ("11:30", "12:30")):
        await house.at(moment)
        await house.ana.submits()
        said = words(house.ana.view.blocks)
        assert "Nothing was done: that time is over. Choose again." in said
        assert f"{hour}, in one hour" in said
        await house.settle()
        assert state(house) == "open"
    await house.ana.submits()
    assert "is being snoozed in Intercom until 12:30" in words(house.ana.view.blocks)
    await house.settle()
    assert state(house) == "snoozed"


async def test_an_answer_that_leaves_after_its_snooze_says_that_nothing_was_snoozed(build: OpenHouse):
    house, _ = await claimed(build)
    view = await house.ana.opens_answer("1001")
    in_an_hour = option(view, "after", "snooze")
    await house.at("10:05")
    await house.ana.submits({"text": rich("We look into it."), "after": in_an_hour})
    await house.until(house.sent)
    await house.settle()
    assert "Not snoozed: that time is over." in words(delivery(house).blocks)
    assert state(house) == "open"
