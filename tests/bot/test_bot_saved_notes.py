"""A Slack message that is kept in Intercom: the note says whose words it holds, and what stays in Slack."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from harness import House, OpenHouse
from on_the_screen import words
from small_office import CHANNELS, scenario

from sandbox.slack.model import Channel, Message, SlackFile

SLACK = "https://sandbox.slack.com/archives"


async def uses(house: House, name: str, message: Message) -> None:
    assert (await house.slack.people.shortcut(house.ana.id, name, message.channel, message.ts)).ok
    await house.bot.front.finish()


def typed(view: Any) -> str:
    """What stands in the window's input."""
    (area,) = [each["element"] for each in view.blocks if each.get("block_id") == "words"]
    return str(area.get("initial_value"))


async def saved(house: House) -> str:
    """Ana saves what stands there; the note as Intercom has it."""
    assert (await house.ana.submits({"named": {"type": "plain_text_input", "value": "1001"}})).ok
    await house.settle()
    note = [each for each in house.parts("1001") if each["part_type"] == "note"][-1]
    assert note["author"]["id"] == house.ana.admin
    return str(note["body"])


def log(number: int) -> SlackFile:
    return SlackFile(f"F{number}", "trace.log", "trace.log", "text/plain", b"GET /", "U0BEN", 0)


def link(message: Message) -> str:
    return f"{SLACK}/{message.channel}/p{message.ts.replace('.', '')}"


async def test_a_colleagues_words_are_saved_as_theirs(build: OpenHouse):
    house = await build(data=scenario("1001"))
    post = await house.slack.people.say(house.ben.id, CHANNELS["lobby"], "The proxy drops their header.")
    await house.at("09:12")
    await uses(house, "note_message", post)
    # She reads it before she saves it.
    assert typed(house.ana.view) == (f"ben in #lobby, 09:00:\n{link(post)}\n\nThe proxy drops their header.")
    body = await saved(house)
    assert "ben in #lobby, 09:00:" in body
    assert link(post) in body
    assert "The proxy drops their header." in body


async def test_another_day_and_files_that_stay_in_slack_are_told(build: OpenHouse):
    house = await build(data=scenario("1001"))
    files = [log(1), log(2)]
    post = await house.slack.people.say(house.ben.id, CHANNELS["alerts"], "", files=files)
    house.clock.jump_to(house.clock.now() + timedelta(days=1))
    await house.settle()
    await uses(house, "note_message", post)
    assert typed(house.ana.view).splitlines()[0] == (
        "ben in #support-alerts, 24 Nov 09:00 (2 files stay in Slack):"
    )
    assert "(2 files stay in Slack)" in await saved(house)


async def test_a_question_says_in_its_window_that_the_file_stays(build: OpenHouse):
    house = await build(data=scenario("1001"))
    said = "Does this look right?"
    post = await house.slack.people.say(house.ben.id, CHANNELS["alerts"], said, files=[log(1)])
    await uses(house, "ask_message", post)
    assert "1 file stays in Slack." in words(house.ana.view.blocks)
    assert typed(house.ana.view) == said


async def test_places_that_the_bot_does_not_see_have_no_name_of_slacks(build: OpenHouse):
    house = await build(data=scenario("1001"))
    house.slack.add_channel(Channel("C0SECRET", "reorg", {house.ana.id, house.ben.id}, is_private=True))
    direct = house.slack.im_between(house.ana.id, house.ben.id).id
    for place, called in (("C0SECRET", "a private channel"), (direct, "a direct message")):
        post = await house.slack.people.say(house.ben.id, place, "Ask Dana for the tenant id.")
        await uses(house, "note_message", post)
        assert typed(house.ana.view).startswith(f"ben in {called}, 09:00:\n")
        await house.slack.people.close(house.ana.id, house.ana.view.id)


async def test_what_is_said_to_the_bot_itself_is_of_a_direct_message(build: OpenHouse):
    house = await build(data=scenario("1001"))
    own = house.slack.im_with(house.ana.id).id
    await uses(house, "note_message", await house.slack.people.say(house.ana.id, own, "Ask Dana for it."))
    assert typed(house.ana.view).startswith("ana in a direct message, 09:00:\n")


async def test_long_words_are_cut_and_not_whose_they_are(build: OpenHouse):
    house = await build(data=scenario("1001"))
    post = await house.slack.people.say(house.ben.id, CHANNELS["alerts"], "tenant " * 1500)
    await uses(house, "note_message", post)
    shown = typed(house.ana.view)
    assert shown.startswith(f"ben in #support-alerts, 09:00:\n{link(post)}\n\ntenant")
    assert shown.endswith("…")
    assert "tenant" in await saved(house)
