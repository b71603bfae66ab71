"""R17: told to stop in the middle of its work, `watchbell run` ends that work, within ten seconds."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import tally
from busy_day import busy_day, office
from nursery import Nursery
from slow_wire import slow_wire
from tally import Figures
from town import AT_ONCE, Town, open_town

pytestmark = pytest.mark.asyncio(loop_scope="session")

WATCHBELL = Path(sys.executable).with_name("watchbell")
PATIENCE = 10.0
SLOW = 0.2
ALWAYS = AT_ONCE.replace('calendar = "berlin"', 'calendar = "always"').replace(
    "[calendars.berlin]", "[calendars.always]\nalways = true\n\n[calendars.berlin]"
)
"""The command lives in the machine's own time: whatever hour that is, the office is open."""


def environment(town: Town, port: int) -> dict[str, str]:
    """What `watchbell run` reads, with Slack and Intercom behind the slow wire."""
    house = town.house
    wire = f"http://127.0.0.1:{port}"
    secrets = house.secrets()
    return {
        "PATH": os.environ["PATH"],
        "SLACK_BOT_TOKEN": secrets.slack_bot_token,
        "SLACK_APP_TOKEN": secrets.slack_app_token or "",
        "INTERCOM_TOKEN": secrets.intercom_token,
        "SLACK_API_URL": f"{wire}/slack/api/",
        "INTERCOM_API_URL": f"{wire}/intercom",
        "DATABASE_URL": secrets.database_url,
        "WATCHBELL_CONFIG": str(town.folder / "watchbell.toml"),
    }


async def stopped(town: Town, port: int, posts: int) -> tuple[float, int, int]:
    """Seconds until it ended after SIGTERM, its exit code, and how much was on its way at that moment."""
    already = len(town.posted)
    process = await asyncio.create_subprocess_exec(
        WATCHBELL, "run", env=environment(town, port), stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await town.until(lambda: len(town.posted) >= already + posts, 60)
        await town.until(lambda: town.read(tally.states)["sending"], 20)
        under_way = town.read(tally.states)["sending"]
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(process.wait(), 30)
        return time.monotonic() - begun, code, under_way
    finally:
        if process.returncode is None:
            process.kill()


@pytest.mark.parametrize(
    "times", [pytest.param(1, id="short"), pytest.param(12, marks=[pytest.mark.chaos(minutes=1)], id="long")]
)
@pytest.mark.timeout(300)
async def test_it_ends_what_it_began(
    tmp_path: Path, nursery: Nursery, sqlite: str, figures: Figures, times: int
):
    took: list[float] = []
    under_way = 0
    async with (
        open_town(
            tmp_path, nursery, sqlite, data=office(), speed=1.0, start=datetime.now(UTC), toml=ALWAYS
        ) as town,
        slow_wire(town.house.server.port, SLOW) as port,
    ):
        async with busy_day(town, every=0.5, answered=0.0):
            for number in range(times):
                seconds, code, sending = await stopped(town, port, 2 + number % 3)
                took.append(seconds)
                under_way += sending
                assert code == 0
                assert seconds <= PATIENCE
                states = town.read(tally.states)
                assert states["sending"] == states["uncertain"] == 0, states
        assert not town.doubled()
    slowest = f"{max(took):.1f} s"
    figures("R17 SIGTERM", {"stops": times, "under way": under_way, "uncertain": 0, "slowest": slowest})
    assert under_way >= times
