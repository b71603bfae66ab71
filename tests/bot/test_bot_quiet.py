"""What speaks all the time and goes quiet is told once, and again when it speaks: a channel, a sequence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from harness import BERLIN, House, OpenHouse, utc
from outbound import changes, deletes
from silences import quiet, written, written_until
from small_office import TOML

pytestmark = pytest.mark.thorough


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


async def test_a_pause_in_an_earlier_week_hides_no_later_silence(build: OpenHouse):
    begins, ends = FRIDAY - timedelta(days=7), utc("2026-11-17T09:00")
    every = timedelta(hours=5)
    spoke = [FRIDAY - number * every for number in range(timedelta(days=36) // every)]
    live = [at for at in spoke if not begins < at <= ends]
    data = written("email", live, delivered_as="automated", title="Trial day 3")
    house = await build(data=data, linked=(), settled=False)
    changes(house, "live", "paused", at=begins)
    changes(house, "paused", "live", at=ends)
    await house.settle()
    await house.at("09:06")
    (message,) = quiet(house)
    assert "*Nobody has been reached by “Trial day 3”* since" in message
    assert "of the 4 weeks before there were 20 on average, holidays and pauses left out." in message


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
