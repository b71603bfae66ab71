"""R2: a bot that dies right before or right after any commit or call loses nothing and says nothing twice."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
import tally
from busy_day import busy_day, link_everybody, office
from nursery import Nursery
from tally import Figures, Tally
from town import Seat, Town, open_town

pytestmark = pytest.mark.asyncio(loop_scope="session")

DECISIVE = (
    "before commit claim_due",
    "after commit claim_due",
    "before call slack chat.postMessage",
    "after call slack chat.postMessage",
    "before commit Delivery._record",
    "after commit Delivery._record",
    "before call intercom comment",
    "after call intercom comment",
    "before commit submit",
    "after commit submit",
    "before commit apply_receipts",
    "after commit judge_changed",
)
"""Between these a message is decided, claimed, sent and noted down."""

MINUTES = float(os.environ.get("WATCHBELL_CHAOS_MINUTES", "3"))
"""How long bots die at every point there is: those are many, and each death takes a second or two."""

PATIENCE = 12.0
"""Seconds within which a bot comes past a point that the bots before it came past."""


async def points(town: Town) -> list[str]:
    """The points that every bot passes: the decisive ones, and what two have passed one after the other."""
    seen: list[set[str]] = []
    for life in range(2):
        file = town.folder / f"passed-{life}"
        victim = town.fork(town.seats[0], passed=str(file))
        await victim.ready.wait()
        await asyncio.sleep(8.0)
        await victim.kill()
        seen.append(set(file.read_text().splitlines()))
    return sorted(seen[0] & seen[1] | set(DECISIVE))


async def killed_at(town: Town, chosen: Sequence[str], times: int, minutes: float) -> Counter[str]:
    """One bot after the other that dies when it comes past one of these points; how many did, by point.

    Where the fewest have died is next, the decisive points before the others, so one that nobody gave a bot
    reason to come past is tried again. Ends when so many have died at each, or after so many minutes.
    """
    died, tried, under_way = Counter[str](), Counter[str](), Counter[str]()
    ends = time.monotonic() + minutes * 60

    def next_point() -> str | None:
        left = [point for point in chosen if died[point] + under_way[point] < times]
        if not left or tried.total() >= 2 * times * len(chosen) or time.monotonic() >= ends:
            return None
        return min(left, key=wanted)

    def wanted(point: str) -> tuple[float, ...]:
        least = died[point] + under_way[point]
        return least, point not in DECISIVE, tried[point], town.rng.random()

    async def one_after_the_other(seat: Seat) -> None:
        while (point := next_point()) is not None:
            tried[point] += 1
            under_way[point] += 1
            victim = town.fork(seat, path=(point,), nth=town.rng.choice((1, 1, 2)), act="kill")
            try:
                await asyncio.wait_for(victim.ended.wait(), PATIENCE)
                died[point] += 1
                town.kills += 1
            except TimeoutError:
                await victim.kill()
            under_way[point] -= 1

    await asyncio.gather(*(one_after_the_other(seat) for seat in town.seats))
    return died


async def day_of(
    town: Town, names: Sequence[str] | None, times: int, minutes: float = 60.0
) -> tuple[Tally, Counter[str]]:
    """A busy day in which bots die `times` times at each of the points named, None for all that are."""
    town.keep_alive()
    await town.opened()
    await link_everybody(town)
    await town.close_bots(signal.SIGTERM)
    async with busy_day(town, every=1.0 if times > 5 else 0.3, answered=0.6, lively=True) as day:
        chosen = await points(town) if names is None else list(names)
        died = await killed_at(town, chosen, times, minutes)
        town.keep_alive()
    await tally.quiet(town, day)
    asked = await tally.send_again_what_is_missing(town, day)
    wanted = await tally.quiet(town, day)
    await town.close_bots(signal.SIGTERM)
    if minutes >= 60:
        assert died == Counter(dict.fromkeys(chosen, times)), died
    return tally.count(town, day, asked, wanted), died


@pytest.mark.parametrize(
    ("names", "times"),
    [
        pytest.param(DECISIVE[2:6], 1, id="short"),
        pytest.param(DECISIVE, 20, marks=[pytest.mark.chaos(minutes=4), pytest.mark.timeout(900)], id="long"),
    ],
)
async def test_one_bot_on_sqlite(
    tmp_path: Path,
    nursery: Nursery,
    sqlite: str,
    figures: Figures,
    names: tuple[str, ...],
    times: int,
):
    async with open_town(tmp_path, nursery, sqlite, data=office()) as town:
        found, died = await day_of(town, names, times)
    figures(f"R2 {len(died)} points, SQLite x1", found)
    assert found.clean, found
    assert found.messages > 4


@pytest.mark.chaos(minutes=5)
@pytest.mark.postgres
@pytest.mark.timeout(900)
async def test_three_bots_on_postgresql(tmp_path: Path, nursery: Nursery, postgres: str, figures: Figures):
    async with open_town(tmp_path, nursery, postgres, seats=3, data=office()) as town:
        found, died = await day_of(town, DECISIVE, 20)
    figures(f"R2 {len(died)} points, PostgreSQL x3", found)
    assert found.clean, found


@pytest.mark.chaos(minutes=MINUTES + 0.5)
@pytest.mark.postgres
@pytest.mark.timeout(MINUTES * 60 + 300)
async def test_three_bots_on_postgresql_at_every_point_there_is(
    tmp_path: Path, nursery: Nursery, postgres: str, figures: Figures
):
    """As often as the minutes allow; with WATCHBELL_CHAOS_MINUTES=40 twenty times each."""
    async with open_town(tmp_path, nursery, postgres, seats=3, data=office()) as town:
        found, died = await day_of(town, None, 20, MINUTES)
    figures(f"R2 all {len(died)} points, least {min(died.values())} kills each, PostgreSQL x3", found)
    assert len(died) >= 12
    assert set(DECISIVE) <= set(died)
    assert found.clean, found
