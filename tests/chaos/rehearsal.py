"""One ordinary hour of a bot, lived in the nursery's own process before it forks any.

What a process does for the first time costs it far more than what it does: reading modules, preparing
tables and parsers, compiling SQL. A victim lives for a second or two, and spent more than half of its
processor time on that. What is forked after a rehearsal has it behind it, as a bot that runs for weeks has.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from databases import drop_templates, postgres_database, sqlite_file
from harness import House, open_house
from on_the_screen import option, rich
from small_office import scenario


def rehearse(server: str | None) -> None:
    """On a database of its own, which goes afterwards: SQLite, or one on this PostgreSQL server."""
    with TemporaryDirectory(prefix="watchbell-rehearsal-") as name, contextlib.ExitStack() as standing:
        folder = Path(name)
        if server is None:
            database = sqlite_file(folder)
        else:
            standing.callback(drop_templates)
            database = standing.enter_context(postgres_database(server))
        asyncio.run(_an_hour(folder, database))


async def _an_hour(folder: Path, database: str) -> None:
    async with open_house(
        folder, data=scenario("1001", "1002", "1003"), database=database, linked=("ana",)
    ) as house:
        house.webhooks_on()
        await house.at("09:12")
        await house.ana.types("/claim 1001")
        view = await house.ana.opens_answer("1001")
        await house.ana.submits({"text": rich("We are on it."), "after": option(view, "after", "close")})
        await house.ana.opens_answer("1002")
        await house.ana.chooses("note")
        await house.ana.submits({"text": rich("Ask Dana.")})
        house.intercom.customer_writes("1002", "Any news?")
        await house.later(minutes=20)
        await _ticking(house)


async def _ticking(house: House) -> None:
    """A second life on the same tables, which ticks by itself until the work of the first is done."""
    await house.stop_bot()
    bot = await house.start_bot(ticking=True)
    bot.woken.set()
    house.intercom.customer_writes("1001", "And now?")
    ends = time.monotonic() + 2.0
    while time.monotonic() < ends:
        await asyncio.sleep(0.05)
        house.tick()
