"""What could not be delivered is told to the team, once a day, and taken back when it is settled."""

from __future__ import annotations

from harness import House, OpenHouse, utc
from on_the_screen import words
from small_office import CHANNELS, scenario
from sqlalchemy import update
from sqlmodel import Session, col

from bot.store.intents import Intent
from bot.watch import dead_letters


def settle(session: Session) -> None:
    """Somebody decides that none of it is wanted any more."""
    session.execute(update(Intent).where(col(Intent.state) == "dead").values(state="dropped"))


async def test_a_refused_message_is_told_in_the_alerts_channel_with_its_reason(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"))
    house.fault("slack", "chat.postMessage", "error", error="msg_too_long")
    await house.at("09:06")
    told = house.post("alerts", "post:dead_letters:2026-11-24")
    assert "1 message could not be delivered." in words(told.blocks)
    assert "msg_too_long" in words(told.blocks)
    assert "watchbell outbox list" in words(told.blocks)
    # A second one of the day is told on the same message.
    house.fault("slack", "chat.postMessage", "error", error="msg_too_long")
    await house.at("09:11")
    assert "2 messages could not be delivered." in words(house.post("alerts", "post:dead_letters:").blocks)


async def test_a_channel_that_takes_nothing_is_told_to_the_leads_and_does_not_echo(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"))
    house.slack.change_channel(CHANNELS["alerts"], is_archived=True)
    await house.at("09:12")
    await house.later(minutes=6)
    assert house.posts("alerts", "post:dead_letters:") == []
    (message,) = [
        each
        for channel in house.slack.channels
        for each in house.slack.messages(channel)
        if "could not be delivered" in each.text and each.ephemeral_to is None
    ]
    assert "2 messages could not be delivered." in words(message.blocks)
    assert "is_archived" in words(message.blocks)


async def test_it_says_so_when_all_is_settled(build: OpenHouse):
    house = await build(data=scenario("1001"))
    house.fault("slack", "chat.postMessage", "error", error="msg_too_long")
    await house.at("09:06")
    await house.bot.store.write(settle)
    await house.bot.store.write(dead_letters.tell, house.bot.office, house.bot.works.at())
    await house.settle()
    assert "settled" in words(house.post("alerts", "post:dead_letters:").blocks)


async def test_nothing_is_told_when_nothing_was_lost(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:12")
    await house.later(minutes=6)
    assert house.posts("alerts", "post:dead_letters:") == []


def told_on(house: House, day: str) -> str:
    """What the one message of a day says."""
    return words(house.post("alerts", f"post:dead_letters:{day}").blocks)


async def on(house: House, when: str) -> None:
    """Move to a Berlin instant, the machine's time going along."""
    then = utc(when)
    house.clock.machine_ahead += then - house.clock.now()
    await house.at(then)


async def lose_one(house: House) -> None:
    """The alert of 1001 is refused, and answered before anything else is to be said of it."""
    house.fault("slack", "chat.postMessage", "error", error="msg_too_long")
    await on(house, "2026-11-24T09:06")
    house.intercom.admin_replies("1001", house.ana.admin, "Looking.")
    await on(house, "2026-11-24T09:10")


async def test_what_died_yesterday_is_neither_told_again_nor_called_settled(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await lose_one(house)
    lost = told_on(house, "2026-11-24")
    assert "1 message could not be delivered." in lost
    for later in ("2026-11-25T00:06", "2026-11-25T10:06", "2026-11-25T23:50", "2026-11-28T12:00"):
        await on(house, later)
        assert len(house.posts("alerts", "post:dead_letters:")) == 1
        assert told_on(house, "2026-11-24") == lost
    await house.bot.store.write(settle)
    await on(house, "2026-11-28T12:06")
    assert "settled" in told_on(house, "2026-11-24")


async def test_each_day_tells_of_what_died_on_it(build: OpenHouse):
    house = await build(data=scenario("1001", "1004"))
    await lose_one(house)
    lost = told_on(house, "2026-11-24")
    house.fault("slack", "chat.postMessage", "error", error="channel_not_found")
    await on(house, "2026-11-25T08:00")
    assert told_on(house, "2026-11-24") == lost
    second = told_on(house, "2026-11-25")
    assert "1 message could not be delivered." in second
    assert "channel_not_found" in second


async def test_what_is_tried_again_and_refused_again_is_not_called_settled(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await lose_one(house)
    lost = told_on(house, "2026-11-24")
    await on(house, "2026-11-25T09:00")

    def refused_again(session: Session) -> None:
        now = house.clock.machine()
        session.execute(update(Intent).where(col(Intent.state) == "dead").values(finished_at=now))

    await house.bot.store.write(refused_again)
    await on(house, "2026-11-25T09:06")
    assert told_on(house, "2026-11-24") == lost
    assert "1 message could not be delivered." in told_on(house, "2026-11-25")
    await house.bot.store.write(settle)
    await on(house, "2026-11-25T09:12")
    assert "settled" in told_on(house, "2026-11-24")
    assert "settled" in told_on(house, "2026-11-25")
