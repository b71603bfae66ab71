"""R2: a bot that dies right before or right after any commit or call loses nothing and says nothing twice."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter, deque
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

PATIENCE = 12.0
"""Seconds within which a bot comes past a point that the bots before it came past."""


async def points(town: Town) -> list[str]:
    """The points that every bot passes, by what two of them have passed one after the other."""
    seen: list[set[str]] = []
    for life in range(2):
        file = town.folder / f"passed-{life}"
        victim = town.fork(town.seats[0], passed=str(file))
        await victim.ready.wait()
        await asyncio.sleep(8.0)
        await victim.kill()
        seen.append(set(file.read_text().splitlines()))
    return sorted(seen[0] & seen[1])


async def killed_at(town: Town, todo: Sequence[str]) -> Counter[str]:
    """One bot for each entry, that dies when it comes past that point; how many did, by point."""
    left, died = deque(todo), Counter[str]()

    async def one_after_the_other(seat: Seat) -> None:
        while left:
            point = left.popleft()
            victim = town.fork(seat, path=(point,), nth=town.rng.choice((1, 1, 2)), act="kill")
            try:
                await asyncio.wait_for(victim.ended.wait(), PATIENCE)
                died[point] += 1
                town.kills += 1
            except TimeoutError:
                await victim.kill()

    await asyncio.gather(*(one_after_the_other(seat) for seat in town.seats))
    return died


async def day_of(town: Town, names: Sequence[str] | None, times: int) -> tuple[Tally, Counter[str]]:
    """A busy day in which bots die `times` times at each of the points named, None for all that are."""
    town.keep_alive()
    await town.opened()
    await link_everybody(town)
    await town.close_bots(signal.SIGTERM)
    async with busy_day(town, every=1.0 if times > 5 else 0.3, answered=0.6, lively=True) as day:
        chosen = await points(town) if names is None else list(names)
        todo = [point for point in chosen for _ in range(times)]
        town.rng.shuffle(todo)
        died = await killed_at(town, todo)
        town.keep_alive()
    await tally.quiet(town, day)
    asked = await tally.send_again_what_is_missing(town, day)
    await tally.quiet(town, day)
    await town.close_bots(signal.SIGTERM)
    assert died == Counter(todo), Counter(todo) - died
    return tally.count(town, day, asked), died


@pytest.mark.parametrize(
    ("names", "times"),
    [
        pytest.param(DECISIVE[2:6], 1, id="short"),
        pytest.param(DECISIVE, 20, marks=[pytest.mark.chaos, pytest.mark.timeout(900)], id="long"),
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


@pytest.mark.chaos
@pytest.mark.postgres
@pytest.mark.timeout(1200)
async def test_three_bots_on_postgresql_at_every_point_there_is(
    tmp_path: Path, nursery: Nursery, postgres: str, figures: Figures
):
    async with open_town(tmp_path, nursery, postgres, seats=3, data=office()) as town:
        found, died = await day_of(town, None, 20)
    figures(f"R2 {len(died)} points, PostgreSQL x3", found)
    assert len(died) >= 12
    assert set(DECISIVE) <= set(died)
    assert found.clean, found
