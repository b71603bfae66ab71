"""R1: bots that are killed at any moment, on a bad day, lose nothing and say nothing twice."""

from __future__ import annotations

import signal
from pathlib import Path

import bad_day
import pytest
import tally
from busy_day import busy_day, link_everybody, office
from nursery import Nursery
from tally import Figures, Tally
from town import open_town

pytestmark = pytest.mark.asyncio(loop_scope="session")
LONG = [pytest.mark.chaos(minutes=6), pytest.mark.timeout(900)]


async def killed(
    folder: Path,
    nursery: Nursery,
    database: str,
    *,
    seats: int,
    kills: int,
    every: float,
    backlog: int = 150,
    outbox: str = "real",
) -> Tally:
    """A day on which so many bots are killed, and what came of it when the last ones had peace again."""
    async with open_town(folder, nursery, database, seats=seats, data=office(), outbox=outbox) as town:
        town.keep_alive()
        await town.opened()
        await link_everybody(town)
        bad_day.begin(town.house.faults)
        async with busy_day(town, every=every, backlog=backlog) as day:
            await town.kill_at_random(kills)
        await tally.quiet(town, day)
        asked = await tally.send_again_what_is_missing(town, day)
        wanted = await tally.quiet(town, day)
        await town.close_bots(signal.SIGTERM)
        return tally.count(town, day, asked, wanted)


@pytest.mark.chaos(minutes=6)
@pytest.mark.timeout(900)
async def test_one_bot_on_sqlite(tmp_path: Path, nursery: Nursery, sqlite: str, figures: Figures):
    found = await killed(tmp_path, nursery, sqlite, seats=1, kills=200, every=0.3)
    figures("R1 kill -9, SQLite x1", found)
    assert found.clean, found
    assert found.kills == 200
    assert found.messages > 300
    assert found.replies > 20


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("kills", "every"), [pytest.param(6, 0.3, id="short"), pytest.param(200, 0.3, marks=LONG, id="long")]
)
async def test_three_bots_on_postgresql(
    tmp_path: Path,
    nursery: Nursery,
    postgres: str,
    figures: Figures,
    kills: int,
    every: float,
):
    found = await killed(tmp_path, nursery, postgres, seats=3, kills=kills, every=every)
    figures("R1 kill -9, PostgreSQL x3", found)
    assert found.clean, found
    assert found.kills == kills
    assert found.messages > kills
    assert found.replies > kills / 10


@pytest.mark.chaos(minutes=2)
@pytest.mark.timeout(900)
async def test_control_what_is_simply_sent_again_is_there_twice(
    tmp_path: Path, nursery: Nursery, sqlite: str, figures: Figures
):
    """The same bot, the same day, but an outbox that sends again what it is not sure of.

    No more customers than it can keep up with: bots that are busy with reading send little.
    """
    found = await killed(tmp_path, nursery, sqlite, seats=1, kills=60, every=0.25, backlog=60, outbox="naive")
    figures("R1 control: sent again blindly", found)
    assert found.doubled >= 50
    assert found.twice > 0
