"""Ten seconds of Undo: what was taken back reaches nobody, and afterwards it is too late."""

from __future__ import annotations

from datetime import timedelta

from answers_told import delivery
from harness import House, OpenHouse
from on_the_screen import kept, option, rich, verbs, words
from small_office import CHANNELS, scenario

from sandbox.slack.model import Message


async def test_an_answer_can_be_taken_back_while_it_waits_and_takes_its_closing_with_it(build: OpenHouse):
    house = await build(data=scenario("1001"), undo=timedelta(seconds=30))
    await house.at("09:05")
    view = await house.ana.opens_answer("1001")
    await house.ana.submits({"text": rich("Sorry."), "after": option(view, "after", "close")})
    await house.settle()
    waiting = kept(delivery(house))
    assert "*Sending in 30 s*: answer to Dana Reyes" in words(waiting.blocks)
    await house.ben.presses(waiting, "undo")
    assert "only the person who wrote the answer can do that" in house.ben.heard
    await house.ana.presses(waiting, "undo")
    assert "Taken back. Nothing was sent." in house.ana.heard
    await house.settle()
    assert "You took back the answer to Dana Reyes" in words(delivery(house).blocks)
    await house.ana.presses(waiting, "undo", seen=waiting)
    assert "It was taken back before. Nothing was sent." in house.ana.heard
    house.undo = timedelta(0)
    await house.restart()
    await house.rest(0.3)
    assert house.sent() == []
    assert house.intercom.conversation("1001")["state"] == "open"
    assert "First reply due in 15 min" in words(house.alert("1001").blocks)
    assert "claimed by nobody" in words(house.alert("1001").blocks), "nor does anybody hold it in Intercom"


async def test_undo_stands_where_the_answer_was_begun_as_well(build: OpenHouse):
    house = await build(data=scenario("1001"), undo=timedelta(seconds=30))
    await house.at("09:05")
    await house.ana.presses(house.alert("1001"), "answer")
    await house.settle()
    await house.ana.submits({"text": rich("Sorry.")})
    await house.settle()
    assert house.ana.heard.startswith("Your answer to Dana Reyes goes out at 09:05:30.")
    await house.ana.presses(house.ana.last, "undo")
    assert house.ana.heard == "Taken back. Nothing was sent.\nAnswer…"
    await house.later(minutes=2)
    assert house.sent() == []


async def taken_back(house: House) -> Message:
    """The line that was told to Ana where she began; she takes back what she wrote."""
    await house.settle()
    told = house.ana.last
    assert " at 09:05:30." in words(told.blocks)
    await house.ana.presses(told, "undo")
    assert "Taken back. Nothing was sent." in house.ana.heard
    return told


async def test_undo_stands_where_a_question_to_the_customer_was_begun(build: OpenHouse):
    house = await build(data=scenario("1001"), undo=timedelta(seconds=30))
    await house.at("09:05")
    said = await house.slack.people.say(house.ben.id, CHANNELS["lobby"], "Which browser do they use?")
    await house.slack.people.shortcut(house.ana.id, "ask_message", CHANNELS["lobby"], said.ts)
    await house.ana.submits({"named": {"type": "plain_text_input", "value": "1001"}})
    await house.ana.submits()
    told = await taken_back(house)
    assert (told.channel, told.thread_ts) == (CHANNELS["lobby"], None)


async def test_undo_of_a_note_from_more_stands_in_the_thread_in_which_it_was_begun(build: OpenHouse):
    house = await build(data=scenario("1001"), undo=timedelta(seconds=30))
    await house.at("09:05")
    alert = house.alert("1001")
    said = await house.slack.people.say(house.ben.id, alert.channel, "Tell them.", thread_ts=alert.ts)
    await house.slack.people.shortcut(house.ana.id, "more_message", alert.channel, said.ts)
    await house.ana.submits({"what": option(house.ana.view, "what", "note")})
    await house.ana.submits({"text": rich("Only for us.")})
    told = await taken_back(house)
    assert (told.channel, told.thread_ts) == (alert.channel, alert.ts)
    # The alert heads that thread by now: what is begun on itself is told beside it.
    house.slack.views.clear(house.ana.id)
    await house.ana.presses(house.alert("1001"), "answer")
    await house.settle()
    await house.ana.submits({"text": rich("Sorry.")})
    assert (await taken_back(house)).thread_ts is None


