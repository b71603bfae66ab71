"""App Home and /inbox: filters and pages stay as they were left, and what is open follows what happens."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from harness import House, OpenHouse
from on_the_screen import words
from small_office import scenario

from bot.store import conversations
from handlers.home import RECENTLY
from jobs.homes import PACE

pytestmark = pytest.mark.thorough


def many(count: int) -> dict[str, Any]:
    """So many conversations of one account that wait, each a minute longer than the next."""
    office = scenario("1001")
    office["teams"].append({"id": "78", "name": "Billing", "admin_ids": ["8802"]})
    first = office["conversations"][0]
    for number in range(count - 1):
        said = {**first["parts"][0], "at": f"2026-11-24T08:{number % 50:02}:{number // 50:02}+01:00"}
        office["conversations"].append({**first, "id": str(2001 + number), "parts": [said]})
    return office


class Counted:
    """How often somebody's Home was drawn."""

    def __init__(self, house: House) -> None:
        self.times = 0
        house.slack.on_change(self._heard)

    def _heard(self, kind: str, detail: dict[str, Any]) -> None:
        self.times += kind == "home_published"


async def filters(house: House, verb: str, choice: str) -> str:
    """Ana chooses what she wants to see, and what stands there then."""
    assert (await house.ana.presses_in(house.ana.home, verb, selected_option=choice)).ok
    await house.bot.front.finish()
    return words(house.ana.home.blocks)


async def opens(house: House) -> str:
    await house.slack.people.open_home(house.ana.id)
    await house.bot.front.finish()
    return words(house.ana.home.blocks)


async def test_filters_and_pages_stay_as_they_were_left(build: OpenHouse):
    house = await build(data=many(35))
    ana = house.ana
    assert "1 to 10 of 35" in await opens(house)
    await ana.presses_in(ana.home, "home_next_later")
    await house.bot.front.finish()
    assert "11 to 20 of 35" in words(ana.home.blocks)
    await ana.types("/inbox")
    await house.restart()
    assert "11 to 20 of 35" in await opens(house)
    for _ in range(2):
        await ana.presses_in(ana.home, "home_next_later")
        await house.bot.front.finish()
    assert "31 to 35 of 35" in words(ana.home.blocks)
    await ana.presses_in(ana.home, "home_next_earlier")
    await house.bot.front.finish()
    assert "21 to 30 of 35" in words(ana.home.blocks)
    await ana.presses_in(ana.home, "home_show", selected_option="mine")
    await house.bot.front.finish()
    said = words(ana.home.blocks)
    assert "Filter: mine only." in said
    assert "unclaimed" not in said.replace("Unclaimed only", "")
    await ana.types("/inbox")
    assert "Filter: mine only. The Home tab changes that." in ana.heard
    await house.at("12:00")
    await ana.presses_in(ana.home, "home_show", selected_option="late")
    await house.bot.front.finish()
    assert "Next: 35 unclaimed" in words(ana.home.blocks), "all of them are late by now"
    await ana.presses_in(ana.home, "home_team", selected_option="none")
    await ana.presses_in(ana.home, "home_show", selected_option="all")
    await house.bot.front.finish()
    assert "Filter: no team." in words(ana.home.blocks)
    await ana.presses_in(ana.home, "home_team", selected_option="77")
    await house.bot.front.finish()
    assert "Filter: Support." in words(ana.home.blocks)
    assert "Nothing unclaimed passes the filter." in words(ana.home.blocks)
    # Ben's is his own.
    await house.slack.people.open_home(house.ben.id)
    await house.bot.front.finish()
    assert "Filter" not in words(house.ben.home.blocks)


