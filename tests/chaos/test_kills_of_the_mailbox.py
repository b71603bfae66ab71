"""A bot that dies while it reads a mailbox: what follows it has every mail, and each once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import post_office
import pytest
from nursery import Nursery
from post_office import mail
from sqlmodel import select
from town import AT_ONCE, Town, open_town

from bot.store import mailbox
from bot.store.outside import OutsideMessage

pytestmark = [pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

COUNT = 130
POINTS = ("before commit _take_mails", "after commit _take_mails", "after commit _begin")


def texts(session: Any, workspace: str) -> list[str]:
    query = select(OutsideMessage.text).where(OutsideMessage.workspace == workspace)
    return sorted(session.exec(query))


def place(town: Town) -> int:
    return town.read(mailbox.place, town.house.workspace, "INBOX")[1]  # type: ignore[no-any-return]


async def died_at(town: Town, point: str, nth: int) -> None:
    victim = town.fork(town.seats[0], path=(point,), nth=nth, act="kill")
    await town.until(victim.ended.is_set, 30)
    assert victim.code == -9


async def test_kill_9_between_fetch_and_commit_loses_nothing_and_doubles_nothing(
    tmp_path: Path, nursery: Nursery, sqlite: str
) -> None:
    with post_office.opened() as office:
        box = office.box()
        wanted = sorted(f"Number {number}." for number in range(COUNT))
        with box.owner() as client:
            for number in range(COUNT):
                client.append("INBOX", mail(f"Number {number}.").as_bytes(), msg_time=post_office.TUESDAY)
        async with open_town(tmp_path, nursery, sqlite, toml=AT_ONCE) as town:
            town.house.mailbox = box.secrets()
            await died_at(town, POINTS[2], 1)
            assert place(town) == 0
            # Its mails were fetched and written, and the commit never came: nothing of it is there.
            await died_at(town, POINTS[0], 1)
            assert (place(town), town.read(texts, town.house.workspace)) == (0, [])
            await died_at(town, POINTS[1], 1)
            first = town.read(texts, town.house.workspace)
            assert place(town) == len(first) > 0
            await died_at(town, POINTS[0], 2)
            second = town.read(texts, town.house.workspace)
            assert place(town) == len(second) > len(first)
            town.fork(town.seats[0])
            await town.until(lambda: place(town) == COUNT, 30)
            await town.seats[0].victim.kill()  # type: ignore[union-attr]
            assert town.read(texts, town.house.workspace) == wanted
            assert town.read(mailbox.folders, town.house.workspace)[0].kept == COUNT
