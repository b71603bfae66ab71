"""`watchbell` started in a folder that its user cannot look into, with every setting in the environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from databases import sqlite_file
from shared_files import ROOT

CLOSED = 'chmod 0000 "$1" && shift && exec "$@"'


def without_privileges() -> list[str]:
    """What takes from root, where the tests run as root, the right to look everywhere."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root looks into every folder, and there is no setpriv to take that away")
    return [setpriv, "--bounding-set=-dac_override,-dac_read_search"]


def watchbell(folder: Path, closed: str, database: str) -> subprocess.CompletedProcess[str]:
    """`watchbell outbox list` in a folder, after `closed` in it was taken from everybody."""
    main = [sys.executable, "-P", "-c", "from bot.cli import main; main(prog_name='watchbell')"]
    try:
        return subprocess.run(
            [*without_privileges(), "sh", "-c", CLOSED, "sh", closed, *main, "outbox", "list"],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DATABASE_URL": database},
            capture_output=True,
            text=True,
            timeout=60,
        )
    finally:
        folder.chmod(0o700)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "folder"
    made.mkdir()
    (made / ".env").write_text("DATABASE_URL=nothing-good\n", encoding="utf-8")
    return made


def test_a_folder_that_cannot_be_looked_into_holds_no_settings(tmp_path: Path, folder: Path) -> None:
    done = watchbell(folder, ".", sqlite_file(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


def test_a_dotenv_file_that_is_seen_and_cannot_be_read_is_named(tmp_path: Path, folder: Path) -> None:
    done = watchbell(folder, ".env", sqlite_file(tmp_path))
    assert done.returncode == 2
    assert done.stderr.strip().splitlines() == [
        "watchbell: .env: cannot be read. Save it as UTF-8 text that you may read."
    ]