async def test_the_command_begins_with_the_most_urgent_whatever_page_the_home_shows(build: OpenHouse):
    data = many(35)
    people = [{**data["contacts"][0], "id": f"q{each}", "name": f"Caller {each}"} for each in range(35)]
    data["contacts"] += people
    in_order = sorted(data["conversations"], key=lambda each: str(each["parts"][0]["at"]))
    for person, each in zip(people, in_order, strict=True):
        each["contact_id"] = each["parts"][0]["who"] = person["id"]
    house = await build(data=data)
    ana = house.ana
    for each in in_order[:25]:
        await ana.types(f"/claim {each['id']}")
    await house.settle()
    await ana.types("/inbox")
    before = ana.heard
    assert "|Caller 0>" in before
    assert "|Caller 25>" in before
    await opens(house)
    for verb in ("home_mine_later", "home_next_later"):
        await ana.presses_in(ana.home, verb)
        await house.bot.front.finish()
    await house.restart()
    await ana.types("/inbox")
    assert ana.heard == before
    assert "11 to 20 of 25" in await opens(house), "the Home stays where it was left"


async def test_every_page_of_my_claims_is_headed_by_what_is_due_first_of_all(build: OpenHouse):
    house = await build(data=many(25))
    ana = house.ana
    for conversation in ["1001", *(str(2001 + number) for number in range(24))]:
        assert (await ana.types(f"/claim {conversation}")).ok
    await house.settle()
    early = (await opens(house)).splitlines()[0]
    assert "due" in early
    await ana.presses_in(ana.home, "home_mine_later")
    await house.bot.front.finish()
    assert "11 to 20 of 25" in words(ana.home.blocks)
    assert words(ana.home.blocks).splitlines()[0] == early
    await house.at("12:45")
    late = (await opens(house)).splitlines()[0]
    assert "Nothing is due here." in words(ana.home.blocks), "what is late is hers already"
    assert "25 of your 25 conversations are late" in late
    await ana.presses_in(ana.home, "home_mine_later")
    await house.bot.front.finish()
    assert "21 to 25 of 25" in words(ana.home.blocks)
    assert words(ana.home.blocks).splitlines()[0] == late


async def test_what_is_open_follows_others_at_once_and_nothing_else_draws_it(build: OpenHouse):
    house = await build(data=scenario("1001", "1004"))
    assert "Next: 2 unclaimed" in await opens(house)
    drawn = Counted(house)
    await house.ben.types("/claim 1001")
    await house.until(lambda: "Next: 1 unclaimed" in words(house.ana.home.blocks))
    assert drawn.times == 1
    # Time alone draws nothing, and neither does what she sees already.
    await house.later(minutes=2)
    await house.rest(PACE + 0.2)
    seen = drawn.times
    await house.later(seconds=5)
    await house.rest(PACE + 0.2)
    assert drawn.times == seen
    # More than an hour after she looked nobody draws it for her any more.
    house.clock.machine_ahead += RECENTLY * 1.1
    await house.ben.types("/claim 1004")
    await house.rest(PACE + 0.2)
    assert "Next: 1 unclaimed" in words(house.ana.home.blocks)
    assert "Nothing of yours is due" not in await opens(house)
    assert "unclaimed" not in words(house.ana.home.blocks).replace("Unclaimed only", "")


async def test_what_slack_does_not_take_is_drawn_in_the_next_round(build: OpenHouse):
    house = await build(data=scenario("1001", "1004"))
    assert "Next: 2 unclaimed" in await opens(house)
    broken = house.fault("slack", "views.publish", "error")
    await house.ben.types("/claim 1001")
    await house.until(lambda: broken.hits)
    assert "Next: 2 unclaimed" in words(house.ana.home.blocks)
    drawn = Counted(house)
    await house.until(lambda: "Next: 1 unclaimed" in words(house.ana.home.blocks))
    await house.rest(PACE + 0.2)
    assert drawn.times == 1


async def test_what_slack_will_never_take_is_not_tried_again_until_something_changes(build: OpenHouse):
    house = await build(data=scenario("1001", "1004"))
    await opens(house)
    await house.rest(PACE + 0.2)
    refused = house.fault("slack", "views.publish", "error", error="not_enabled", times=-1)
    await house.ben.types("/claim 1001")
    await house.until(lambda: refused.hits)
    await house.rest(PACE + 0.2)
    tried = refused.hits
    await house.rest(PACE + 0.2)
    assert refused.hits == tried
    house.faults.clear()
    await house.ben.types("/claim 1004")
    await house.until(lambda: "Next: 2 unclaimed" not in words(house.ana.home.blocks))


