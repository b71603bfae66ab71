"""A spreading issue of which one person is erased: nothing of theirs is left, and the others' goes on."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from harness import OpenHouse
from many_firms import firms, outage, spreads, told
from on_the_screen import words
from planted_person import command, erase, everything_in_slack, everything_stored

pytestmark = pytest.mark.thorough


async def test_the_words_of_an_erased_person_leave_the_announcement(build: OpenHouse) -> None:
    house = await build(data=firms())
    ids = await outage(house, 4)
    title = told(house).split("\n")[1]
    (whose,) = [
        number
        for number, each in enumerate(ids)
        if title in str(house.intercom.conversation(each)["source"]["body"])
    ]
    assert title in everything_stored(house.database), "the control: it is where it is looked for"
    assert (await erase(house, f"q{whose}")).exit_code == 0
    await house.later(minutes=1)
    (message,) = spreads(house)
    assert "*3 accounts tell one new problem*" in words(message.blocks)
    assert "502" in words(message.blocks), "another one's words are its title"
    for place in (everything_stored(house.database), everything_in_slack(house)):
        assert title not in place
    assert ids[whose] not in everything_in_slack(house)


async def test_with_the_last_of_them_the_announcement_goes(build: OpenHouse) -> None:
    house = await build(data=firms())
    await outage(house, 3)
    for number in range(3):
        assert (await erase(house, f"q{number}")).exit_code == 0
    await house.later(minutes=1)
    assert spreads(house) == []
    assert "502" not in everything_in_slack(house)
    assert "502 every" not in everything_stored(house.database)
    # The next one is told, in a message of its own.
    await outage(house, 3, first=3)
    assert len(spreads(house)) == 1
    assert "*3 accounts tell one new problem*" in words(spreads(house)[0].blocks)


async def test_an_export_says_that_a_conversation_counts_in_one_and_quotes_nobody_else(
    build: OpenHouse, tmp_path: Path
) -> None:
    house = await build(data=firms())
    ids = await outage(house, 3)
    bodies = [str(house.intercom.conversation(each)["source"]["body"]) for each in ids]
    file = tmp_path / "person.json"
    done = await asyncio.to_thread(command, house, "export", "--contact", "q1", "--out", str(file))
    assert done.exit_code == 0, done.output
    (stored,) = json.loads(file.read_text("utf-8"))["stored"]
    counted = {each["id"]: each["spreading_issue"] for each in stored["conversations"]}
    assert counted.pop(ids[1])["number"] == 1
    assert set(counted.values()) <= {None}, "the control: others of theirs are in none"
    text = file.read_text("utf-8")
    assert bodies[1].removeprefix("<p>").removesuffix("</p>")[:30] in text
    for other in (bodies[0], bodies[2]):
        assert other.removeprefix("<p>").removesuffix("</p>")[:30] not in text
