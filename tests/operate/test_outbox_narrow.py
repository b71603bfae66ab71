"""`watchbell outbox list` in a terminal: no word of it is taken apart, however narrow that is."""

from __future__ import annotations

import pytest
from command_line import watchbell
from given_up import unconfirmed_answer
from harness import OpenHouse
from small_office import scenario

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize("columns", [80, 120])
async def test_every_word_of_the_list_is_whole(build: OpenHouse, database: str, columns: int):
    house = await unconfirmed_answer(build, database)
    house.fault("slack", "chat.postMessage", "error", error="msg_too_long")
    await house.at("09:06")
    told = await watchbell(database, "outbox", "list", columns=columns)
    lines = told.out.splitlines()
    assert max(map(len, lines)) <= columns
    listed = (await watchbell(database, "outbox", "list", "--json")).json["intents"]
    assert {each["state"] for each in listed} == {"dead", "unconfirmed"}
    printed = told.out.replace(":", " ").split()
    for each in listed:
        whole = [str(each["id"]), each["kind"], each["state"], str(each["attempts"])]
        whole += f"{each['about']} {each['reason'] or ''}".replace(":", " ").split()
        assert [word for word in whole if word not in printed] == []
    assert "`watchbell outbox retry ID` sends one again." in lines
    assert "`watchbell outbox drop ID` forgets it." in lines


async def test_nothing_to_list_is_a_sentence(build: OpenHouse, database: str):
    await build(database=database, data=scenario("1001"))
    told = await watchbell(database, "outbox", "list", columns=80)
    assert (told.code, told.out) == (0, "Nothing waits for a person, and nothing is late.\n")
