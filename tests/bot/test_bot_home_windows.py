"""What a press on the Home answers stands in a window, whole, and its buttons work there."""

from __future__ import annotations

from typing import Any

from harness import House, OpenHouse
from on_the_screen import targets, verbs, words
from small_office import scenario

from bot.store import conversations


async def opens(house: House) -> None:
    await house.slack.people.open_home(house.ana.id)
    await house.bot.front.finish()


async def presses(house: House, verb: str) -> str:
    """A button in Ana's topmost window, and what is on top then."""
    assert (await house.ana.presses_in(house.ana.view, verb)).ok
    await house.bot.front.finish()
    return words(house.ana.view.blocks)


def because(said: str) -> dict[str, Any]:
    return {"reason": {"type": "plain_text_input", "value": said}}


async def test_open_account_shows_what_the_command_shows(build: OpenHouse):
    house = await build()
    ana = house.ana
    await opens(house)
    assert (await ana.presses_in(ana.home, "account")).ok
    said, offered = words(ana.view.blocks), verbs(ana.view.blocks)
    await ana.types("/account dunmore")
    assert said == ana.heard
    assert offered == verbs(ana.last.blocks)
    assert "We want to cancel our contract." in said
    for verb, shown in (
        ("why_risk", "Dunmore Books"),
        ("timeline_account", "The invoice is wrong."),
        ("answer", "To *Rolf Engel*"),
    ):
        assert shown in await presses(house, verb)
        assert len(ana.views) == 2, "the account stays underneath"
        await house.slack.people.close(ana.id, ana.view.id)


async def test_who_was_first_can_be_taken_over_from_the_window(build: OpenHouse):
    house = await build(data=scenario("1001"))
    ana = house.ana
    await opens(house)
    await house.ben.types("/claim 1001")
    assert (await ana.presses_in(ana.home, "claim")).ok
    assert "*Ben Okoro was first*" in words(ana.view.blocks)
    await presses(house, "take_over")
    assert (await ana.submits(because("Ben is ill."))).ok
    assert (await house.read(conversations.get, "1001")).claimed_by == ana.admin


async def test_claim_all_tells_what_others_have(build: OpenHouse):
    data = scenario("1001", "1002", "1005")
    for each in data["contacts"]:
        each["company_ids"] = ["c4"]
    data["companies"] = [each for each in scenario()["companies"] if each["id"] == "c4"]
    house = await build(data=data)
    ana = house.ana
    await opens(house)
    assert targets(ana.home.blocks, "claim_account") == ["c4"]
    await house.ben.types("/claim 1001")
    assert (await ana.presses_in(ana.home, "claim_account")).ok
    said = words(ana.view.blocks)
    assert "*You have claimed 1 conversation* · Dunmore Books. 1 is already taken (Ben Okoro)." in said
    assert "To *Omar Haddad*" in await presses(house, "answer")


async def test_the_third_window_gives_way_to_what_is_pressed_in_it(build: OpenHouse):
    data = scenario("1002", "1005")
    for each in data["contacts"]:
        each["company_ids"] = ["c4"]
    data["companies"] = [each for each in scenario()["companies"] if each["id"] == "c4"]
    house = await build(data=data)
    ana = house.ana
    await opens(house)
    assert (await ana.presses_in(ana.home, "account")).ok
    assert "*Yours now*" in await presses(house, "claim")
    # Ben takes it meanwhile.
    await house.ben.types("/claim 1002")
    await house.ben.presses(house.ben.last, "take_over")
    assert (await house.ben.submits(because("Ana is out."))).ok
    assert "*Ben Okoro was first*" in await presses(house, "release")
    assert len(ana.views) == 3
    assert "SSO login page" in await presses(house, "timeline")
    assert len(ana.views) == 3
