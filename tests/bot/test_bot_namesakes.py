"""/claim and /answer by an account's name: namesakes are chosen from, and a bar in a name is part of it."""

from __future__ import annotations

from typing import Any

from harness import OpenHouse
from on_the_screen import verbs, words
from small_office import scenario

from bot.store import conversations


def namesakes() -> dict[str, Any]:
    """Two accounts are called Brightfen, the second with a conversation; one has a bar in its name."""
    data = scenario("1001", "1004")
    first = data["companies"][0]
    data["companies"] += [
        {**first, "id": "c8", "company_id": "x8", "name": "Brightfen", "plan": "Starter"},
        {**first, "id": "c9", "company_id": "x9", "name": "Foo"},
        {**first, "id": "c10", "company_id": "x10", "name": "Foo | Bar GmbH"},
    ]
    second = next(each for each in data["companies"] if each["id"] == "c1")
    second["name"] = "Brightfen"
    return data


def button_of(blocks: list[dict[str, Any]], account_id: str) -> dict[str, Any]:
    (found,) = [
        each for each in blocks if each.get("accessory") and each["accessory"].get("value") == account_id
    ]
    return found


async def test_of_two_accounts_of_one_name_one_is_chosen(build: OpenHouse):
    house = await build(data=namesakes())
    ana = house.ana
    await ana.types("/claim brightfen")
    assert ana.heard.splitlines()[0] == "More than one account fits “brightfen”. Which one?"
    assert "Brightfen · Enterprise" in words([button_of(ana.last.blocks, "c1")])
    assert "1 open conversation" in words([button_of(ana.last.blocks, "c1")])
    assert "Brightfen · Starter" in words([button_of(ana.last.blocks, "c8")])
    assert "0 open conversations" in words([button_of(ana.last.blocks, "c8")])
    assert (await ana.presses(ana.last, "claim_account", value="c1")).ok
    await house.settle()
    assert "You have claimed 1 conversation" in ana.heard
    assert (await house.read(conversations.get, "1001")).claimed_by == ana.admin
    # What was typed in a window cannot be answered by buttons: it names another way.
    await ana.types("/watchbell why Brightfen")
    assert "More than one account is called “Brightfen”. Name the conversation by its number or link." in (
        ana.heard
    )


async def test_answer_by_a_name_that_two_have_opens_the_one_that_is_pressed(build: OpenHouse):
    house = await build(data=namesakes())
    ana = house.ana
    await ana.types("/answer Brightfen")
    assert verbs(ana.last.blocks) == ["answer_account", "answer_account"]
    assert (await ana.presses(ana.last, "answer_account", value="c1")).ok
    await house.settle()
    assert "To *Dana Reyes*" in words(ana.view.blocks)


async def test_a_part_of_several_names_is_offered_too(build: OpenHouse):
    house = await build(data=namesakes())
    await house.ana.types("/claim e")
    assert "Which one?" in house.ana.heard
    assert set(verbs(house.ana.last.blocks)) == {"claim_account"}


async def test_a_bar_in_a_name_is_part_of_the_name(build: OpenHouse):
    house = await build(data=namesakes())
    await house.ana.types("/claim Foo | Bar GmbH")
    assert "Nothing was claimed for Foo | Bar GmbH." in house.ana.heard
    link = "https://app.intercom.com/a/apps/smal1app/conversations/1004"
    await house.ana.types(f"/claim <{link}|the import>")
    assert "*Yours now*" in house.ana.heard
