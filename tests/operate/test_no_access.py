"""A database that this user may not open: a sentence that says so, and no advice to throw anything away."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import sqlite_file
from shared_files import ROOT
from signing import SEED
from small_office import TOML

CHANGED = 'chmod "$2" data/bot.db && chmod "$1" data && shift 2 && exec "$@"'
SHUT, UNWRITABLE = ("0000", "0600"), ("0500", "0400")
COMMANDS = [
    ("outbox", "list"),
    ("export", "--contact", "p1"),
    ("erase", "--contact", "p1", "--yes"),
    ("migrate-db", "--to", "postgresql://postgres@127.0.0.1:9/none"),
    ("replay", "--policies", "watchbell.toml"),
    ("audit",),
]


def without_privileges() -> list[str]:
    """What takes from root, where the tests run as root, the right to go everywhere."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root goes everywhere, and there is no setpriv to take that away")
    return [setpriv, "--bounding-set=-dac_override,-dac_read_search"]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """An operator's folder, with the database of a bot that is stopped in a folder of its own."""
    (tmp_path / "made").mkdir()
    made = Path(sqlite_file(tmp_path / "made").removeprefix("sqlite:///"))
    (tmp_path / "data").mkdir()
    shutil.copy(made, tmp_path / "data" / "bot.db")
    (tmp_path / "watchbell.toml").write_text(TOML, "utf-8")
    yield tmp_path
    (tmp_path / "data").chmod(0o700)


def watchbell(folder: Path, modes: tuple[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """A command, after the folder and the file were given other modes."""
    main = [sys.executable, "-P", "-c", "from bot.cli import main; main(prog_name='watchbell')"]
    nowhere = "http://127.0.0.1:9/"
    done = subprocess.run(
        [*without_privileges(), "sh", "-c", CHANGED, "sh", *modes, *main, *words],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "400",
            "DATABASE_URL": f"sqlite:///{folder}/data/bot.db",
            "SLACK_BOT_TOKEN": SEED.bot_token,
            "SLACK_APP_TOKEN": SEED.app_token or "",
            "INTERCOM_TOKEN": "a-token",
            "SLACK_API_URL": nowhere,
            "INTERCOM_API_URL": nowhere,
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return done


@pytest.mark.parametrize("modes", [SHUT, UNWRITABLE], ids=["shut", "unwritable"])
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_command_says_that_this_user_may_not(
    folder: Path, words: tuple[str, ...], modes: tuple[str, str]
) -> None:
    done = watchbell(folder, modes, *words)
    assert done.returncode == 2, done.stdout
    assert "bot.db cannot be opened by this user" in done.stderr
    assert "as the user that the bot runs as" in done.stderr
    assert "backup" not in done.stdout + done.stderr


@pytest.mark.parametrize("modes", [SHUT, UNWRITABLE], ids=["shut", "unwritable"])
def test_the_doctor_finds_it_and_goes_on(folder: Path, modes: tuple[str, str]) -> None:
    done = watchbell(folder, modes, "doctor", "--json")
    assert done.returncode == 1, done.stderr
    found = {each["check"]: each for each in json.loads(done.stdout)["findings"]}
    assert found["Database"]["state"] == "fails"
    assert "bot.db cannot be opened by this user" in found["Database"]["told"]
    assert "backup" not in found["Database"]["mend"]
    assert found["Policies"]["state"] == "ok"


def test_the_policies_are_checked_all_the_same(folder: Path) -> None:
    (folder / "watchbell.toml").write_text(TOML[: TOML.rindex("[[policies]]")], "utf-8")
    done = watchbell(folder, SHUT, "policies", "check")
    assert done.returncode == 0, done.stderr
    assert "only the file was checked" in done.stdout


def test_the_bot_itself_says_so_too(folder: Path) -> None:
    done = watchbell(folder, SHUT, "run")
    assert done.returncode == 2, done.stdout
    assert "DATABASE_URL" in done.stderr
    assert "backup" not in done.stderr


def test_what_is_no_database_is_told_apart(folder: Path) -> None:
    (folder / "data" / "bot.db").write_text("this is a letter, not a database\n" * 200)
    done = watchbell(folder, ("0700", "0600"), "outbox", "list")
    assert done.returncode == 2
    assert "not a database that can be read. Restore a backup" in done.stderr
