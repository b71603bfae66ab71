"""Erasing somebody when the words of messages about them are not kept any more: they leave Slack too."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from harness import House, OpenHouse
from on_the_screen import option, rich, words
from planted_person import erase, everything_in_slack
from signing import SEED
from small_office import CHANNELS, TOML, scenario
from sqlmodel import Session, col, select

from bot.store.intents import Intent
from sandbox.slack.model import Message

pytestmark = pytest.mark.thorough

QUICK = '[claims]\nremind_after = "30m"\nfree_after = "3h"\n'
DANA = "p1"
GUS = "gus"
IN_SLACK = "The periwinkle export stands still"
ALSO = "The turquoise import as well"


def office() -> dict[str, Any]:
    """Dana and Omar of Northwind tell one problem; Dana is Gus in Slack."""
    made = scenario("1001", "1002")
    for each in made["conversations"]:
        each["parts"][0]["text"] = "Single sign-on sends everyone back to the login page."
    made["contacts"][0]["email"] = "gus@agency.example"
    return made


async def a_month_later(house: House, *keys: str) -> None:
    """Retention has been; of messages under these keys nothing is known but where they stand."""
    for each in ("1001", "1002"):
        house.intercom.closes(each, house.ben.admin)
    await house.settle()
    house.clock.machine_ahead += timedelta(days=31)
    await house.later(days=31)
    kept = await house.bot.store.read(contents)
    assert not [subject for subject in kept if subject.startswith(keys)], "the control: they are forgotten"


def contents(session: Session) -> list[str]:
    query = select(Intent).where(Intent.workspace == SEED.team_id, col(Intent.kind).startswith("slack."))
    return [each.subject for each in session.exec(query) if "blocks" in each.payload]


def posted(house: House, prefix: str) -> list[Message]:
    return [each for channel in house.slack.channels for each in house.posts(channel, f"post:{prefix}")]


async def says(house: House, who: str, what: str, thread: str | None = None) -> Message:
    house.tick()
    said = await house.slack.people.say(who, CHANNELS["shared"], what, thread_ts=thread)
    await house.slack.settled()
    await house.settle()
    return said


async def mapped(build: OpenHouse) -> House:
    house = await build(data=office())
    house.slack.channels[CHANNELS["shared"]].members.add("U0GUS")
    assert (await house.ana.types(f"/watchbell map <#{CHANNELS['shared']}|there>")).ok
    northwind = {"text": {"type": "plain_text", "text": "Northwind"}, "value": "c1"}
    assert (
        await house.ana.submits({"account": {"type": "external_select", "selected_option": northwind}})
    ).ok
    await house.settle()
    return house


def the_teams(house: House) -> str:
    """What stands where the team alone reads: what a customer wrote in their own channel is theirs."""
    return " ".join(words(each.blocks) + each.text for each in posted(house, ""))


async def test_what_they_said_in_slack_is_taken_back(build: OpenHouse) -> None:
    house = await mapped(build)
    await says(house, "U0GUS", IN_SLACK)
    assert IN_SLACK in the_teams(house)
    assert GUS in the_teams(house)
    await a_month_later(house, "inslack:")
    assert IN_SLACK in the_teams(house), "the control: it stands there still"
    done = await erase(house, DANA)
    assert done.exit_code == 0, done.output
    for needle in (IN_SLACK, GUS, "Dana Reyes"):
        assert needle not in the_teams(house)


async def test_what_they_alone_said_goes_at_once_and_what_others_said_beside_them_stays(
    build: OpenHouse,
) -> None:
    house = await mapped(build)
    await says(house, "U0GUS", IN_SLACK)
    await says(house, "U0BEN", "We look at it.")
    first = await says(house, "U0SID", ALSO)
    await says(house, "U0GUS", IN_SLACK, first.ts)
    assert len(posted(house, "inslack:")) == 2
    assert (await erase(house, DANA)).exit_code == 0
    (shown,) = posted(house, "inslack:")
    assert ALSO in words(shown.blocks)
    assert "sid" in words(shown.blocks)
    for needle in (IN_SLACK, GUS):
        assert needle not in the_teams(house)


async def answer_to_both(house: House) -> None:
    (issue,) = house.posts("accounts", "post:issue:c1:")
    await house.ana.presses(issue, "answer_issue")
    await house.bot.front.finish()
    boxes = next(each for each in house.ana.view.blocks if each.get("block_id") == "who0")
    ticked = {"who0": {"type": "checkboxes", "selected_options": boxes["element"]["options"]}}
    assert (await house.ana.submits({**ticked, "text": rich("It works again.")})).ok
    await house.settle()
    (told,) = posted(house, "delivery:")
    assert "Dana Reyes" in words(told.blocks)


async def test_what_became_of_an_answer_to_several_names_them_no_more(build: OpenHouse) -> None:
    house = await build(data=office())
    await answer_to_both(house)
    await a_month_later(house, "delivery:")
    assert (await erase(house, DANA)).exit_code == 0
    assert "Dana Reyes" not in everything_in_slack(house)
    # Nobody knows what else it said, so all of it goes.
    assert posted(house, "delivery:") == []


async def test_control_while_its_words_are_kept_it_loses_their_line_alone(build: OpenHouse) -> None:
    house = await build(data=office())
    await answer_to_both(house)
    assert (await erase(house, DANA)).exit_code == 0
    (told,) = posted(house, "delivery:")
    assert "Omar Haddad" in words(told.blocks)
    assert "Dana Reyes" not in everything_in_slack(house)


async def test_direct_messages_to_those_who_held_their_conversation_are_taken_back(build: OpenHouse) -> None:
    house = await build(data=office(), toml=TOML + QUICK)
    await house.ana.types("/claim 1001")
    await house.at("09:31")
    (held,) = posted(house, "hold:1001:")
    assert "Dana Reyes" in words(held.blocks)
    await house.ana.presses(house.alert("1001"), "assign")
    ben = option(house.ana.view, "colleague", house.ben.admin)
    await house.ana.submits(
        {"colleague": ben, "context": {"type": "plain_text_input", "value": "Dana waits"}}
    )
    await house.settle()
    (handed,) = posted(house, "handover:1001:")
    assert "Dana Reyes" in words(handed.blocks)
    await a_month_later(house, "hold:", "handover:")
    assert (await erase(house, DANA)).exit_code == 0
    assert posted(house, "hold:") == posted(house, "handover:") == []
    assert "Dana" not in everything_in_slack(house)


async def test_what_became_of_other_deeds_is_taken_back(build: OpenHouse) -> None:
    house = await build(data=office())
    await house.ana.types("/claim 1001")
    await house.settle()
    await house.ana.presses(house.ana.last, "more_done")
    await house.ana.submits({"what": option(house.ana.view, "what", "close")})
    house.fault("intercom", "POST /conversations/1001/parts", "error", times=9, status=404)
    await house.ana.submits()
    await house.until(lambda: posted(house, "outcome:"))
    house.faults.clear()
    (told,) = posted(house, "outcome:")
    assert "Dana Reyes" in words(told.blocks)
    await a_month_later(house, "outcome:")
    assert (await erase(house, DANA)).exit_code == 0
    assert posted(house, "outcome:") == []
    assert "Dana Reyes" not in everything_in_slack(house)


async def test_what_a_colleague_of_theirs_says_later_in_that_thread_is_shown(build: OpenHouse) -> None:
    house = await mapped(build)
    root = await says(house, "U0BEN", "How is the export today?")
    await says(house, "U0GUS", IN_SLACK, root.ts)
    assert IN_SLACK in the_teams(house)
    assert (await erase(house, DANA)).exit_code == 0
    await house.settle()
    assert posted(house, "inslack:") == []
    await says(house, "U0SID", ALSO, root.ts)
    (shown,) = posted(house, "inslack:")
    assert ALSO in words(shown.blocks)
    for needle in (IN_SLACK, GUS):
        assert needle not in the_teams(house)
