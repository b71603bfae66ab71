"""`watchbell erase` in a process of its own: sentences on standard output, and no logs among them."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
from harness import OpenHouse
from planted_person import ID, command_environment, live, planted

pytestmark = pytest.mark.thorough

WATCHBELL = Path(sys.executable).with_name("watchbell")


async def test_it_says_sentences_and_nothing_else(build: OpenHouse) -> None:
    house = await build(data=planted())
    await live(house)
    await house.stop_bot()
    assert house.alerts("2001") != []
    process = await asyncio.create_subprocess_exec(
        WATCHBELL,
        *("erase", "--contact", ID, "--yes"),
        env={"PATH": os.environ["PATH"], "COLUMNS": "200", **command_environment(house)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    assert process.returncode == 0, err
    assert house.alerts("2001") == []
    told = out.decode().splitlines()
    assert [line for line in told if not line.endswith(".")] == []
    assert "delivery" not in out.decode() + err.decode()
