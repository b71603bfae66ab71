"""What an operator's commands print and write holds no token, also when everything goes wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from harness import OpenHouse
from planted_person import ID, command, live, planted
from signing import SECRETS

pytestmark = pytest.mark.thorough

COMMANDS = (
    ("doctor",),
    ("doctor", "--json"),
    ("outbox", "list"),
    ("outbox", "list", "--json"),
    ("outbox", "list", "--state", "done", "--json"),
    ("erase", "--contact", ID),
    ("policies", "check"),
)


@pytest.mark.parametrize("trouble", [False, True])
async def test_no_command_prints_a_token(build: OpenHouse, tmp_path: Path, trouble: bool) -> None:
    house = await build(data=planted())
    await live(house)
    if trouble:
        await house.stop_bot()
        house.fault("slack", "*", "error", times=-1, error="invalid_auth")
        house.fault("intercom", "*", "error", times=-1, status=401, error="unauthorized")
    file = tmp_path / "zelda.json"
    commands = (*COMMANDS, ("export", "--contact", ID, "--out", str(file)))
    if trouble:
        commands = (*commands, ("erase", "--contact", ID, "--yes"))
    for words in commands:
        done = await asyncio.to_thread(command, house, *words)
        assert not isinstance(done.exception, Exception) or isinstance(done.exception, SystemExit), words
        said = done.stdout + done.stderr
        assert said, words
        for secret in SECRETS:
            assert secret not in said, words
    for secret in SECRETS:
        assert secret not in file.read_text("utf-8")
