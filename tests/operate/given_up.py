"""What the bot gave up delivering, or nobody confirmed, as a test finds it."""

from __future__ import annotations

import time

from harness import House, OpenHouse
from small_office import scenario
from sqlmodel import Session

from bot.store import intents
from bot.store.intents import Intent


def dead(session: Session, _workspace: str, prefix: str = "") -> list[Intent]:
    return [each for each in intents.in_states(session, ("dead",)) if each.key.startswith(prefix)]


async def the_dead(house: House, prefix: str) -> Intent:
    (found,) = await house.read(dead, prefix)
    assert isinstance(found, Intent)
    return found


async def unconfirmed_answer(build: OpenHouse, database: str) -> House:
    """Intercom hung up after an answer of Ana's and did not show it."""
    house = await build(database=database, data=scenario("1001"))
    house.fault("intercom", "POST /conversations/*/reply", "drop_before")
    await house.ana.answers("1001", "It is mended.")
    give_up = time.monotonic() + 10
    while await states(house) != ["unconfirmed"]:
        assert time.monotonic() < give_up
        await house.rest(0.05)
    assert house.sent() == []
    return house


async def states(house: House) -> list[str]:
    return [each.state for each in await house.read(intents.about, "1001", kinds=("intercom.reply",))]
