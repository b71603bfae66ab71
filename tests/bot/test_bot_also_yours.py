"""What a rep holds while no customer waits in it: listed below what waits, and never counted as due."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from harness import House, OpenHouse
from on_the_screen import words
from small_office import scenario

from bot.store import conversations

AROUND = 13


async def opens(house: House) -> str:
    await house.slack.people.open_home(house.ana.id)
    await house.bot.front.finish()
    return words(house.ana.home.blocks)


async def settles_two(house: House) -> None:
    """Of Ana's three one waits for her, one is answered, one is snoozed for two hours."""
    for each in ("1001", "1004", "1002"):
        await house.ana.types(f"/claim {each}")
    await house.ana.answers("1001", "Which browser do you use?")
    await house.settle()
    house.intercom.snoozes("1004", house.ana.admin, house.clock.now() + timedelta(hours=2))
    await house.later(minutes=3)


def choices(view: Any, conversation_id: str) -> list[str]:
    """What the overflow beside one of the lines offers for this conversation."""
    offered = [
        option["value"].partition(":")
        for block in view
        if (block.get("accessory") or {}).get("type") == "overflow"
        for option in block["accessory"]["options"]
    ]
    return [verb for verb, _, target in offered if target == conversation_id]


async def test_what_is_snoozed_or_answered_stays_within_reach_of_who_holds_it(build: OpenHouse):
    house = await build(data=scenario("1001", "1004", "1002"))
    await house.ana.types("/inbox")
    assert "Also yours" not in house.ana.heard
    await settles_two(house)
    await house.ana.types("/inbox")
    also = "Also yours: 2 (1 snoozed, 1 waiting on its customer)"
    assert "Yours: 1\n" in house.ana.heard
    told = house.ana.heard.partition(also)[2].splitlines()
    in_order = [line for line in told if "Dana Reyes" in line or "Pia Holm" in line]
    assert in_order[0].startswith("Snoozed until")
    assert "11:00" in in_order[0]
    assert in_order[1].startswith("Waiting on the customer")
    assert house.ana.last.text == (
        "You have 1 conversation, 0 late, and 2 in which no customer waits; 0 unclaimed in the team."
    )
    assert also in await opens(house)
    # Late is the one that waits, and nothing else.
    await house.at("10:30")
    said = await opens(house)
    assert "1 of your 3 conversations is late" in said
    # From the lists each is closed or given back.
    blocks = house.ana.home.blocks
    assert choices(blocks, "1001") == ["answer", "release", "snooze", "timeline", "more_done"]
    assert (await house.ana.presses_in(house.ana.home, "more", selected_option="release:1004")).ok
    house.slack.views.clear(house.ana.id)
    await house.settle()
    assert (await house.read(conversations.get, "1004")).claimed_by is None
    assert "Also yours: 1 (1 waiting on its customer)" in await opens(house)
    assert (await house.ana.presses_in(house.ana.home, "more", selected_option="more_done:1001")).ok
    assert "What is to be done?" in words(house.ana.view.blocks)


async def test_filters_rule_what_does_not_wait_as_well(build: OpenHouse):
    house = await build(data=scenario("1001", "1004", "1002"))
    await settles_two(house)
    await opens(house)

    async def shows(choice: str) -> str:
        assert (await house.ana.presses_in(house.ana.home, "home_show", selected_option=choice)).ok
        await house.bot.front.finish()
        return words(house.ana.home.blocks)

    assert "Also yours: 2" in await shows("mine")
    assert "Also yours" not in await shows("free")
    said = await shows("late")
    assert "Also yours" not in said
    assert "Nothing of yours passes the filter." in said


async def test_the_pages_go_on_through_what_does_not_wait(build: OpenHouse):
    data = scenario("1001")
    first = data["conversations"][0]
    for number in range(AROUND - 1):
        data["conversations"].append({**first, "id": str(2001 + number)})
    house = await build(data=data)
    ids = ["1001", *(str(2001 + number) for number in range(AROUND - 1))]
    for each in ids:
        await house.ana.types(f"/claim {each}")
    await house.settle()
    until = house.clock.now() + timedelta(days=1)
    for each in ids[:5]:
        house.intercom.snoozes(each, house.ana.admin, until)
    await house.later(minutes=3)
    said = await opens(house)
    assert "Mine: 8" in said
    assert "Also yours: 5 (5 snoozed)" in said
    assert said.count("Snoozed until") == 2
    assert "1 to 10 of 13" in said
    await house.ana.presses_in(house.ana.home, "home_mine_later")
    await house.bot.front.finish()
    said = words(house.ana.home.blocks)
    assert said.count("Snoozed until") == 3
    assert "11 to 13 of 13" in said
    await house.ana.types("/inbox")
    assert "and 3 more on the Home tab" in house.ana.heard
