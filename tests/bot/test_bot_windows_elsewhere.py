"""A window that one bot opened is gone on with by another: a replica, or the same one after a restart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from harness import House, OpenHouse
from model_server import KEY, Model, drafted, serving, with_model
from on_the_screen import option, rich, verbs, words
from small_office import CHANNELS, scenario

pytestmark = pytest.mark.thorough


@pytest.fixture
async def office(build: OpenHouse) -> House:
    house = await build(data=scenario("1001"), undo=timedelta(seconds=30))
    await house.at("09:05")
    return house


async def is_undone_there(house: House, channel: str, thread_ts: str | None, begins: str) -> None:
    """Undo stands where the window was asked for, and takes the words back."""
    await house.settle()
    told = house.ana.last
    assert words(told.blocks).startswith(begins)
    assert (told.channel, told.thread_ts) == (channel, thread_ts)
    await house.ana.presses(told, "undo")
    assert house.ana.heard.startswith("Taken back. Nothing was sent.")
    await house.later(minutes=2)
    assert house.sent() == []


async def test_undo_stands_where_an_answer_was_begun_whoever_takes_it(office: House):
    alert = office.alert("1001")
    await office.ana.presses(alert, "answer")
    await office.settle()
    await office.restart()
    await office.ana.chooses("note")
    await office.restart()
    await office.ana.submits({"text": rich("Only for us.")})
    await is_undone_there(office, alert.channel, None, "Your note on Dana Reyes is saved at ")


async def test_so_does_that_of_a_window_that_was_shown_once_more(office: House):
    alert = office.alert("1001")
    await office.ana.presses(alert, "answer")
    await office.settle()
    await office.restart()
    await office.ben.types("/claim 1001")
    await office.ana.submits({"text": rich("Sorry.")})
    assert "Ben Okoro has claimed this conversation." in words(office.ana.view.blocks)
    await office.restart()
    await office.ana.submits({})
    await is_undone_there(office, alert.channel, None, "Your answer to Dana Reyes goes out at ")


async def test_so_does_that_of_a_note_from_more(office: House):
    alert = office.alert("1001")
    said = await office.slack.people.say(office.ben.id, alert.channel, "Tell them.", thread_ts=alert.ts)
    await office.slack.people.shortcut(office.ana.id, "more_message", alert.channel, said.ts)
    await office.restart()
    await office.ana.submits({"what": option(office.ana.view, "what", "note")})
    await office.restart()
    await office.ana.submits({"text": rich("Only for us.")})
    await is_undone_there(office, alert.channel, alert.ts, "Your note on Dana Reyes is saved at ")


async def test_so_does_that_of_a_question_to_the_customer(office: House):
    lobby = CHANNELS["lobby"]
    said = await office.slack.people.say(office.ben.id, lobby, "Which browser do they use?")
    await office.slack.people.shortcut(office.ana.id, "ask_message", lobby, said.ts)
    await office.restart()
    await office.ana.submits({"named": {"type": "plain_text_input", "value": "1001"}})
    await office.restart()
    await office.ana.submits()
    await is_undone_there(office, lobby, None, "Your answer to Dana Reyes goes out at ")


async def test_from_the_home_it_stands_in_the_window_itself(office: House):
    await office.ana.types("/claim 1001")
    await office.slack.people.open_home(office.ana.id)
    await office.settle()
    await office.ana.presses_in(office.ana.home, "answer")
    await office.settle()
    await office.restart()
    await office.ana.submits({"text": rich("Sorry.")})
    assert "Your answer to Dana Reyes goes out at " in words(office.ana.view.blocks)
    await office.ana.presses_in(office.ana.view, "undo")
    assert "Taken back. Nothing was sent." in words(office.ana.view.blocks)


@pytest.fixture
async def model() -> AsyncIterator[Model]:
    async with serving() as made:
        yield made


async def test_a_draft_that_another_bot_keeps_can_be_asked_for_once_more(build: OpenHouse, model: Model):
    house = await with_model(build, model)
    view = await drafted(house)
    await house.stop_bot()
    await house.start_bot(llm_url=model.url, llm_key=KEY, llm_model="plain-7b")
    await house.ana.presses_in(view, "use_draft")
    assert "Nothing was put in: that draft is not kept any more." in words(house.ana.view.blocks)
    await house.slack.people.close(house.ana.id, house.ana.view.id)
    assert "use_draft" not in verbs(house.ana.view.blocks)
    await house.ana.presses_in(house.ana.view, "draft")
    await house.bot.front.finish()
    assert "use_draft" in verbs(house.ana.view.blocks)
