"""Where the bot is no member it answers all the same, and only the person who acted."""

from __future__ import annotations

from harness import House, OpenHouse
from on_the_screen import words
from signing import SEED
from small_office import APP, CHANNELS, scenario

from bot.store import conversations
from sandbox.slack.model import Message

LINK = f"https://app.intercom.com/a/apps/{APP}/conversations/1001"


async def between_colleagues(house: House, said: str) -> Message:
    """What Ben writes to Ana alone."""
    direct = house.slack.im_between(house.ana.id, house.ben.id)
    return await house.slack.people.say(house.ben.id, direct.id, said)


async def uses(house: House, name: str, message: Message, user: str = "U0ANA") -> None:
    assert (await house.slack.people.shortcut(user, name, message.channel, message.ts)).ok
    await house.bot.front.finish()


def shown(house: House) -> str:
    """The notice on Ana's screen, which she closes."""
    said = words(house.ana.view.blocks)
    house.slack.views.clear(house.ana.id)
    return said


def nothing_else(house: House, message: Message) -> bool:
    """Nobody else was told anything where it was asked."""
    return [each.ts for each in house.slack.messages(message.channel)] == [message.ts]


async def test_shortcuts_between_two_colleagues_are_answered_in_a_window(build: OpenHouse):
    house = await build(data=scenario("1001"))
    about = await between_colleagues(house, f"Could you take {LINK}")
    await uses(house, "claim_message", about)
    assert "*Yours now*" in shown(house)
    assert (await house.read(conversations.get, "1001")).claimed_by == house.ana.admin
    chatter = await between_colleagues(house, "Lunch?")
    for name in ("claim_message", "answer_message", "more_message"):
        await uses(house, name, chatter)
        assert "about no conversation that Watchbell knows" in shown(house)
    assert nothing_else(house, about)
    assert nothing_else(house, chatter)
    assert house.ben.views == []


async def test_a_name_stands_in_the_window_as_it_is_written(build: OpenHouse):
    office = scenario("1001")
    for company in office["companies"]:
        company["name"] = "Salt & Pepper"
    house = await build(data=office)
    about = await between_colleagues(house, LINK)
    await uses(house, "claim_message", about)
    said = shown(house)
    assert "*Yours now*" in said
    assert "· Salt &amp; Pepper · " in said


async def test_a_button_under_a_link_answers_where_the_bot_is_no_member_any_more(build: OpenHouse):
    house = await build(data=scenario("1001"))
    post = await house.slack.people.say(house.ben.id, CHANNELS["lobby"], f"Look: {LINK}")
    await house.until(lambda: post.unfurls)
    house.slack.channels[CHANNELS["lobby"]].members.discard(SEED.bot_user_id)
    assert (await house.slack.people.click(house.ana.id, post.channel, post.ts, "wb:claim")).ok
    assert "*Yours now*" in shown(house)
    assert nothing_else(house, post)


async def test_when_no_window_opens_any_more_it_comes_as_a_direct_message(build: OpenHouse):
    house = await build(data=scenario("1001"))
    about = await between_colleagues(house, LINK)
    house.fault("slack", "views.open", "error", error="expired_trigger_id", status=200)
    await uses(house, "claim_message", about)
    assert house.ana.views == []
    (told,) = house.slack.messages(house.slack.im_with(house.ana.id).id)
    assert "*Yours now*" in words(told.blocks)
    assert nothing_else(house, about)
