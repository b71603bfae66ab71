"""What could not be delivered is told to the team, once a day, and taken back when it is settled."""

from __future__ import annotations

from harness import OpenHouse
from on_the_screen import words
from small_office import CHANNELS, scenario
from sqlalchemy import update
from sqlmodel import Session, col

from bot.store.intents import Intent
from bot.watch import dead_letters


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

    def settled(session: Session) -> None:
        session.execute(update(Intent).where(col(Intent.state) == "dead").values(state="dropped"))

    await house.bot.store.write(settled)
    await house.bot.store.write(dead_letters.tell, house.bot.office, house.bot.works.at())
    await house.settle()
    assert "settled" in words(house.post("alerts", "post:dead_letters:").blocks)


async def test_nothing_is_told_when_nothing_was_lost(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:12")
    await house.later(minutes=6)
    assert house.posts("alerts", "post:dead_letters:") == []
