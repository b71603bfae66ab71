"""R4: a post whose connection broke and that lands late is not posted again, if it lands within the settle
time. That of a later one the auditor deletes the twin is shown in tests/bot/test_bot_auditor.py."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import replace
from pathlib import Path

import pytest
import tally
from busy_day import busy_day, office
from nursery import Nursery
from tally import Figures, Tally
from town import BRISK, open_town

pytestmark = [pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]


async def late(
    folder: Path, nursery: Nursery, database: str, settle: float, seconds: float, posts: int
) -> Tally:
    """So many conversations ring while each post's first attempts land `seconds` late."""
    timings = replace(BRISK, settle=settle)
    async with open_town(folder, nursery, database, data=office(), timings=timings) as town:
        town.keep_alive()
        await town.opened()
        town.house.fault("slack", "chat.postMessage", "late", times=-1, seconds=seconds)
        async with busy_day(town, every=0.1, answered=0.0) as day:
            await town.until(lambda: len(day.ringing) >= posts, 120)
        # Every post meets the fault, also those that are made again.
        await town.until(lambda: len(town.posted) >= posts, 60)
        wanted = await tally.quiet(town, day)
        # What was said again is on its way as long as the first was.
        await asyncio.sleep(seconds * 1.5)
        await town.close_bots(signal.SIGTERM)
        return tally.count(town, day, 0, wanted)


@pytest.mark.parametrize(
    "posts", [pytest.param(10, id="short"), pytest.param(150, marks=[pytest.mark.chaos], id="long")]
)
async def test_what_lands_at_half_the_settle_time_is_there_once(
    tmp_path: Path, nursery: Nursery, sqlite: str, figures: Figures, posts: int
):
    found = await late(tmp_path, nursery, sqlite, 2.0, 1.0, posts)
    figures("R4 late by half the settle time", found)
    assert found.clean, found
    assert found.messages >= posts


async def test_control_what_lands_at_twice_the_settle_time_is_there_twice(
    tmp_path: Path, nursery: Nursery, sqlite: str, figures: Figures
):
    # Seconds rather than tenths: a machine that stands still between the two would look in time.
    found = await late(tmp_path, nursery, sqlite, 2.0, 4.0, 6)
    figures("R4 control: late by twice the settle time", found)
    assert found.doubled > 0