async def test_what_a_bot_has_not_drawn_before_it_stopped_is_drawn_by_the_next(build: OpenHouse):
    house = await build(data=scenario("1001", "1004"))
    assert "Next: 2 unclaimed" in await opens(house)
    broken = house.fault("slack", "views.publish", "error", times=-1)
    await house.ben.types("/claim 1001")
    await house.until(lambda: broken.hits)
    await house.stop_bot()
    house.faults.clear()
    await house.start_bot()
    await house.settle()
    assert "Next: 1 unclaimed" in words(house.ana.home.blocks)


async def test_a_burst_is_drawn_once(build: OpenHouse):
    house = await build(data=many(12))
    await opens(house)
    await house.rest(PACE)
    drawn = Counted(house)
    for number in (1001, *range(2001, 2009)):
        await house.ben.types(f"/claim {number}")
    await house.until(lambda: "Next: 3 unclaimed" in words(house.ana.home.blocks))
    assert drawn.times <= 2


async def test_who_is_away_is_told_so_and_offered_nothing(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=("ana",))
    house.intercom.admin_away(house.ana.admin, away=True)
    await house.later(seconds=61)
    said = await opens(house)
    assert "You are away in Intercom, so nothing is offered to you." in said
    assert "Dana" not in said


async def test_a_filter_rules_the_lists_and_not_what_has_to_be_done(build: OpenHouse):
    house = await build(data=scenario("1001", "1002", "1004"))
    ana = house.ana
    await ana.types("/claim 1001")
    await house.at("10:00")
    first = (await opens(house)).splitlines()[0]
    assert ":rotating_light: *Your one conversation is late*; it was due" in first
    for verb, choice, listed in (
        ("home_show", "free", "Next: 2 unclaimed"),
        ("home_show", "mine", "Mine: 1"),
        ("home_show", "late", "Next: 1 unclaimed"),
        (
            "home_team",
            "77",
            "Nothing of yours passes the filter.\nNext\nNothing unclaimed passes the filter.",
        ),
    ):
        said = await filters(house, verb, choice)
        assert said.splitlines()[0] == first, choice
        assert listed in said
        await ana.types("/inbox")
        assert ana.heard.splitlines()[0] == first, choice
        assert ana.last.text == "You have 1 conversation, 1 late; 2 unclaimed in the team."
    await filters(house, "home_team", "all")
    await filters(house, "home_show", "mine")
    await ana.types("/claim 1002")
    await ana.types("/inbox")
    assert "Yours: 2" in ana.heard
    # Without anything of hers the team's first one is told, whatever she has filtered.
    await ana.types("/claim 1004")
    for each in ("1001", "1002", "1004"):
        await ana.types(f"/claim {each}")
        await ana.presses(ana.last, "release")
    await ana.types("/inbox")
    assert "*Nothing of yours is due.* The team's first reply" in ana.heard
    assert "3 unclaimed in the team" in ana.last.text


async def test_what_is_mine_and_waits_for_nobody_stands_below_what_waits(build: OpenHouse):
    house = await build(data=scenario("1004", "1007"))
    house.intercom.admin_assigns("1007", house.ben.admin, None)
    await house.later(seconds=61)
    await house.ana.types("/claim 1007")
    assert "*Yours now*" in house.ana.heard, "it waits on its customer"
    nobody = "No customer waits for you. What you claim stands here, by deadline."
    said = await opens(house)
    assert nobody in said
    assert "Also yours: 1 (1 waiting on its customer)" in said
    await house.ana.types("/claim 1004")
    said = await opens(house)
    assert "Mine: 1" in said
    assert nobody not in said
    await house.ana.answers("1004", "Under Import.")
    await house.settle()
    said = await opens(house)
    assert nobody in said
    assert "Also yours: 2 (2 waiting on their customers)" in said
    for each in ("1004", "1007"):
        assert (await house.read(conversations.get, each)).claimed_by == house.ana.admin


