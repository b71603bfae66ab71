"""Looking at what the bot made of mails: rows, and the timeline as a rep opens it."""

from __future__ import annotations

from typing import Any

from harness import House
from on_the_screen import words
from sqlmodel import select

from bot.store.outside import OutsideMessage

EVERY = 121
"""Seconds after which the mailbox is read again."""


async def stored(house: House) -> list[OutsideMessage]:
    """Every mail that is kept, oldest first."""

    def rows(session: Any, workspace: str) -> list[OutsideMessage]:
        query = select(OutsideMessage).where(OutsideMessage.workspace == workspace)
        return sorted(session.exec(query), key=lambda row: (row.at, row.id))

    found: list[OutsideMessage] = await house.read(rows)
    return found


async def timeline(house: House, account: str = "northwind marine") -> str:
    """The words of an account's timeline."""
    await house.ana.types(f"/account {account}")
    assert (await house.ana.presses(house.ana.last, "timeline_account")).ok
    return words(house.ana.view.blocks)


async def read_again(house: House) -> None:
    """Time goes on until the mailbox is due, and whatever is due is done."""
    await house.later(seconds=EVERY)


async def status(house: House) -> str:
    await house.ana.types("/watchbell status")
    heard: str = house.ana.heard
    return heard
