"""The doctor finds a database that others on the machine can read."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from doctor_visit import Doctor
from harness import House

from bot.store.look import sqlite_file

pytestmark = pytest.mark.thorough


@pytest.fixture
def open_file(tmp_path: Path) -> Path:
    """A file that everybody on the machine can read."""
    file = tmp_path / "notes.txt"
    file.touch(0o644)
    file.chmod(0o644)
    tmp_path.chmod(0o755)
    return file


@pytest.mark.parametrize(
    ("folder", "mode", "who"),
    [
        (0o755, 0o644, "everybody on this machine"),
        (0o755, 0o640, "its group"),
        (0o750, 0o644, "its group"),
        (0o700, 0o644, None),
        (0o755, 0o600, None),
    ],
)
async def test_it_names_who_can_read_it(
    house: House, doctor: Doctor, folder: int, mode: int, who: str | None
) -> None:
    file = sqlite_file(house.database)
    assert file is not None
    file.chmod(mode)
    file.parent.chmod(folder)
    visit = await doctor.visits()
    assert visit.failing == ([] if who is None else ["Database file"])
    if who is not None:
        found = visit.of("Database file")
        assert f"{who} can read {file}" in found["told"]
        assert found["mend"] == f"Type: chmod go-rwx {file}*"


@pytest.mark.parametrize(
    ("begins", "failing"),
    [(b"What stands here is nobody's database.", "Database"), (b"", "Database file")],
    ids=["notes", "empty"],
)
async def test_only_what_is_or_becomes_a_database_is_to_be_given_another_mode(
    doctor: Doctor, open_file: Path, begins: bytes, failing: str
) -> None:
    await asyncio.to_thread(open_file.write_bytes, begins)
    visit = await doctor.visits(DATABASE_URL=f"sqlite:///{open_file}")
    assert visit.failing == [failing]
    assert ("chmod" in visit.text) == (failing == "Database file")
