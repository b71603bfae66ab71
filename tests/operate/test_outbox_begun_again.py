"""What was given up because it was never found is sent when it is begun again, by a person or by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from command_line import watchbell
from given_up import dead, the_dead
from harness import QUICK, House, OpenHouse
from on_the_screen import words
from small_office import scenario

pytestmark = pytest.mark.thorough

ALERT = "post:alert:1001:"
POST = "chat.postMessage"
SETTLE = 60.0


async def a_minute(house: House) -> None:
    """A doubtful attempt may be looked for, and what is not found is sent again."""
    house.clock.machine_ahead += timedelta(seconds=SETTLE + 1)
    await house.settle()


async def given_up(build: OpenHouse, database: str) -> House:
    """Slack failed twice at the alert about 1001, and took that about 1002 meanwhile."""
    timings = replace(QUICK, attempts=2, settle=SETTLE)
    house = await build(database=database, data=scenario("1001", "1002"), timings=timings)
    house.fault("slack", POST, "error")
    await house.at("09:06")
    await house.at("09:11")
    assert house.alert("1002")
    house.fault("slack", POST, "error")
    await a_minute(house)
    await a_minute(house)
    lost = await the_dead(house, ALERT)
    assert lost.error == "given up after 2 attempts: Slack answered internal_error"
    assert house.alerts("1001") == []
    return house


async def test_what_was_never_found_is_posted_on_an_operators_word(build: OpenHouse, database: str):
    house = await given_up(build, database)
    lost = await the_dead(house, ALERT)
    told = await watchbell(database, "outbox", "retry", str(lost.id))
    assert told.code == 0, told
    await house.settle()
    assert len(house.alerts("1001")) == 1
    await house.later(minutes=6)
    assert await house.read(dead) == [], "nor does anything that was to edit it wait for a person"


async def test_what_was_never_found_is_posted_when_it_is_tried_again_by_itself(
    build: OpenHouse, database: str
):
    house = await given_up(build, database)
    house.fault("slack", POST, "error")
    await house.later(minutes=11)
    await a_minute(house)
    again = await the_dead(house, ALERT)
    assert again.attempts == 3, "each time it is begun again counts as one attempt"
    assert again.error == "given up after 3 attempts: Slack answered internal_error"
    await house.later(minutes=16)
    assert "late" in words(house.alert("1001").blocks)
