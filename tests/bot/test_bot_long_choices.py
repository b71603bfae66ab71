"""What is chosen from long lists: what no box or select of Slack's has room for is told or searched for."""

from __future__ import annotations

import random
from string import ascii_lowercase
from typing import Any

import pytest
from harness import House, OpenHouse
from in_a_channel import cards, choose, made, says
from on_the_screen import verbs, words
from small_office import scenario
from test_bot_issue_answer import two_told_it, window

pytestmark = pytest.mark.thorough

LONG = (
    "Single sign-on sends everyone back to the login page since this morning, on every machine in the "
    "office, and the finance team cannot close the month without it"
)


def element(blocks: list[dict[str, Any]], action: str) -> dict[str, Any]:
    """What is chosen from, by its action."""
    within = [each for block in blocks for each in (*block.get("elements", ()), block.get("element"))]
    (found,) = [each for each in within if each and each.get("action_id") == f"wb:{action}"]
    return found


async def offered(house: House, view_id: str, action: str, typed: str) -> list[str]:
    found = await house.slack.people.options(house.ana.id, view_id, f"wb:{action}", typed)
    return [each["text"]["text"] for each in found]


def told_at_length() -> dict[str, Any]:
    """Two tell one problem, one of them in more words than a box has room for."""
    data = two_told_it()
    data["conversations"][0]["parts"][0]["text"] = LONG
    data["conversations"][1]["parts"][0]["text"] = LONG[:46]
    return data


async def test_words_that_no_box_has_room_for_stand_above_the_boxes(build: OpenHouse):
    house = await build(data=told_at_length())
    view = await window(house)
    shown = words(view.blocks)
    assert f"Dana Reyes\n: “{LONG}”" in shown
    assert shown.index(LONG) < shown.index("Who gets it")
    assert "Omar Haddad\n: " not in shown, "his are in his box"
    (issue,) = house.posts("accounts", "post:issue:c1:")
    await house.ana.presses(issue, "split")
    assert f"Dana Reyes, e-mail\n: “{LONG}”" in words(house.ana.view.blocks)


async def test_the_last_of_many_teams_is_found_by_the_filter_and_stays_chosen(build: OpenHouse):
    data = scenario("1001")
    data["teams"] = [
        {"id": f"9{number:03}", "name": f"Team {number:03}", "admin_ids": ["8801"]} for number in range(120)
    ]
    data["conversations"][0]["team_id"] = "9119"
    house = await build(data=data)
    await house.slack.people.open_home(house.ana.id)
    home = house.ana.home
    filtered = element(home.blocks, "home_team")
    assert filtered["type"] == "external_select"
    assert filtered["initial_option"]["text"]["text"] == "All teams"
    assert (await offered(house, home.id, "home_team", ""))[:3] == ["All teams", "No team", "Team 000"]
    assert await offered(house, home.id, "home_team", "m 119") == ["Team 119"]
    assert (await house.ana.presses_in(house.ana.home, "home_team", selected_option="9119")).ok
    await house.bot.front.finish()
    assert element(house.ana.home.blocks, "home_team")["initial_option"]["text"]["text"] == "Team 119"
    assert "Next: 1 unclaimed" in words(house.ana.home.blocks)


def many_problems(count: int) -> dict[str, Any]:
    """So many conversations of one account, each of somebody else and about something else."""
    data, chance = scenario("1001"), random.Random(4)
    (first,) = data["conversations"]
    for number in range(count):
        person = {"id": f"p{500 + number}", "role": "user", "name": f"Crew {number}", "company_ids": ["c1"]}
        data["contacts"].append(person)
        said = " ".join("".join(chance.sample(ascii_lowercase, 8)) for _ in range(6))
        part = {**first["parts"][0], "text": said}
        conversation = {**first, "id": str(5000 + number), "contact_id": person["id"], "parts": [part]}
        data["conversations"].append(conversation)
    return data


async def test_the_last_of_many_people_is_found_and_it_becomes_a_message_of_theirs(build: OpenHouse):
    house = await build(data=many_problems(104))
    await choose(house)
    await says(house, "U0SID", "The export stands still.")
    await house.ana.presses(cards(house)[0], "make_conversation")
    view = house.ana.view
    assert element(view.blocks, "person")["type"] == "external_select"
    assert len(await offered(house, view.id, "person", "")) == 100
    assert await offered(house, view.id, "person", "w 103") == ["Crew 103"]
    assert (await house.ana.submits({"person": {"type": "external_select", "selected_option": "p603"}})).ok
    await house.settle()
    (new,) = [each for each in made(house) if "The export stands still." in each.body]
    assert new.contact_ids == ["p603"]


async def test_the_last_of_many_problems_is_found_and_joined(build: OpenHouse):
    house = await build(data=many_problems(104))
    issue = next(each for each in house.posts("accounts", "post:issue:") if "join" in verbs(each.blocks))
    assert "in 1 conversation " in words(issue.blocks)
    await house.ana.presses(issue, "join")
    view = house.ana.view
    assert element(view.blocks, "other")["type"] == "external_select"
    every = await house.slack.people.options(house.ana.id, view.id, "wb:other", "")
    assert len(every) == 100
    title = str(house.intercom.conversation("5103")["source"]["body"]).removeprefix("<p>")[:20]
    (last,) = await house.slack.people.options(house.ana.id, view.id, "wb:other", title)
    assert last["value"] == "5103"
    assert last not in every, "no list of a hundred has it"
    assert (await house.ana.submits({"other": {"type": "external_select", "selected_option": last}})).ok
    await house.settle()
    assert "in 2 conversations " in words(issue.blocks)
