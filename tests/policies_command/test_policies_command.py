"""`watchbell policies`: what no policy covers, and Intercom's office hours as a calendar."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from harness import open_house
from signing import INTERCOM_TOKEN
from small_office import TOML, scenario

from bot.settings.file import parse_config
from bot.sla.calendar import compile_calendars

pytestmark = pytest.mark.thorough

ONLY_ENTERPRISE = TOML[: TOML.rindex("[[policies]]")]
HOURS = [
    {
        "id": "123",
        "name": "Support “night & day”",
        "time_zone_name": "America/New_York",
        "twenty_four_seven": False,
        "time_intervals": [
            {"start_minute": 540, "end_minute": 1020},
            {"start_minute": 1020, "end_minute": 1080},
            {"start_minute": 4320 + 1320, "end_minute": 4320 + 1440 + 120},
        ],
        "exceptions": [
            {
                "id": "1",
                "exception_date": "2026-12-25",
                "exception_type": "closed",
                "recurring_annually": True,
            },
            {
                "id": "2",
                "exception_date": "2026-11-27",
                "exception_type": "closed",
                "recurring_annually": False,
            },
            {
                "id": "3",
                "exception_date": "2026-12-28",
                "exception_type": "custom_hours",
                "recurring_annually": False,
                "time_intervals": [{"start_minute": 600, "end_minute": 720}],
            },
        ],
    },
    {"id": "124", "name": "Always", "twenty_four_seven": True, "time_zone_name": "UTC", "time_intervals": []},
]


def watchbell(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()", "policies", *words],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


async def test_open_conversations_that_match_none_are_named_with_line_and_mend(tmp_path: Path):
    async with open_house(tmp_path, data=scenario("1001", "1004", "1006", "1008"), linked=()) as house:
        database = house.database
    file = tmp_path / "watchbell.toml"
    file.write_text(ONLY_ENTERPRISE, "utf-8")
    ended = watchbell(tmp_path, "check", DATABASE_URL=database)
    line = 1 + ONLY_ENTERPRISE[: ONLY_ENTERPRISE.rindex("[[policies]]")].count("\n")
    assert ended.returncode == 1
    assert (
        f"watchbell.toml line {line}, policies[1]: behind it 2 open conversations match none and have no "
        "promise: 1004, 1008. Add a last policy without a match, or widen one of them." in ended.stdout
    )
    file.write_text(TOML, "utf-8")
    whole = watchbell(tmp_path, "check", DATABASE_URL=database)
    assert (whole.returncode, "conversation" in whole.stdout) == (0, False), whole.stdout


def test_without_a_database_only_the_file_is_checked(tmp_path: Path):
    (tmp_path / "watchbell.toml").write_text(ONLY_ENTERPRISE, "utf-8")
    ended = watchbell(tmp_path, "check", DATABASE_URL=f"sqlite:///{tmp_path}/none.db")
    assert ended.returncode == 0
    assert "one that does not never rings" in ended.stdout
    assert not (tmp_path / "none.db").exists()


async def test_intercoms_office_hours_become_calendars_that_count_the_same(tmp_path: Path):
    async with open_house(tmp_path, data={**scenario("1001"), "office_hours": HOURS}, linked=()) as house:
        ended = await asyncio.to_thread(
            watchbell,
            tmp_path,
            "hours",
            INTERCOM_TOKEN=INTERCOM_TOKEN,
            INTERCOM_API_URL=f"{house.server.url}/intercom",
        )
        assert ended.returncode == 0, ended.stderr
    head, _, policies = TOML.partition("[calendars.berlin]")
    policies = policies[policies.index("[[policies]]") :].replace('"berlin"', '"support-night-day"')
    calendars = compile_calendars(parse_config(f"{head}\n{ended.stdout}\n{policies}"))
    assert calendars["always"].title == "round the clock"
    night = calendars["support-night-day"]

    def open_at(text: str) -> bool:
        return night.is_open(datetime.fromisoformat(f"{text}-05:00").astimezone(UTC))

    assert open_at("2026-11-30T17:59")
    assert not open_at("2026-11-30T18:00")
    assert open_at("2026-12-03T23:30"), "Thursday night"
    assert open_at("2026-12-04T01:59"), "into Friday"
    assert not open_at("2026-12-04T02:00")
    assert not open_at("2026-11-27T01:00"), "an exception of that day"
    assert open_at("2026-12-28T10:30")
    assert not open_at("2026-12-28T09:30"), "other hours on that day"
    assert not open_at("2028-12-25T10:00"), "closed every year"


async def test_intercom_saying_no_is_one_sentence(tmp_path: Path):
    async with open_house(tmp_path, data=scenario("1001"), linked=()) as house:
        ended = await asyncio.to_thread(
            watchbell,
            tmp_path,
            "hours",
            INTERCOM_TOKEN="wrong",
            INTERCOM_API_URL=f"{house.server.url}/intercom",
        )
        elsewhere = await asyncio.to_thread(
            watchbell,
            tmp_path,
            "hours",
            INTERCOM_TOKEN=INTERCOM_TOKEN,
            INTERCOM_API_URL=f"{house.server.url}/nowhere",
        )
    assert ended.returncode == elsewhere.returncode == 2
    assert ended.stderr.startswith("watchbell: Intercom's office hours cannot be read:")
    assert elsewhere.stderr.startswith("watchbell: INTERCOM_API_URL: is not the address of Intercom's API:")


def test_intercoms_office_hours_need_its_token(tmp_path: Path):
    ended = watchbell(tmp_path, "hours")
    assert ended.returncode == 2
    assert ended.stderr == (
        "watchbell: INTERCOM_TOKEN: is not set. Copy the access token from Configure, Authentication of your "
        "Intercom app.\n"
    )
