"""Commands that read watchbell.toml read the one that the bot reads, wherever WATCHBELL_CONFIG is set."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small_office import TOML

from bot.cli import main

FAULTY = TOML.replace('first_response = "30m"', 'first_response = "30 minuts"')
PLACES = ("environment", ".env", "file")


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A faulty watchbell.toml under another name, and the folder in which an operator stands."""
    monkeypatch.chdir(tmp_path)
    for name in ("WATCHBELL_CONFIG", "WATCHBELL_CONFIG_FILE", "SLACK_BOT_TOKEN", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "etc").mkdir()
    found = tmp_path / "etc" / "bell.toml"
    found.write_text(FAULTY, "utf-8")
    return found


def named(place: str, path: Path) -> dict[str, str]:
    """Environment variables that lead to the path, by one way or another."""
    if place == "environment":
        return {"WATCHBELL_CONFIG": str(path)}
    if place == ".env":
        Path(".env").write_text(f"WATCHBELL_CONFIG={path}\n", "utf-8")
        return {}
    Path("where").write_text(f"{path}\n", "utf-8")
    return {"WATCHBELL_CONFIG_FILE": "where"}


def watchbell(*words: str, **environment: str) -> Result:
    return CliRunner(env={"COLUMNS": "300", **environment}).invoke(main, words)


@pytest.mark.parametrize("place", PLACES)
def test_policies_check_reads_what_the_bot_reads(elsewhere: Path, place: str):
    done = watchbell("policies", "check", **named(place, elsewhere))
    assert done.exit_code == 1, done.output
    assert "bell.toml line" in done.stdout
    assert "30 minuts" in done.stdout


def test_a_file_that_is_named_goes_first(elsewhere: Path):
    Path("other.toml").write_text(TOML, "utf-8")
    done = watchbell("policies", "check", "other.toml", **named("environment", elsewhere))
    assert done.exit_code == 0, done.output
    assert "other.toml: fine" in done.stdout


@pytest.mark.parametrize("place", PLACES)
def test_replay_compares_with_what_the_bot_reads(elsewhere: Path, place: str):
    Path("tried.toml").write_text(TOML, "utf-8")
    done = watchbell("replay", "--policies", "tried.toml", **named(place, elsewhere))
    assert done.exit_code == 2, done.output
    assert "bell.toml line" in done.stderr
    assert "30 minuts" in done.stderr


@pytest.mark.parametrize("place", PLACES)
def test_the_doctor_reads_what_the_bot_reads_when_tokens_are_missing(elsewhere: Path, place: str):
    done = watchbell("doctor", **named(place, elsewhere))
    assert done.exit_code == 2, done.output
    assert "bell.toml line" in done.stdout
    assert "SLACK_BOT_TOKEN" in done.stderr


@pytest.mark.parametrize(
    ("words", "named_by"),
    [
        (("policies", "check", "no.toml"), "FILE no.toml"),
        (("replay", "--policies", "no.toml"), "--policies no.toml"),
        (("replay", "--policies", "tried.toml", "--against", "no.toml"), "--against no.toml"),
    ],
)
def test_an_argument_that_names_nothing_is_told_as_the_argument(
    elsewhere: Path, words: tuple[str, ...], named_by: str
):
    Path("tried.toml").write_text(TOML, "utf-8")
    done = watchbell(*words, **named("environment", elsewhere))
    assert done.exit_code == 2, done.output
    assert f"{named_by}: is not there." in done.stderr
    assert "WATCHBELL_CONFIG" not in done.stderr
