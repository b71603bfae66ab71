"""R3: a bot that is frozen between claiming and sending, for longer than its lease, sends no more."""

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
from town import BRISK, Seat, Town, open_town

pytestmark = [pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session"), pytest.mark.postgres]

HASTY = replace(BRISK, lease=2.0, settle=0.5)
FROZEN = 1.5 * HASTY.lease
CLAIMED = "after commit claim_due"


async def frozen(folder: Path, nursery: Nursery, database: str, outbox: str, pauses: int) -> Tally:
    """Three bots at work, two of which freeze again and again right after a claim."""
    async with open_town(
        folder, nursery, database, seats=3, data=office(), outbox=outbox, timings=HASTY
    ) as town:
        town.keep_alive()
        await town.opened()
        await town.let_die()
        freezing = town.seats[:2]
        for seat in freezing:
            await _end(seat)
        left = list(range(pauses))
        async with busy_day(town, every=0.15, answered=0.0, backlog=60) as day:
            await asyncio.gather(*(_freeze(town, seat, left) for seat in freezing))
        wanted = await tally.quiet(town, day)
        await town.close_bots(signal.SIGTERM)
        return tally.count(town, day, 0, wanted)


async def _freeze(town: Town, seat: Seat, left: list[int]) -> None:
    while left:
        left.pop()
        victim = town.fork(seat, path=(CLAIMED,), act="stop")
        try:
            # Long enough to start and come to a claim on a machine that is slow.
            await asyncio.wait_for(victim.stopped.wait(), 60)
        except TimeoutError:
            # The others were quicker and left it nothing to claim.
            await victim.kill()
            left.append(0)
            continue
        await asyncio.sleep(FROZEN)
        victim.signal(signal.SIGCONT)
        # Long enough to send what it had claimed, if it did.
        await asyncio.sleep(0.7)
        await victim.kill()
        town.kills += 1


async def _end(seat: Seat) -> None:
    assert seat.victim is not None
    await seat.victim.kill()


@pytest.mark.parametrize(
    "pauses", [pytest.param(2, id="short"), pytest.param(40, marks=[pytest.mark.chaos(minutes=2)], id="long")]
)
@pytest.mark.timeout(400)
async def test_what_another_may_have_taken_over_is_given_up(
    tmp_path: Path, nursery: Nursery, postgres: str, figures: Figures, pauses: int
):
    found = await frozen(tmp_path, nursery, postgres, "real", pauses)
    figures("R3 frozen after the claim", found)
    assert found.clean, found
    assert found.kills == pauses


@pytest.mark.chaos
@pytest.mark.timeout(400)
async def test_control_without_a_look_at_the_clock_it_is_sent_twice(
    tmp_path: Path, nursery: Nursery, postgres: str, figures: Figures
):
    found = await frozen(tmp_path, nursery, postgres, "heedless", 12)
    figures("R3 control: no look at the clock", found)
    assert found.doubled > 0
    assert found.lost == 0
