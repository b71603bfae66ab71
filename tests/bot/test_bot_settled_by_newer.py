"""What was given up counts as lost no longer than it is: once the message is right, nobody is called."""

from __future__ import annotations

from harness import House, OpenHouse
from on_the_screen import words
from small_office import CHANNELS, scenario

from bot.operate import outbox
from bot.store.intents import Intent
from bot.watch import pulse
from sandbox.slack.model import Message


async def wrong(house: House) -> list[str]:
    found: list[str] = await house.bot.store.read(pulse.wrong, house.bot.office, house.bot.works.at())
    return found


async def listed(house: House) -> list[Intent]:
    """What `watchbell outbox list` shows."""
    found: list[Intent] = await house.bot.store.read(outbox.waiting, house.bot.works.at())
    return found


def told_lea(house: House) -> Message:
    return house.post(house.slack.im_with(house.lea.id).id, "post:dead_letters:")


async def claimed_while_archived(build: OpenHouse) -> House:
    """The alerts channel is archived by mistake, and Ana claims meanwhile."""
    house = await build(data=scenario("1001"))
    await house.at("09:06")
    house.slack.change_channel(CHANNELS["alerts"], is_archived=True)
    # What Slack says of an edit there.
    house.fault("slack", "chat.update", "error", error="is_inactive")
    await house.ana.types("/claim 1001", CHANNELS["accounts"])
    await house.settle()
    assert await wrong(house) == ["1 message could not be delivered since yesterday."]
    assert "1 message could not be delivered." in words(told_lea(house).blocks)
    house.slack.change_channel(CHANNELS["alerts"], is_archived=False)
    return house


async def test_an_edit_that_was_refused_is_settled_by_the_newer_one(build: OpenHouse):
    house = await claimed_while_archived(build)
    await house.ana.answers("1001", "Mended.")
    await house.settle()
    assert "Answered by Ana Ruiz" in words(house.alert("1001").blocks)
    assert await wrong(house) == []
    await house.later(minutes=6)
    assert "settled" in words(told_lea(house).blocks)
    assert await listed(house) == []
    assert house.posts("alerts", "post:dead_letters:") == [], "what is settled is no news"


async def test_what_is_lost_later_on_that_day_is_told_all_the_same(build: OpenHouse):
    house = await claimed_while_archived(build)
    await house.ana.answers("1001", "Mended.")
    await house.later(minutes=6)
    house.intercom.customer_writes("1001", "It is broken again.")
    await house.later(minutes=2)
    house.fault("slack", "chat.postMessage", "error", error="msg_too_long")
    await house.later(minutes=50)
    await house.later(minutes=6)
    assert "could not be delivered." in words(house.post("alerts", "post:dead_letters:").blocks)