async def test_who_is_away_still_hears_how_much_waits_for_the_team(build: OpenHouse):
    house = await build(data=scenario("1001", "1004"), linked=("ana",))
    house.intercom.admin_away(house.ana.admin, away=True)
    await house.at("09:30")
    await house.ana.types("/inbox")
    assert house.ana.last.text == "You have 0 conversations, 0 late; 2 unclaimed in the team."
    await house.ana.types("/watchbell")
    assert "1 reply is late, 2 unclaimed" in house.ana.heard
    assert "You are away in Intercom, so nothing is offered to you" in house.ana.heard
    assert "/claim next" not in house.ana.heard


async def claims_next(house: House) -> str:
    """Ana presses Claim next on her Home, and what she is told."""
    assert (await house.ana.presses_in(house.ana.home, "claim_next")).ok
    said = words(house.ana.view.blocks)
    house.slack.views.clear(house.ana.id)
    await house.bot.front.finish()
    return said


def with_billing() -> dict[str, Any]:
    """1001, 1002 and 1004, which is Billing's; Ana is there too."""
    data = scenario("1001", "1002", "1004")
    data["teams"].append({"id": "78", "name": "Billing", "admin_ids": ["8801"]})
    data["conversations"][2]["team_id"] = "78"
    return data


async def test_claim_next_takes_from_the_list_above_it(build: OpenHouse):
    house = await build(data=with_billing())
    await house.at("09:22")
    await opens(house)
    assert "Next: 1 unclaimed" in await filters(house, "home_team", "78")
    said = await claims_next(house)
    assert "*Yours now*" in said
    assert "Pia Holm" in said
    await filters(house, "home_team", "none")
    await filters(house, "home_show", "late")
    assert "Dana Reyes" in await claims_next(house)
    # The command takes what is due first, whatever the Home shows.
    await house.ana.types("/claim next")
    assert "Omar Haddad" in house.ana.heard


async def test_claim_next_says_that_it_is_the_filter_which_nothing_passes(build: OpenHouse):
    house = await build(data=with_billing())
    await opens(house)
    await filters(house, "home_team", "78")
    # Taken by Ben before her Home shows it.
    await house.ben.types("/claim 1004")
    assert await claims_next(house) == (
        "Nothing was claimed: nothing unclaimed passes the filter of your Home (Billing). "
        "2 are unclaimed without it: `/claim next` takes the first."
    )
    await house.at("09:22")
    await filters(house, "home_team", "all")
    await filters(house, "home_show", "late")
    await house.ben.types("/claim 1001")
    assert "the filter of your Home (late only). 1 is unclaimed" in await claims_next(house)
    assert (await house.read(conversations.get, "1002")).claimed_by is None


async def test_what_is_due_this_very_second_passes_as_late_everywhere(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:20")
    await opens(house)
    assert "Next: 1 unclaimed" in await filters(house, "home_show", "late")
    await house.ana.types("/watchbell")
    assert "1 reply is late" in house.ana.heard
    assert "Dana Reyes" in await claims_next(house)
    said = await opens(house)
    assert "Your one conversation is late" in said
    assert "Mine: 1" in said


async def test_the_inbox_says_where_to_see_more_and_not_how_to_take_one(build: OpenHouse):
    house = await build(data=many(8))
    await house.ana.types("/inbox")
    assert "and 3 more on the Home tab" in house.ana.heard
    await opens(house)
    await filters(house, "home_team", "none")
    await house.ana.types("/inbox")
    assert "and 3 more on the Home tab" in house.ana.heard


async def test_a_team_that_one_has_left_filters_nothing_any_more(build: OpenHouse):
    house = await build(data=with_billing())
    await opens(house)
    assert "Filter: Billing." in await filters(house, "home_team", "78")
    here = house.intercom.workspace
    here.teams["78"] = replace(here.teams["78"], admin_ids=())
    here.admins[house.ana.admin].team_ids.remove("78")
    await house.later(minutes=30)
    said = await opens(house)
    assert "Filter" not in said
    assert "Next: 2 unclaimed" in said, "all that is left to her, and not what belongs to no team"
