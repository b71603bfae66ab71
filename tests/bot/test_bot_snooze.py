"""Putting a conversation away: not what is closed by then, and not until what is past."""

from __future__ import annotations

import pytest
from answers_told import delivery
from harness import House, OpenHouse, utc
from on_the_screen import option, rich, words
from small_office import TOML, scenario

from bot.store.clocks import clocks_of
from sandbox.slack.model import Message

PAUSES = 'pause_on = ["snoozed"]\n'


async def claimed(build: OpenHouse, toml: str = TOML) -> tuple[House, Message]:
    """Ana has claimed what Dana wrote; what she was told has Snooze… in it."""
    house = await build(data=scenario("1001"), toml=toml)
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


async def due_at(house: House) -> object:
    (clock,) = await house.read(clocks_of, "1001")
    return clock.due_at


@pytest.mark.parametrize(
    ("toml", "said", "meanwhile", "after"),
    [
        # Of the thirty minutes fifteen were used before the snooze.
        (TOML, "The promise stands still while it is snoozed, and goes on after that.", "10:20", "10:20"),
        (TOML.replace(PAUSES, ""), "The reply stays due, by", "09:20", "09:20"),
        (
            TOML.replace(PAUSES, f"{PAUSES}credit_pauses = false\n"),
            "Nothing rings for it while it is snoozed.",
            None,
            "09:20",
        ),
    ],
)
async def test_the_window_tells_what_becomes_of_the_promise_as_its_policy_says(
    build: OpenHouse, toml: str, said: str, meanwhile: str | None, after: str
):
    house, mine = await claimed(build, toml)
    await house.ana.presses(mine, "snooze")
    shown = words(house.ana.view.blocks)
    assert said in shown
    assert ("stays due" in shown) == (after == "09:20")
    await house.ana.submits()
    await house.settle()
    assert state(house) == "snoozed"
    assert await due_at(house) == (utc(f"2026-11-24T{meanwhile}") if meanwhile is not None else None)
    await house.at("10:07")
    assert state(house) == "open"
    assert await due_at(house) == utc(f"2026-11-24T{after}")


async def test_a_snooze_moves_no_deadline_that_has_passed(build: OpenHouse):
    house, mine = await claimed(build)
    await house.at("09:21")
    await house.ana.presses(mine, "snooze")
    assert "The reply stays due, was due" in words(house.ana.view.blocks)
    await house.ana.submits()
    await house.settle()
    assert await due_at(house) == utc("2026-11-24T09:20")


RESOLVED = TOML.replace('next_response = "1h"\n', 'next_response = "1h"\nresolution = "8h"\n', 1)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        (
            RESOLVED.replace(PAUSES, ""),
            "The resolution's promise stands still while it is snoozed, and goes on",
        ),
        (
            RESOLVED.replace(PAUSES, "credit_pauses = false\n"),
            "Nothing rings for the resolution while it is snoozed.",
        ),
        (RESOLVED.replace(PAUSES, "pause_on = []\n"), None),
    ],
)
async def test_the_window_tells_what_becomes_of_a_resolution_too_whether_a_reply_is_due_or_not(
    build: OpenHouse, toml: str, said: str | None
):
    house, mine = await claimed(build, toml)
    await house.ana.presses(mine, "snooze")
    shown = words(house.ana.view.blocks)
    assert "The reply stays due, by" in shown
    assert "moves no promise" not in shown
    assert said in shown if said else "resolution" not in shown
    house.slack.views.clear(house.ana.id)
    house.intercom.admin_replies("1001", house.ana.admin, "We look into it.")
    await house.at("09:10")
    await house.ana.presses(mine, "snooze")
    shown = words(house.ana.view.blocks)
    assert "reply" not in shown
    assert said in shown if said else "resolution" not in shown


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
