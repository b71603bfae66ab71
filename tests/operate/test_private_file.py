"""A new database is its owner's alone, whatever the umask; one that is there keeps its mode."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.engine import open_store
from bot.store.migrate import migrate


@pytest.fixture(autouse=True)
def careless_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def opened(file: Path) -> dict[str, int]:
    """The modes of everything beside a file while a bot has it open."""
    store = open_store(f"sqlite:///{file}")
    try:
        migrate(store.engine)
        with store.engine.connect() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM contact")
            return {each.name: mode(each) for each in file.parent.glob(f"{file.name}*")}
    finally:
        store.close()


def test_folder_and_file_are_made_for_their_owner(tmp_path: Path) -> None:
    file = tmp_path / "new" / "deeper" / "bot.db"
    found = opened(file)
    found.pop("bot.db.lock")
    assert found == {"bot.db": 0o600, "bot.db-wal": 0o600, "bot.db-shm": 0o600}
    assert (mode(file.parent), mode(file.parent.parent)) == (0o700, 0o700)


def test_what_is_there_stays_as_its_owner_made_it(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    folder.mkdir(mode=0o750)
    (folder / "bot.db").touch(mode=0o640)
    assert opened(folder / "bot.db")["bot.db"] == 0o640
    assert mode(folder) == 0o750
