"""What enters Intercom's search after the sweeps have passed by is known within the hour all the same."""

from __future__ import annotations

from datetime import timedelta

from harness import House, OpenHouse
from on_the_screen import words
from small_office import TOML, scenario

from bot.store import conversations
from bot.store.parts import part_texts

LATE = int(timedelta(minutes=20).total_seconds())
"""Twice as long as a sweep reaches back."""


async def an_hour(house: House) -> None:
    """The sweeps of an hour, and the look at its end."""
    for _ in range(6):
        await house.later(minutes=11)


async def late(build: OpenHouse) -> House:
    house = await build(data=scenario("1001", "1004"), toml=TOML)
    house.intercom.workspace.search_lag = LATE
    await house.later(minutes=11)
    return house


async def test_a_conversation_that_is_found_late_is_known_and_rings(build: OpenHouse):
    house = await late(build)
    conversation = house.intercom.customer_starts("p1", "conversation", "Nobody sees this.")["id"]
    await house.later(minutes=11)
    assert await house.read(conversations.get, conversation) is None
    await an_hour(house)
    assert (await house.read(conversations.get, conversation)).state == "open"
    assert "Nobody sees this." in words(house.alert(conversation).blocks)


async def test_a_reply_that_is_found_late_is_known(build: OpenHouse):
    house = await late(build)
    part = house.intercom.customer_writes("1004", "And one thing more.")["id"]
    await an_hour(house)
    texts = await house.read(part_texts, ["1004"], [part])
    assert list(texts.values()) == ["And one thing more."]
