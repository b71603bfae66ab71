"""`watchbell run` with something wrong: one sentence that names the setting and the mend, exit code 2."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from starting import run, started

pytestmark = pytest.mark.thorough


def edited(folder: Path, old: str, new: str) -> None:
    path = folder / "watchbell.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refused(code: int | None, told: str, *words: str) -> None:
    assert code == 2, told
    assert "Traceback" not in told
    assert len(told.strip().splitlines()) == 1, told
    for word in words:
        assert word in told


async def test_the_control_with_nothing_wrong_runs_and_stops_at_a_word(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    process = await started(tmp_path, environment)
    assert process.stdout is not None
    told = ""
    async with asyncio.timeout(30):
        while "Watchbell is running for Ledgerline" not in told:
            line = await process.stdout.readline()
            assert line, told
            told += line.decode()
    process.terminate()
    async with asyncio.timeout(10):
        rest, _ = await process.communicate()
    assert process.returncode == 0
    assert "Traceback" not in rest.decode()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SLACK_BOT_TOKEN", None, ("SLACK_BOT_TOKEN", "is not set")),
        ("SLACK_BOT_TOKEN", "xoxb-wrong", ("SLACK_BOT_TOKEN", "invalid_auth")),
        ("SLACK_BOT_TOKEN", "xapp-swapped", ("SLACK_BOT_TOKEN",)),
        ("SLACK_APP_TOKEN", "xapp-wrong", ("SLACK_APP_TOKEN", "invalid_auth", "connections:write")),
        ("INTERCOM_TOKEN", None, ("INTERCOM_TOKEN", "is not set")),
        ("INTERCOM_TOKEN", "wrong", ("INTERCOM_TOKEN",)),
        ("DATABASE_URL", "mysql://root@127.0.0.1/x", ("DATABASE_URL",)),
        ("DATABASE_URL", "sqlite:////proc/no/bot.db", ("DATABASE_URL",)),
        ("WATCHBELL_CONFIG", "nowhere.toml", ("WATCHBELL_CONFIG", "nowhere.toml")),
        ("SLACK_API_URL", "http://127.0.0.1:9/api/", ("SLACK_API_URL",)),
    ],
)
async def test_a_wrong_setting_is_named_with_its_mend(
    tmp_path: Path, environment: dict[str, str], name: str, value: str | None, words: tuple[str, ...]
) -> None:
    changed = {key: word for key, word in environment.items() if key != name}
    if value is not None:
        changed[name] = value
    code, told = await run(tmp_path, changed)
    refused(code, told, *words)
    assert value is None or not value.startswith("x") or value not in told


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('alerts = "#support-alerts"', 'alerts = "#no-such-room"', ("alerts", "#no-such-room")),
        ('alerts = "#support-alerts"', 'alerts = "#ext-nordwerft"', ("alerts", "another company")),
        ('first_response = "30m"', 'first_response = "30 minuts"', ("watchbell.toml line", "first_response")),
        ("[channels]", "[chanels]", ("watchbell.toml line", "chanels")),
        ('zone = "Europe/Berlin"', 'zone = "Europe/Berlino"', ("watchbell.toml line", "Europe/Berlino")),
        ("[workspace]", "[workspace", ("watchbell.toml line",)),
        ('mon = ["08:00-18:00"]', 'mon = ["18:00-08:00"]', ("watchbell.toml line", "hours")),
        ("mara@ledgerline.example", "nobody@ledgerline.example", ("leads", "nobody@ledgerline.example")),
    ],
)
async def test_a_faulty_watchbell_toml_is_named_with_line_key_and_mend(
    tmp_path: Path, environment: dict[str, str], old: str, new: str, words: tuple[str, ...]
) -> None:
    edited(tmp_path, old, new)
    code, told = await run(tmp_path, environment)
    refused(code, told, *words)


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "bot.db").write_text("this is a letter, not a database\n" * 200)
    code, told = await run(tmp_path, environment)
    refused(code, told, "DATABASE_URL", "not a database")
    assert (tmp_path / "bot.db").read_text().startswith("this is a letter")
