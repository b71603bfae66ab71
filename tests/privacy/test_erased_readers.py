"""Somebody who is only in copy is told what is kept, and forgotten; that one more reads it stays known."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from harness import OpenHouse
from planted_person import EMAIL, ID, NAME, command, erase, everything_stored, hits
from small_office import scenario

from bot.store import conversations


def in_copy() -> dict[str, Any]:
    """Zelda reads Dana's conversation, and has never written."""
    office = scenario("1001")
    office["contacts"].append(
        {"id": ID, "role": "lead", "name": NAME, "email": EMAIL, "created_at": "2025-04-01T09:00:00+01:00"}
    )
    office["conversations"][0]["contact_ids"] = ["p1", ID]
    return office


async def test_whoever_reads_only_is_forgotten_and_does_not_come_back(build: OpenHouse) -> None:
    house = await build(data=in_copy())
    assert hits(everything_stored(house.database), (ID, NAME, EMAIL)) == [ID, NAME, EMAIL]
    done = await erase(house)
    assert done.exit_code == 0, done.output
    assert hits(everything_stored(house.database), (ID, NAME, EMAIL)) == []
    house.clock.jump_to(house.clock.now() + timedelta(minutes=3))
    house.intercom.customer_writes("1001", "Any news?")
    await house.settle()
    view = await house.ana.opens_answer("1001")
    assert hits(everything_stored(house.database), (ID, NAME, EMAIL)) == []
    assert (await house.read(conversations.get, "1001")).other_contacts == [""]
    assert (
        "and somebody who was erased here (account not known), by e-mail." in view.blocks[0]["text"]["text"]
    )


async def test_whoever_reads_only_is_told_so(build: OpenHouse, tmp_path: Path) -> None:
    house = await build(data=in_copy())
    file = tmp_path / "zelda.json"
    done = await asyncio.to_thread(command, house, "export", "--contact", EMAIL, "--out", str(file))
    assert done.exit_code == 0, done.output
    (told,) = json.loads(file.read_text("utf-8"))["stored"]
    assert told["took_part_in"] == [{"conversation": "1001", "messages": []}]
