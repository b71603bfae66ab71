"""Webhooks that do not come while conversations change are told once, and what was no fault is not."""

from __future__ import annotations

import pytest
from harness import WEBHOOK_URL, House, OpenHouse
from silences import quiet
from small_office import APP

from bot.watch.pulse import wrong

pytestmark = pytest.mark.thorough


async def test_webhooks_that_stop_are_told_when_the_sweep_finds_what_they_did_not(build: OpenHouse):
    house = await build(linked=("ana",), entrance=True)
    house.webhooks_on()
    house.intercom.customer_writes("1001", "Hello?")
    await house.at("09:05")
    house.intercom.webhook_target(None, house.client())
    await house.at("09:12")
    for conversation_id in ("1001", "1002"):
        house.intercom.customer_writes(conversation_id, "Still there?")
    await house.at("09:20")
    assert quiet(house) == [], "two may have changed by what no webhook tells of"
    house.intercom.customer_writes("1004", "And me?")
    await house.at("09:31")
    (message,) = quiet(house)
    assert "*No webhook has come from Intercom* since" in message
    assert "3 conversations changed in Intercom without one." in message
    assert "suspended after seven days of errors" in message
    assert any("No webhook has come" in each for each in await _wrong(house))
    house.intercom.webhook_target(WEBHOOK_URL, house.client())
    house.intercom.customer_writes("1001", "Now?")
    await house.at("09:40")
    (message,) = quiet(house)
    assert "*Intercom's webhooks come again* since" in message
    assert not any("webhook" in each for each in await _wrong(house))


def three_change_untold(house: House) -> None:
    for conversation_id in ("1001", "1002", "1004"):
        house.tick(360)
        house.intercom.customer_writes(conversation_id, "Still there?")


async def without_webhooks(build: OpenHouse) -> House:
    """A house in which one webhook came at 09:00, and none of what changed by 09:23."""
    house = await build(linked=(), entrance=True)
    house.webhooks_on()
    house.intercom.customer_writes("1001", "Hello?")
    await house.at("09:05")
    house.intercom.webhook_target(None, house.client())
    three_change_untold(house)
    return house


async def test_webhooks_that_were_told_to_be_silent_may_be_given_up_and_are_missed_anew_when_taken_again(
    build: OpenHouse,
):
    house = await without_webhooks(build)
    await house.at("09:40")
    assert "*No webhook has come from Intercom* since" in quiet(house)[0]
    assert any("No webhook has come" in each for each in await _wrong(house))
    await house.stop_bot()
    await house.start_bot(intercom_client_secret=None)
    await house.at("09:46")
    assert await _wrong(house) == []
    (message,) = quiet(house)
    assert "*Webhooks from Intercom are not taken any more* · the last came" in message
    await house.at("10:30")
    assert quiet(house) == [message]
    await house.restart()
    await house.at("10:36")
    three_change_untold(house)
    await house.at("11:10")
    first, second = quiet(house)
    assert first == message
    assert "*No webhook has come from Intercom* since" in second
    assert any("No webhook has come" in each for each in await _wrong(house))
    house.intercom.webhook_target(WEBHOOK_URL, house.client())
    house.intercom.customer_writes("1001", "Now?")
    await house.at("11:20")
    first, second = quiet(house)
    assert first == message
    assert "*Intercom's webhooks come again* since" in second
    assert await _wrong(house) == []


async def test_a_silence_that_was_taken_back_before_slack_had_it_is_told_when_it_is_there_again(
    build: OpenHouse,
):
    house = await without_webhooks(build)
    house.fault("slack", "chat.postMessage", "rate_limit", times=-1, seconds=1)
    await house.at("09:40")
    assert any("No webhook has come" in each for each in await _wrong(house))
    await house.stop_bot()
    await house.start_bot(intercom_client_secret=None)
    await house.at("09:46")
    house.faults.clear()
    await house.restart()
    await house.at("09:52")
    assert quiet(house) == []
    three_change_untold(house)
    await house.at("10:30")
    (message,) = quiet(house)
    assert "*No webhook has come from Intercom* since" in message
    assert any("No webhook has come" in each for each in await _wrong(house))


async def test_webhooks_that_have_never_come_are_told_too(build: OpenHouse):
    house = await build(linked=(), entrance=True)
    three_change_untold(house)
    await house.at("09:40")
    (message,) = quiet(house)
    assert "*No webhook has come from Intercom* since" in message
    assert "|09:00>" in message
    assert "3 conversations changed in Intercom without one." in message
    assert any("No webhook has come" in each for each in await _wrong(house))
    await house.restart()
    await house.at("10:20")
    assert quiet(house) == [message]
    house.webhooks_on()
    house.intercom.customer_writes("1001", "Now?")
    await house.at("10:30")
    (message,) = quiet(house)
    assert "*Intercom's webhooks come* since" in message
    assert "none had come since" in message
    assert await _wrong(house) == []


async def test_webhooks_of_another_topic_do_not_stand_in_for_those_about_conversations(build: OpenHouse):
    house = await without_webhooks(build)
    told = {"type": "notification_event", "id": "notif_1", "topic": "contact.user.updated", "app_id": APP}
    assert (
        await house.notify({**told, "data": {"item": {"type": "contact", "id": "p1"}}})
    ).status_code == 200
    await house.at("09:40")
    (message,) = quiet(house)
    assert "*No webhook about a conversation has come from Intercom* since" in message
    assert "choose every topic of conversations and tickets" in message
    assert any("No webhook about a conversation" in each for each in await _wrong(house))
    house.intercom.webhook_target(WEBHOOK_URL, house.client())
    house.intercom.customer_writes("1001", "Now?")
    await house.at("09:50")
    (message,) = quiet(house)
    assert "*Intercom's webhooks come again* since" in message


async def test_a_quiet_morning_before_the_first_webhook_is_no_fault(build: OpenHouse):
    house = await build(linked=(), entrance=True)
    for conversation_id in ("1001", "1002"):
        house.tick(360)
        house.intercom.customer_writes(conversation_id, "Still there?")
    await house.at("17:00")
    assert quiet(house) == []


async def test_a_quiet_night_is_no_fault_of_the_webhooks(build: OpenHouse):
    house = await build(linked=(), entrance=True)
    house.webhooks_on()
    house.intercom.customer_writes("1001", "Hello?")
    await house.at("09:05")
    await house.at("17:00")
    assert quiet(house) == []


async def test_what_changed_while_the_bot_was_down_is_not_held_against_the_webhooks(build: OpenHouse):
    house = await build(linked=(), entrance=True)
    house.webhooks_on()
    house.intercom.customer_writes("1001", "Hello?")
    await house.at("09:05")
    await house.stop_bot()
    house.intercom.webhooks_enabled = False
    for conversation_id in ("1001", "1002", "1004"):
        house.tick(600)
        house.intercom.customer_writes(conversation_id, "Still there?")
    await house.start_bot()
    await house.later(minutes=1)
    await house.later(minutes=20)
    assert quiet(house) == []


async def _wrong(house: House) -> list[str]:
    found: list[str] = await house.bot.store.read(wrong, house.bot.office, house.bot.works.at())
    return found
