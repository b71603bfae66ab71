"""What the bot gave up delivering, as a test finds it."""

from __future__ import annotations

from harness import House
from sqlmodel import Session

from bot.store import intents
from bot.store.intents import Intent


def dead(session: Session, _workspace: str, prefix: str = "") -> list[Intent]:
    return [each for each in intents.in_states(session, ("dead",)) if each.key.startswith(prefix)]


async def the_dead(house: House, prefix: str) -> Intent:
    (found,) = await house.read(dead, prefix)
    assert isinstance(found, Intent)
    return found
