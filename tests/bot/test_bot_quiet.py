"""What speaks all the time and goes quiet is told once, and again when it speaks: a channel, the webhooks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from harness import BERLIN, WEBHOOK_URL, House, OpenHouse, utc
from on_the_screen import words
from outbound import changes, deletes
from small_office import APP, TOML, scenario

from bot.watch.pulse import wrong

pytestmark = pytest.mark.thorough


def quiet(house: House) -> list[str]:
    return [words(each.blocks) for each in house.posts("alerts", "post:quiet:")]


def written(channel: str, instants: Iterable[datetime], **more: Any) -> dict[str, Any]:
    """The small office, where conversations came in on a channel at these instants, and nothing else did."""
    made = scenario("1001")
    made["conversations"] = [
        {
            "id": f"7{number:03}",
            "contact_id": "p1",
            "channel": channel,
            "state": "closed",
            "parts": [
                {"by": "contact", "who": "p1", "at": at.isoformat(), "text": f"Question {number}?"},
                {"by": "admin", "who": "8802", "at": at.isoformat(), "kind": "close"},
            ],
            **more,
        }
        for number, at in enumerate(instants)
    ]
    return made


def written_until(
    last: datetime, channel: str, *, every: timedelta = timedelta(hours=5), **more: Any
) -> dict[str, Any]:
    """A month of them, one each five hours."""
    return written(channel, (last - number * every for number in range(timedelta(days=29) // every)), **more)


async def test_a_channel_that_customers_used_every_day_is_missed_and_then_heard_again(build: OpenHouse):
    house = await build(data=written_until(utc("2026-11-21T09:00"), "whatsapp"), linked=())
    await house.at("09:06")
    (message,) = quiet(house)
    assert "*No customer has begun a conversation by WhatsApp* since" in message
    assert "|Sat 09:00>" in message
    assert "In the same hours of the 4 weeks before there were 14 on average." in message
    assert "still connected" in message
    await house.at("09:30")
    assert quiet(house) == [message], "it is said once"
    house.intercom.customer_starts("p1", "whatsapp", "Are you there?")
    await house.at("09:40")
    (message,) = quiet(house)
    assert "*Conversations by WhatsApp come in again* since" in message
    assert "before that last" in message


@pytest.mark.parametrize("closed", ['extra_holidays = ["2026-11-24"]', 'overrides = { "2026-11-24" = [] }'])
async def test_a_holiday_is_quiet_and_nothing_is_said(build: OpenHouse, closed: str):
    house = await build(
        data=written_until(utc("2026-11-21T09:00"), "whatsapp"),
        toml=TOML.replace("[calendars.berlin]\n", f"[calendars.berlin]\n{closed}\n"),
        linked=(),
    )
    await house.at("09:06")
    assert quiet(house) == []
    await house.at(utc("2026-11-25T09:00"))
    assert len(quiet(house)) == 1


BOSTON = """
[calendars.boston]
zone = "America/New_York"
hours.mon = ["09:00-17:00"]
extra_holidays = ["2026-11-24"]
"""
FOR_BOSTON = """
[[policies]]
name = "Boston"
calendar = "boston"
match = { plan = ["Trial"] }
first_response = "1h"

