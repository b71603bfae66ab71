"""R16: a disk that is full. Nothing is acknowledged that is not stored, and the bot goes on afterwards."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from databases import sqlite_file
from harness import House, open_house
from small_disk import small_disk
from small_office import scenario
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from bot.intake.webhook import arrived, keep_notifications
from bot.store import conversations
from bot.store.receipts import Receipt


def stored(session: Session) -> set[str]:
    return {each.delivery_id for each in session.exec(select(Receipt).where(Receipt.source == "intercom"))}


def notification(number: int) -> dict[str, Any]:
    return {"topic": "ping", "id": f"notif_{number}", "pad": "x" * 3000}


async def send(house: House, numbers: range) -> dict[str, int]:
    """Delivery id to the answer's status, ten at a time."""
    gate = asyncio.Semaphore(10)

    async def one(number: int) -> tuple[str, int]:
        async with gate:
            response = await house.notify(notification(number))
            return f"notif_{number}", response.status_code

    return dict(await asyncio.gather(*map(one, numbers)))


async def test_every_200_is_in_the_database_and_the_bot_goes_on_when_there_is_room(tmp_path: Path):
    with small_disk(tmp_path / "disk") as disk:
        async with open_house(
            tmp_path, database=sqlite_file(disk.folder), data=scenario("1001", "1004")
        ) as house:
            disk.fill(leave=512 * 1024)
            answers = await send(house, range(400))
            counted = Counter(answers.values())
            assert set(counted) == {200, 503}, counted
            assert min(counted.values()) >= 20, f"the disk was full too early or too late: {counted}"
            acknowledged = {each for each, status in answers.items() if status == 200}
            await commands_while_full(house)
            await house.settle()  # ticks fail, and nobody notices

            disk.give_room()
            # A refused one was not stored under another's commit either.
            assert await house.bot.store.read(stored) >= acknowledged
            answers = await send(house, range(400))
            assert set(answers.values()) == {200}
            assert await house.bot.store.read(stored) >= {f"notif_{number}" for number in range(400)}
            await commands_afterwards(house)
            await house.at("09:21")
            assert "late" in house.alert("1001").text
            assert await house.bot.store.read(integrity) == "ok"


async def commands_while_full(house: House) -> None:
    """Nothing pretends to have worked."""
    outcome = await house.ana.types("/claim 1004")
    assert outcome.ok, outcome
    assert "cannot reach its database" in house.ana.heard
    assert all("Yours now" not in each.text for each in house.ana.told())


async def commands_afterwards(house: House) -> None:
    await house.settle()
    assert (await house.read(conversations.get, "1004")).claimed_by is None
    await house.ana.types("/claim 1004")
    assert "*Yours now*" in house.ana.heard


def integrity(session: Session) -> str:
    return str(session.connection().exec_driver_sql("PRAGMA integrity_check").scalar_one())


async def test_receipts_that_meet_a_full_disk_while_they_are_applied_stay_new(tmp_path: Path):
    with small_disk(tmp_path / "disk") as disk:
        async with open_house(
            tmp_path, database=sqlite_file(disk.folder), data=scenario("1004"), linked=()
        ) as house:
            house.webhooks_on()
            for number in range(20):
                house.tick()
                house.intercom.customer_writes("1004", f"Line {number}. " + "More words. " * 300)
            await house.intercom.webhooks.settle()
            disk.fill()
            await house.settle()
            disk.give_room()
            await house.settle()
            rows = await house.bot.store.read(_states)
            assert set(rows.values()) == {"done"}, rows
            facts = await house.facts()
            texts = [part["text"] for part in facts["parts"].values()]
            assert all(any(f"Line {number}." in text for text in texts) for number in range(20))


def _states(session: Session) -> dict[str, str]:
    return {each.delivery_id: each.state for each in session.exec(select(Receipt))}


async def test_control_a_writer_that_answers_before_the_commit_tells_of_what_is_not_there(tmp_path: Path):
    """Without waiting for the commit, the same disk makes promises that are not kept."""
    with small_disk(tmp_path / "disk") as disk:
        async with open_house(
            tmp_path, database=sqlite_file(disk.folder), data=scenario("1004"), linked=(), settled=False
        ) as house:
            store = house.bot.store
            disk.fill(leave=64 * 1024)
            told: set[str] = set()

            def hasty(session: Session, number: int) -> None:
                raw = json.dumps(notification(number)).encode()
                keep_notifications(session, house.workspace, [arrived(raw, house.bot.works.at())])
                told.add(f"notif_{number}")

            for number in range(100):
                try:
                    await store.write(hasty, number)
                except OperationalError:
                    continue
            disk.give_room()
            assert told - await store.read(stored), "the control kept every promise: the test proves nothing"


def test_the_disk_of_these_tests_really_fills_up_and_empties(tmp_path: Path):
    size = 3 * 1024 * 1024
    with small_disk(tmp_path / "disk", size) as disk:
        disk.fill()
        assert disk.free == 0
        with pytest.raises(OSError, match="No space left"):
            (disk.folder / "another").write_bytes(b"x" * 5000)
        disk.give_room()
        assert disk.free > size // 2
