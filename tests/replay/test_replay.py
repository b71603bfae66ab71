"""Replay: what other policies would have missed, from a past that the bot has really stored."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from harness import TUESDAY, open_house
from hypothesis import given
from hypothesis import strategies as st
from small_office import TOML, scenario

from bot.settings.model import ClockName
from bot.sla.replay import Case, difference, outcome, tally

pytestmark = pytest.mark.thorough

RUN = "from bot.cli import main; main()"
BERLIN = ZoneInfo("Europe/Berlin")
FIRST_OF_JANUARY = datetime(2026, 1, 1, tzinfo=UTC)


async def lived_through(folder: Path) -> str:
    """1001 (due 09:20) is answered at 09:40, 1002 (due 09:25) at 09:10; the rest waits to 12:30."""
    async with open_house(folder, linked=("ana",)) as house:
        await house.at("09:10")
        house.intercom.admin_replies("1002", "8801", "Mended.")
        await house.at("09:40")
        house.intercom.admin_replies("1001", "8801", "Mended too.")
        await house.at("12:30")
        return house.database


def replayed(folder: Path, database: str, tried: str, *more: str) -> subprocess.CompletedProcess[str]:
    (folder / "now.toml").write_text(TOML, "utf-8")
    (folder / "tried.toml").write_text(tried, "utf-8")
    command = [sys.executable, "-c", RUN, "replay", "--policies", "tried.toml", "--against", "now.toml"]
    until = TUESDAY.replace(hour=12, minute=30).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    environment = {**os.environ, "DATABASE_URL": database, "COLUMNS": "100"}
    return subprocess.run(
        [*command, "--until", until, *more],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


async def test_it_counts_what_was_missed_and_what_would_be(tmp_path: Path):
    database = await lived_through(tmp_path)
    gentler = TOML.replace('first_response = "30m"', 'first_response = "2h"')
    ended = replayed(tmp_path, database, gentler, "--json", "--since", "30d")
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert "1001" in told["in_force"]["missed"]
    assert "1001" not in told["tried"]["missed"]
    assert "1002" not in told["in_force"]["missed"]
    assert "1001" in told["difference"]["no_longer"]
    assert told["difference"]["newly_missed"] == []
    assert (
        told["in_force"]["by_clock"]["first_response"]["missed"]
        > told["tried"]["by_clock"]["first_response"]["missed"]
    )
    assert told["in_force"]["by_account"]["Northwind Marine"]["missed"] == 1
    sums = sum(map(sum, told["in_force"]["missed_by_weekday_and_hour"]))
    assert sums == told["in_force"]["total"]["missed"]


async def test_it_reads_well_for_people_and_says_when_nothing_changes(tmp_path: Path):
    database = await lived_through(tmp_path)
    stricter = TOML.replace('first_response = "30m"', 'first_response = "16m"').replace('"15m"', '"5m"')
    shown = replayed(tmp_path, database, stricter).stdout
    assert "first reply" in shown
    assert "Northwind Marine" in shown
    assert "When missed promises began, Europe/Berlin" in shown
    assert max(len(line) for line in shown.splitlines()) <= 100
    same = replayed(tmp_path, database, TOML).stdout
    assert "The same conversations are missed under both files." in same
    nothing = replayed(tmp_path, database, TOML, "--since", "1m").stdout
    assert nothing.strip() == "No promise began in that time, under either file."


async def test_a_faulty_file_is_one_sentence_and_changes_nothing(tmp_path: Path):
    database = await lived_through(tmp_path)
    ended = replayed(tmp_path, database, TOML.replace('"30m"', '"30 minuts"'))
    assert ended.returncode == 2
    assert "tried.toml line" in ended.stderr
    assert "Traceback" not in ended.stderr
    ended = replayed(tmp_path, database, TOML, "--since", "a month")
    assert ended.returncode == 2
    assert "--since" in ended.stderr


def long_ago() -> dict[str, Any]:
    """1001 of today, and 999 of last April, which no first reading reaches: answered after two hours."""
    data = scenario("1001")
    data["conversations"].append(
        {
            "id": "999",
            "contact_id": "p1",
            "channel": "email",
            "state": "closed",
            "parts": [
                {"by": "contact", "who": "p1", "at": "2026-04-14T09:00:00+02:00", "text": "Old trouble."},
                {"by": "admin", "who": "8801", "at": "2026-04-14T11:00:00+02:00", "text": "Mended."},
                {"by": "admin", "who": "8801", "at": "2026-04-14T11:05:00+02:00", "kind": "close"},
            ],
        }
    )
    return data


async def test_older_history_is_fetched_once_and_kept(tmp_path: Path):
    async with open_house(tmp_path, linked=("ana",), data=long_ago()) as house:
        await house.at("12:30")
        # What is stored only: nothing is fetched, and it says where that begins.
        ended = replayed(tmp_path, house.database, TOML, "--since", "365d", "--stored")
        assert "Stored conversations begin 24 Nov 2026" in ended.stderr
        assert "Tickets closed before 26 Aug 2026 are not counted." in ended.stderr
        await house.settle()
        assert (await house.facts())["conversations"].keys() == {"1001"}
        year = ("--json", "--since", "365d")
        asked = asyncio.create_task(asyncio.to_thread(replayed, tmp_path, house.database, TOML, *year))
        while not asked.done():
            await house.settle()
            await asyncio.sleep(0.05)
        ended = await asked
        assert ended.returncode == 0, ended.stderr
        assert "999" in json.loads(ended.stdout)["in_force"]["missed"]
        assert len([key for key in (await house.facts())["parts"] if key.startswith("999/")]) == 3
        # An alert for what is long over would be noise.
        assert house.alerts("999") == []
    # Nobody is there to fetch anything now, and nothing needs to be.
    again = replayed(tmp_path, house.database, TOML, *year)
    assert json.loads(again.stdout) == json.loads(ended.stdout)
    assert "Older history" not in again.stderr


async def test_without_a_running_bot_it_says_what_lacks(tmp_path: Path):
    async with open_house(tmp_path, linked=("ana",), data=long_ago()) as house:
        await house.at("12:30")
    ended = replayed(tmp_path, house.database, TOML, "--since", "365d")
    assert "Older history is not here yet" in ended.stderr
    assert ended.returncode == 0
    assert "first reply" in ended.stdout


CASES = st.lists(
    st.builds(
        Case,
        conversation_id=st.sampled_from(["1", "2", "3"]),
        clock=st.sampled_from(list(ClockName)),
        policy=st.sampled_from(["a", "b"]),
        account=st.none() | st.sampled_from(["x", "y"]),
        team=st.none() | st.just("t"),
        started_at=st.integers(0, 364 * 24).map(lambda hour: FIRST_OF_JANUARY + timedelta(hours=hour)),
        warned=st.booleans(),
        late_seconds=st.sampled_from([0, 0, 60, 3600]),
        decided=st.booleans(),
    ),
    max_size=30,
)


@given(CASES)
def test_every_division_adds_up_to_the_whole(cases: list[Case]) -> None:
    counted = outcome(cases, BERLIN)
    assert sum(each.promises for _, each in counted.by_clock) == counted.total.promises
    assert sum(each.missed for _, each in counted.by_policy) == counted.total.missed
    assert sum(map(sum, counted.missed_by_hour)) == counted.total.missed
    assert sum(each.missed for _, each in counted.by_account) <= counted.total.missed
    assert difference(counted, counted).newly_missed == difference(counted, counted).no_longer == ()


def test_nothing_at_all_counts_as_kept() -> None:
    assert tally([]).kept_share == pytest.approx(1.0)
