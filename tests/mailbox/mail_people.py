"""Customers' people and teammates in the mailbox's tests of privacy, and the commands about them."""

from __future__ import annotations

import asyncio
from typing import Any

from click.testing import CliRunner, Result
from harness import House
from small_office import scenario
from sqlmodel import select

from bot.cli import main
from bot.store.look import sqlite_file
from bot.store.tables import metadata

NAME = "Odalys Quetzalin"
EMAIL = "odalys@customer.example"
ID = "p77odalys"


def with_contact(made: dict[str, Any], id_: str, name: str, email: str, conversation: str) -> dict[str, Any]:
    """One person more at the first company. A person is known by a conversation of theirs."""
    made["contacts"].append(
        {**made["contacts"][0], "id": id_, "name": name, "email": email, "company_ids": ["c1"]}
    )
    made["conversations"].append({**made["conversations"][0], "id": conversation, "contact_id": id_})
    made["conversations"][-1]["parts"] = [
        {"by": "contact", "who": id_, "at": "2026-11-24T08:52:00+01:00", "text": f"Hello from {name}."}
    ]
    return made


def with_odalys() -> dict[str, Any]:
    return with_contact(scenario(), ID, NAME, EMAIL, "1077")


async def command(house: House, *words: str, typed: str = "") -> Result:
    """A command beside the running bot; `typed` is what the operator answers."""
    env = {"DATABASE_URL": house.database, "COLUMNS": "200"}
    running = asyncio.create_task(
        asyncio.to_thread(CliRunner().invoke, main, list(words), env=env, input=typed)  # type: ignore[arg-type]
    )
    while not running.done():
        await house.settle()
        await asyncio.sleep(0.05)
    await house.settle()
    return await running


async def everything(house: House) -> str:
    """Every row of every table, and on SQLite the bytes of its files."""

    def rows(session: Any, _: str) -> str:
        return str([session.execute(select(table)).all() for table in metadata.sorted_tables])

    found = str(await house.read(rows))
    file = sqlite_file(house.database)
    if file is not None:
        for each in sorted(file.parent.glob(file.name + "*")):
            found += each.read_bytes().decode("latin-1")
    return found
