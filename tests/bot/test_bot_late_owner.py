"""An attempt that reads for longer than its owner may hold the intent writes nothing any more."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest
from harness import QUICK, House, OpenHouse
from on_the_screen import words
from test_bot_clock_jumps import calls
from test_bot_rest_of_the_day import chooses, office, picked

from sandbox.faults import Fault

pytestmark = pytest.mark.thorough

HURRIED = replace(QUICK, lease=2.0)
"""An owner begins a write within one second, and after two the intent is anybody's."""

SLOW = 3.5


async def pumping(house: House, slow: Fault) -> None:
    """The bot's other ticks go on while an attempt stands still, and until it has ended."""
    await house.hit(slow)
    ends = time.monotonic() + SLOW + 1
    while time.monotonic() < ends:
        await house.bot.pump.run()
        await asyncio.sleep(0.02)
    await house.settle()


async def test_a_ticket_whose_look_takes_too_long_is_made_once(build: OpenHouse):
    house = await build(data=office("1001"), timings=HURRIED)
    await chooses(house, house.ana, "ticket")
    slow = house.fault("intercom", "GET /tickets/*", "stale", seconds=SLOW)
    asked = calls(house)
    title = {"type": "plain_text_input", "value": "Login loops"}
    await house.ana.submits({"type": picked(house.ana.view, "type", "Bug"), "title": title})
    delivering = asyncio.create_task(house.settle())
    await pumping(house, slow)
    await delivering
    assert [each for each in asked if each.endswith("/convert")] == [
        "intercom POST /conversations/1001/convert"
    ]
    assert len(house.intercom.tickets) == 1
    (told,) = house.posts(house.slack.im_with(house.ana.id).id)
    assert ":white_check_mark: *Ticket made*: Dana Reyes" in words(told.blocks)