[[policies]]"""


@pytest.mark.parametrize(
    "toml",
    [TOML + BOSTON, TOML.replace("[[policies]]", FOR_BOSTON, 1) + BOSTON],
    ids=["that nothing is promised by", "that others work by"],
)
async def test_a_holiday_of_another_office_is_none_of_this_one(build: OpenHouse, toml: str):
    house = await build(data=written_until(utc("2026-11-21T09:00"), "whatsapp"), toml=toml, linked=())
    await house.at("09:06")
    assert len(quiet(house)) == 1


async def test_a_holiday_of_every_office_is_quiet(build: OpenHouse):
    both = TOML.replace("[[policies]]", FOR_BOSTON, 1) + BOSTON
    house = await build(
        data=written_until(utc("2026-11-21T09:00"), "whatsapp"),
        toml=both.replace("[calendars.berlin]\n", '[calendars.berlin]\nextra_holidays = ["2026-11-24"]\n'),
        linked=(),
        start=utc("2026-11-24T08:00"),
    )
    await house.at("09:06")
    assert quiet(house) == []
    await house.at("17:00")
    assert quiet(house) == []


async def test_a_holiday_is_no_silence_on_the_day_after_either(build: OpenHouse):
    today = '[calendars.berlin]\nextra_holidays = ["2026-11-24"]\n'
    house = await build(
        data=written_until(utc("2026-11-23T18:00"), "whatsapp", every=timedelta(hours=2)),
        toml=TOML.replace("[calendars.berlin]\n", today),
        linked=(),
    )
    await house.at("23:56")
    await house.at(utc("2026-11-25T00:06"))
    assert quiet(house) == [], "3 would have come on the evening before"
    await house.at(utc("2026-11-25T17:50"))
    assert quiet(house) == []
    await house.at(utc("2026-11-25T18:06"))
    (message,) = quiet(house)
    assert "|Mon 18:00>" in message
    assert "of the 4 weeks before there were 12 on average, holidays left out." in message


async def test_a_channel_that_speaks_as_usual_is_not_missed(build: OpenHouse):
    house = await build(data=written_until(utc("2026-11-24T06:00"), "whatsapp"), linked=())
    await house.at("09:06")
    assert quiet(house) == []


FRIDAY = utc("2026-11-20T09:00")


def sequence() -> dict[str, Any]:
    """The small office, where a sequence reached people until Friday 09:00."""
    return written_until(FRIDAY, "email", delivered_as="automated", title="Trial day 3")


async def paused_since_friday(build: OpenHouse) -> House:
    """A house with that sequence, which was paused right after it spoke last."""
    house = await build(data=sequence(), linked=(), settled=False)
    changes(house, "live", "paused", at=FRIDAY + timedelta(minutes=10))
    await house.settle()
    await house.at("09:06")
    assert quiet(house) == []
    return house


async def test_a_sequence_that_is_live_again_was_not_silent_while_it_was_paused(build: OpenHouse):
    house = await paused_since_friday(build)
    changes(house, "paused", "live")
    await house.at("09:12")
    assert quiet(house) == []
    await house.at(utc("2026-11-26T20:00"))
    assert quiet(house) == []
    await house.at(utc("2026-11-27T00:06"))
    (message,) = quiet(house)
    assert "*Nobody has been reached by “Trial day 3”* since" in message
    assert "|20 Nov 09:00>" in message
    assert "before there were 13 on average, holidays and pauses left out." in message


async def test_a_sequence_that_was_deleted_while_it_was_paused_is_not_missed(build: OpenHouse):
    house = await paused_since_friday(build)
    deletes(house)
    await house.at("09:12")
    assert quiet(house) == []
    await house.later(days=3)
    assert quiet(house) == []


async def test_a_sequence_that_was_archived_is_not_missed(build: OpenHouse):
    house = await build(data=sequence(), linked=(), settled=False)
    changes(house, "live", "archived", at=FRIDAY + timedelta(minutes=10))
    await house.settle()
    await house.at("09:06")
    assert quiet(house) == []


async def test_a_sequence_that_is_missed_may_be_given_up(build: OpenHouse):
    house = await build(data=sequence(), linked=())
    await house.at("09:06")
    assert "*Nobody has been reached by “Trial day 3”* since" in quiet(house)[0]
    changes(house, "live", "paused")
    await house.at("09:12")
    deletes(house)
    await house.at("09:18")
    (message,) = quiet(house)
    assert "*Nothing is expected any more of “Trial day 3”* · the last came" in message


async def test_after_a_clock_change_a_morning_is_not_missed_an_hour_early(build: OpenHouse):
    last = datetime(2026, 10, 26, 9, 0, tzinfo=BERLIN)
    mornings = [last - timedelta(days=number) for number in range(29)]
    sent = [at.astimezone(UTC) + timedelta(seconds=number) for at in mornings for number in range(13)]
    house = await build(
        start=utc("2026-10-27T08:00"),
        data=written("email", sent, delivered_as="automated", title="Trial day 3"),
        linked=(),
    )
    await house.at("08:10")
    assert quiet(house) == []
    await house.at("08:55")
    assert quiet(house) == []
    await house.at("09:06")
    assert "of the 4 weeks before there were 13 on average." in quiet(house)[0]


async def test_what_is_not_read_is_not_called_quiet(build: OpenHouse):
    house = await build(data=written_until(utc("2026-11-24T06:00"), "whatsapp"), linked=())
    house.fault("intercom", "POST /conversations/search", "error", times=-1, status=500)
    await house.at(utc("2026-11-27T09:00"))
    assert quiet(house) == []
    house.faults.clear()
    await house.later(minutes=6)
    assert len(quiet(house)) == 1


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
