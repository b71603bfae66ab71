"""Whoever goes on writing to the mailbox is not forgotten with their last conversation in Intercom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from harness import TUESDAY, House, OpenHouse
from mail_people import ID, NAME, with_contact
from post_office import Box, mail
from reading import read_again, stored
from small_office import TOML, scenario

from bot.store.accounts import get_contact

pytestmark = pytest.mark.thorough

PRIVATE = "odalys.quetzalin@gmail.com"
"""Of a provider of everybody's: it tells nothing of a company."""

START = TUESDAY - timedelta(days=175)
"""So long ago that no mail here is of the future: a mail server dates those by its own clock."""

SHORT = TOML + '[retention]\nconversations = "100d"\n'


async def with_one_old_conversation(build: OpenHouse, box: Box) -> House:
    data = with_contact(scenario("1001"), ID, NAME, PRIVATE, "1077")
    data["conversations"] = [each for each in data["conversations"] if each["id"] == "1077"]
    data["conversations"][0]["parts"][0]["at"] = (START - timedelta(minutes=8)).isoformat()
    house = await build(data=data, start=START, mailbox=box.secrets(), linked=(), toml=SHORT)
    house.intercom.closes("1077", "8802")
    await house.later(minutes=2)
    return house


def writes(box: Box, words: str, day: int) -> None:
    at = START + timedelta(days=day)
    box.put(mail(words, by=f"{NAME} <{PRIVATE}>", at=at), at=at)


async def test_their_next_mail_is_theirs_however_old_their_last_conversation(build: OpenHouse, box: Box):
    house = await with_one_old_conversation(build, box)
    await house.later(days=60)
    writes(box, "The lighthouse again", 60)
    await read_again(house)
    await house.later(days=50)
    writes(box, "And once more", 110)
    await read_again(house)
    assert [(row.text, row.contact_id) for row in await stored(house)] == [
        ("The lighthouse again", ID),
        ("And once more", ID),
    ]


async def test_who_says_nothing_for_so_long_is_forgotten_all_the_same(build: OpenHouse, box: Box):
    house = await with_one_old_conversation(build, box)
    writes(box, "The lighthouse", 0)
    await read_again(house)
    assert await house.read(get_contact, ID) is not None
    await house.later(days=110)
    assert await house.read(get_contact, ID) is None
    writes(box, "And once more", 110)
    await read_again(house)
    assert await stored(house) == []