async def reopened(house: House) -> None:
    """Ana sees the words that she took back, with one wrong, and sends them mended."""
    await house.settle()
    assert house.ana.view.submit["text"] == "Send to Dana Reyes"
    assert "Sorry, it is repared." in str(house.ana.view.blocks)
    assert house.sent() == []
    await house.ana.submits({"text1": rich("Sorry, it is repaired.")})
    house.clock.machine_ahead += timedelta(seconds=31)
    await house.until(house.sent)
    assert house.sent() == [("1001", house.ana.admin, "Sorry, it is repaired.")]


async def test_what_was_taken_back_for_one_wrong_word_need_not_be_written_again(build: OpenHouse):
    house = await build(data=scenario("1001"), undo=timedelta(seconds=30))
    await house.at("09:05")
    await house.ana.answers("1001", "Sorry, it is repared.")
    await house.settle()
    await house.ana.presses(delivery(house), "undo")
    await house.settle()
    assert verbs(delivery(house).blocks) == ["rewrite"]
    await house.ben.presses(delivery(house), "rewrite")
    assert "only the person who wrote the answer can do that" in house.ben.heard
    await house.ana.presses(delivery(house), "rewrite")
    await reopened(house)


async def test_the_words_are_offered_where_undo_was_pressed_too(build: OpenHouse):
    house = await build(data=scenario("1001"), undo=timedelta(seconds=30))
    await house.at("09:05")
    await house.ana.presses(house.alert("1001"), "answer")
    await house.settle()
    await house.ana.submits({"text": rich("Sorry, it is repared.")})
    await house.settle()
    undo = house.ana.last
    await house.ana.presses(undo, "undo")
    await house.ana.presses(undo, "undo", seen=undo)
    assert house.ana.heard == "It was taken back before. Nothing was sent.\nAnswer…"
    await house.ana.presses(house.ana.last, "rewrite")
    await reopened(house)


async def test_a_note_that_was_taken_back_comes_back_as_a_note(build: OpenHouse):
    house = await build(data=scenario("1001"), undo=timedelta(seconds=30))
    await house.at("09:05")
    await house.ana.opens_answer("1001")
    await house.ana.chooses("note")
    await house.ana.submits({"text": rich("Only for us.")})
    await house.settle()
    await house.ana.presses(delivery(house), "undo")
    await house.ana.presses(house.ana.last, "rewrite")
    await house.settle()
    assert house.ana.view.submit["text"] == "Save note"
    assert "Only for us." in str(house.ana.view.blocks)


async def test_from_the_home_undo_stands_in_the_window_itself(build: OpenHouse):
    house = await build(data=scenario("1001"), undo=timedelta(seconds=30))
    await house.ana.types("/claim 1001")
    await house.slack.people.open_home(house.ana.id)
    await house.settle()
    await house.ana.presses_in(house.ana.home, "answer")
    await house.settle()
    await house.ana.submits({"text": rich("Sorry.")})
    assert "Your answer to Dana Reyes goes out at " in words(house.ana.view.blocks)
    await house.ana.presses_in(house.ana.view, "undo")
    assert "Taken back. Nothing was sent." in words(house.ana.view.blocks)
    await house.ana.presses_in(house.ana.view, "rewrite")
    await house.settle()
    assert "Sorry." in str(house.ana.view.blocks)
    await house.later(minutes=2)
    assert house.sent() == []


async def test_after_the_time_an_answer_cannot_be_taken_back(build: OpenHouse):
    house = await build(data=scenario("1001"), undo=timedelta(seconds=3))
    await house.at("09:05")
    await house.ana.answers("1001", "Too fast.")
    await house.settle()
    assert house.sent() == []
    waiting = kept(delivery(house))
    await house.until(house.sent)
    await house.ana.presses(waiting, "undo", seen=waiting)
    assert "Too late to undo: it is already on its way." in house.ana.heard
    assert house.sent() == [("1001", house.ana.admin, "Too fast.")]


async def test_a_claim_made_before_outlives_an_answer_that_was_taken_back(build: OpenHouse):
    house = await build(data=scenario("1001"), undo=timedelta(seconds=30))
    await house.at("09:05")
    await house.ana.presses(house.alert("1001"), "claim")
    await house.settle()
    await house.ana.answers("1001", "Sorry.")
    await house.settle()
    await house.ana.presses(delivery(house), "undo")
    await house.settle()
    assert "claimed by Ana Ruiz" in words(house.alert("1001").blocks)
