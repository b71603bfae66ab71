"""Reps correct what is one problem: split, joined again, kept over restarts; nothing happens in Intercom."""

from __future__ import annotations

import re
from typing import Any

import pytest
from harness import House, OpenHouse
from on_the_screen import kept, key_of, verbs, words
from small_office import perhaps_the_same, scenario

from sandbox.slack.model import Message, Outcome

pytestmark = pytest.mark.thorough


def told_twice() -> dict[str, Any]:
    """Two people of one account with the same words, and a third with something else."""
    data = scenario("1001", "1002")
    first, second = data["conversations"]
    second["parts"][0]["text"] = first["parts"][0]["text"]
    third = {
        **first,
        "id": "1010",
        "parts": [{**first["parts"][0], "text": "Where is the invoice of March?"}],
    }
    data["conversations"].append(third)
    return data


def issues(house: House) -> dict[str, Message]:
    """The account's problems as they stand in its thread, by what they are first about."""
    found = house.posts("accounts", "post:issue:")
    return {key_of(each): each for each in found if "Nothing open" not in words(each.blocks)}


def sizes(house: House) -> list[int]:
    """How many conversations each problem has."""
    said = [words(each.blocks) for each in issues(house).values()]
    return sorted(int(found[1]) for each in said if (found := _SIZE.search(each)) is not None)


_SIZE = re.compile(r"(?:person|people) in (\d+) conversations?")


def of_two(house: House) -> Message:
    return next(each for each in issues(house).values() if "split" in verbs(each.blocks))


async def splits(house: House, conversation: str = "1002") -> Outcome:
    await house.ana.presses(of_two(house), "split")
    view = house.ana.view
    options = next(each["element"]["options"] for each in view.blocks if each.get("block_id") == "which")
    ticked = [each for each in options if each["value"] == conversation]
    outcome = await house.ana.submits({"which": {"type": "checkboxes", "selected_options": ticked}})
    await house.settle()
    return outcome


async def test_ticking_all_of_them_says_to_leave_one(build: OpenHouse):
    house = await build(data=told_twice())
    await house.ana.presses(of_two(house), "split")
    options = next(
        each["element"]["options"] for each in house.ana.view.blocks if each.get("block_id") == "which"
    )
    ticked = {"which": {"type": "checkboxes", "selected_options": options}}
    assert not (await house.ana.submits(ticked)).ok
    assert "leave at least one unticked" in house.ana.view.errors["which"]
    # Less one it is taken, in the same window.
    ticked["which"]["selected_options"] = options[:1]
    assert (await house.ana.submits(ticked)).ok
    await house.settle()
    assert sizes(house) == [1, 1, 1]


async def test_a_split_and_a_join_are_kept_and_nothing_happens_in_intercom(build: OpenHouse):
    house = await build(data=told_twice())
    assert sizes(house) == [1, 2]
    before = [house.parts(each) for each in ("1001", "1002", "1010")]
    assert (await splits(house)).ok
    assert sizes(house) == [1, 1, 1]
    await house.restart()
    await house.later(minutes=5)
    assert sizes(house) == [1, 1, 1], "the word is kept"
    alone = next(each for each in issues(house).values() if "Omar Haddad" in words(each.blocks))
    await house.ana.presses(alone, "join")
    options = next(
        each["element"]["options"] for each in house.ana.view.blocks if each.get("block_id") == "other"
    )
    same = next(each for each in options if each["value"] == "1001")
    assert (await house.ana.submits({"other": {"type": "static_select", "selected_option": same}})).ok
    await house.settle()
    assert sizes(house) == [1, 2]
    assert [house.parts(each) for each in ("1001", "1002", "1010")] == before


async def test_who_is_not_linked_may_not_sort(build: OpenHouse):
    house = await build(data=told_twice())
    await house.cem.presses(of_two(house), "split")
    assert house.cem.views == []
    assert "not linked" in house.cem.heard
    assert sizes(house) == [1, 2]


async def test_a_window_that_grew_old_changes_nothing(build: OpenHouse):
    house = await build(data=told_twice())
    await house.ana.presses(of_two(house), "split")
    view = house.ana.view
    options = next(each["element"]["options"] for each in view.blocks if each.get("block_id") == "which")
    await house.ana.submits({"which": {"type": "checkboxes", "selected_options": options}})
    await house.settle()
    assert sizes(house) == [1, 2], "all of them is none of them"
    assert "Nothing was changed" in house.ana.view.errors["which"]


def asked(house: House) -> Message | None:
    """The issue at which a question stands."""
    found = [each for each in house.posts("accounts", "post:issue:") if "same_issue" in str(each.blocks)]
    assert len(found) <= 1
    return found[0] if found else None


async def test_what_may_be_one_problem_is_asked_and_yes_links_it(build: OpenHouse):
    house = await build(data=perhaps_the_same())
    assert sizes(house) == [1, 1]
    question = asked(house)
    assert question is not None
    said = words(question.blocks)
    assert "Is it the same problem as" in said
    assert "Single sign-on sends everyone back to the login page" in said
    assert "Likeness 0.792 (lexical; linked from 0.995)" in said
    await house.ana.presses(question, "same_issue")
    await house.settle()
    assert sizes(house) == [2]
    assert asked(house) is None
    # It can be taken back like every other word on it.
    assert (await splits(house, "1010")).ok
    await house.settle()
    assert sizes(house) == [1, 1]
    assert asked(house) is None


async def test_no_is_kept_and_never_asked_again(build: OpenHouse):
    house = await build(data=perhaps_the_same())
    question = asked(house)
    assert question is not None
    before = kept(question)
    await house.ana.presses(question, "other_issue")
    await house.restart()
    house.intercom.customer_writes("1010", "The login page says no.")
    await house.later(minutes=5)
    assert sizes(house) == [1, 1]
    assert asked(house) is None
    # A click on the question as it stood changes nothing.
    await house.ben.presses(before, "same_issue", seen=before)
    await house.settle()
    assert "somebody has answered this already" in house.ben.heard
    assert sizes(house) == [1, 1]


async def test_who_is_not_linked_is_not_asked(build: OpenHouse):
    house = await build(data=perhaps_the_same())
    question = asked(house)
    assert question is not None
    await house.cem.presses(question, "same_issue")
    await house.settle()
    assert "not linked" in house.cem.heard
    assert sizes(house) == [1, 1]
