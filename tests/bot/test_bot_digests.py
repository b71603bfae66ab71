"""Digests: at their times, once, never empty, to the channel or to each rep what is theirs."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from harness import BERLIN, House, OpenHouse, utc
from hypothesis import given
from hypothesis import strategies as st
from on_the_screen import words
from small_office import CHANNELS, TOML, scenario

from bot.accounts.digest import STALE, occurrence
from bot.settings import FaultyFile, parse_config
from bot.settings.model import Digest
from sandbox.slack.model import Message

pytestmark = pytest.mark.thorough

MORNING = """
[[digests]]
name = "Morning"
to = "#support"
at = ["09:10", "14:00"]
"""
OWNERS = """
[[digests]]
name = "Yours"
to = "owners"
at = ["09:10"]
"""


def digests(house: House, target: str = "monday") -> list[Message]:
    return house.posts(target, "post:digest:")


def told_to(house: House, person: str) -> list[Message]:
    return house.posts(house.slack.im_with(person).id, "post:digest:")


async def test_what_is_snoozed_while_its_promise_runs_on_is_late_there_too(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=TOML.replace('pause_on = ["snoozed"]\n', "") + MORNING)
    house.intercom.snoozes("1001", house.ana.admin, house.clock.now() + timedelta(days=2))
    for moment in ("09:05", "09:10"):
        await house.at(moment)
    assert "*Morning*: 0 late · 1 due by" in words(digests(house)[0].blocks)
    await house.at("14:00")
    assert "First reply is 4 h 40 min late" in words(house.alert("1001").blocks)
    shown = words(digests(house)[1].blocks)
    assert "*Morning*: 1 late · 0 due by" in shown
    assert "0 open · 0 unclaimed" in shown
    assert "first reply is 4 h 40 min late" in shown
    assert "1 snoozed" in shown


async def test_a_late_resolution_is_told_beside_the_late_replies(build: OpenHouse):
    resolved = TOML.replace('next_response = "1h"', 'resolution = "1h"')
    house = await build(data=scenario("1001", "1002"), toml=resolved + MORNING)
    await house.ana.answers("1001", "Looking.")
    await house.settle()
    house.intercom.customer_writes("1001", "Thanks.")
    for moment in ("09:10", "14:00"):
        await house.at(moment)
    shown = words(digests(house)[1].blocks)
    assert "*Morning*: 1 reply late · 1 resolution late · 0 due by" in shown
    assert digests(house)[1].text.startswith("Morning: 1 reply late, 1 resolution late, ")


async def test_it_comes_at_each_of_its_times_and_once(build: OpenHouse):
    house = await build(data=scenario("1001", "1002", "1003"), toml=TOML + MORNING)
    await house.at("09:09")
    assert digests(house) == []
    await house.at("09:10")
    (first,) = digests(house)
    shown = words(first.blocks)
    assert "*Morning*: 0 late · 2 due by" in shown
    assert "3 open · 2 unclaimed" in shown
    anchor = house.post("accounts", "post:account:c1:")
    assert f"p{anchor.ts.replace('.', '')}|Northwind Marine>: first reply due in 10 min" in shown
    assert "*Brightfen*: next reply due" in shown
    assert shown.index("Northwind Marine") < shown.index("Brightfen")
    await house.restart()
    await house.at("13:59")
    assert len(digests(house)) == 1
    await house.at("14:00")
    assert len(digests(house)) == 2
    assert "3 late" in words(digests(house)[1].blocks)


async def test_a_click_on_it_claims_what_is_most_urgent(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), toml=TOML + MORNING)
    await house.at("09:10")
    await house.ana.presses(digests(house)[0], "claim_next")
    assert (await house.facts())["conversations"]["1001"]["claimed_by"] == house.ana.admin


async def test_nothing_open_is_nothing_said_and_no_day_off_is_worked(build: OpenHouse):
    house = await build(data=scenario("1005", "1006"), toml=TOML + MORNING)
    for _ in range(24):
        await house.later(hours=1)
    assert digests(house) == []
    busy = await build(data=scenario("1001"), toml=TOML + MORNING)
    for _ in range(6):
        await busy.later(days=1)
        await busy.at(busy.clock.now().astimezone(BERLIN).replace(hour=9, minute=10))
        day = busy.clock.now().astimezone(BERLIN)
        ours = [each for each in digests(busy) if f"{day:%Y-%m-%d}T09:10" in str(each.metadata)]
        assert len(ours) == (day.weekday() < 5)


async def test_each_rep_hears_of_what_they_hold_and_of_their_free_accounts(build: OpenHouse):
    house = await build(
        data=scenario("1001", "1002", "1003"), toml=TOML + OWNERS, linked=("ana", "ben", "lea")
    )
    await house.ana.types("/claim 1001")
    await house.at("09:10")
    # Brightfen's has been Ana's from the start; Ben has nothing.
    (anas,) = told_to(house, house.ana.id)
    assert "2 open" in words(anas.blocks)
    assert "Northwind Marine" in words(anas.blocks)
    assert "Brightfen" in words(anas.blocks)
    assert told_to(house, house.ben.id) == []
    # Lea owns Northwind: of it, 1002 is still free.
    (hers,) = told_to(house, house.lea.id)
    assert "Northwind Marine" in words(hers.blocks)
    assert "1 open · 1 unclaimed" in words(hers.blocks)
    assert digests(house) == []


async def test_who_is_away_or_has_nothing_hears_nothing(build: OpenHouse):
    house = await build(data=scenario("1003"), toml=TOML + OWNERS, linked=("ana", "ben"))
    await house.ana.types("/claim 1003")
    house.intercom.admin_away(house.ana.admin, True)
    await house.at("09:10")
    assert told_to(house, house.ana.id) == told_to(house, house.ben.id) == []


async def test_only_what_matches_is_counted(build: OpenHouse):
    chosen = MORNING + 'match = { plan = ["Enterprise"] }\n'
    house = await build(data=scenario("1001", "1003", "1008"), toml=TOML + chosen)
    await house.at("09:10")
    shown = words(digests(house)[0].blocks)
    assert "1 open" in shown
    assert "Brightfen" not in shown


async def test_a_bot_that_was_down_is_two_hours_late_at_most(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=TOML + MORNING)
    await house.stop_bot()
    house.clock.jump_to(datetime(2026, 11, 24, 11, 0, tzinfo=BERLIN))
    await house.start_bot()
    await house.settle()
    assert len(digests(house)) == 1
    await house.stop_bot()
    house.clock.jump_to(datetime(2026, 11, 24, 16, 1, tzinfo=BERLIN))
    await house.start_bot()
    await house.settle()
    assert len(digests(house)) == 1


async def test_an_edit_posts_nothing_again_and_counts_from_its_next_time_on(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=TOML + MORNING)
    await house.at("09:10")
    (first,) = digests(house)
    moved = MORNING.replace('"09:10"', '"09:05"')
    for at, edited in (
        ("09:20", moved),
        ("09:25", moved.replace('"Morning"', '"Mornings"')),
        ("09:30", moved + MORNING.replace("Morning", "Other").replace("09:10", "09:28")),
    ):
        house.edits(TOML + edited)
        await house.at(at)
        await house.later(minutes=1)
        assert digests(house) == [first], edited
    await house.at("14:00")
    assert len(digests(house)) == 3, "both come at their next time"
    await house.at(utc("2026-11-25T09:06"))
    assert "*Morning*" in words(digests(house)[-1].blocks)
    assert len(digests(house)) == 4


async def test_a_digest_that_is_put_back_does_not_make_up_for_what_nobody_wanted(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=TOML + MORNING)
    house.edits(TOML)
    await house.at("09:09")
    house.edits(TOML + MORNING)
    await house.at("09:15")
    assert digests(house) == []


@pytest.mark.parametrize("edited", [False, True])
async def test_after_a_stop_only_what_stood_there_before_is_made_up_for(build: OpenHouse, edited: bool):
    house = await build(data=scenario("1001"), toml=TOML + MORNING)
    await house.stop_bot()
    house.clock.jump_to(utc("2026-11-24T10:00"))
    if edited:
        house.toml = TOML + MORNING.replace('"09:10"', '"09:15"')
    await house.start_bot()
    await house.later(minutes=1)
    assert len(digests(house)) == (0 if edited else 1)


async def test_never_in_a_channel_that_others_can_read(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=TOML + MORNING)
    house.slack.change_channel(CHANNELS["monday"], is_ext_shared=True)
    await house.slack.settled()
    await house.at("09:10")
    await house.later(minutes=10)
    assert digests(house) == []


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        (MORNING.replace('"#support"', '"support"'), '"support" is no channel.'),
        (MORNING.replace('"14:00"', '"25:00"'), '"25:00" is not a time of day.'),
        (MORNING.replace('["09:10", "14:00"]', "[]"), "is empty"),
        (MORNING + 'weekdays = ["mon", "someday"]\n', '"someday" is no day'),
        (MORNING + 'zone = "Europe/Berln"\n', "Europe/Berlin"),
        (MORNING + MORNING, "is the name of an earlier digest."),
        (MORNING.replace('to = "#support"\n', ""), "digests[1]"),
        (MORNING + 'every = "1h"\n', "every"),
    ],
)
def test_a_faulty_digest_is_named_with_its_mend(spoilt: str, said: str):
    with pytest.raises(FaultyFile) as refused:
        parse_config(TOML + spoilt)
    assert said in str(refused.value)


ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "America/Sao_Paulo")
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
INSTANTS = st.builds(datetime.combine, st.dates(FIRST, LAST), st.times(), st.just(UTC))
TIMES = st.lists(st.times().map(lambda at: time(at.hour, at.minute)), min_size=1, max_size=4, unique=True)


@given(st.sampled_from(ZONES), TIMES, st.sets(st.integers(0, 6), min_size=1), INSTANTS)
def test_an_occurrence_is_of_its_day_and_never_in_the_future(
    zone: str, at: list[time], weekdays: set[int], now: datetime
):
    digest = Digest("d", "#d", tuple(sorted(at)), tuple(sorted(weekdays)), zone)
    found = occurrence(digest, now)
    if found is None:
        return
    period, begins = found
    assert timedelta(0) <= now - begins.astimezone(UTC) < STALE
    local = begins.astimezone(ZoneInfo(zone))
    assert local.weekday() in weekdays or local.replace(tzinfo=None) != begins.replace(tzinfo=None)
    assert period.startswith("d ")


@given(st.sampled_from(ZONES), TIMES, st.dates(FIRST, LAST))
def test_every_time_of_a_day_is_met_exactly_once_by_a_minute_walk(zone: str, at: list[time], day: date):
    digest = Digest("d", "#d", tuple(sorted(at)), tuple(range(7)), zone)
    start = datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)
    met = set()
    for minute in range(0, 26 * 60, 5):
        found = occurrence(digest, start + timedelta(minutes=minute))
        if found is not None and f" {day}T" in found[0]:
            met.add(found[0])
    # Times that follow one another within five minutes are told as the later one.
    wanted = sorted(at)
    apart = [
        one
        for one, after in zip(wanted, [*wanted[1:], None], strict=True)
        if after is None or (after.hour - one.hour) * 60 + after.minute - one.minute >= 5
    ]
    assert {f"d {day}T{each:%H:%M}" for each in apart} <= met


async def test_one_that_its_channel_refused_comes_when_it_is_taken_within_two_hours(build: OpenHouse):
    house = await build(data=scenario("1001", "1002", "1003"), toml=TOML + MORNING)
    house.slack.change_channel(CHANNELS["monday"], is_archived=True)
    await house.at("09:10")
    await house.at("09:40")
    assert digests(house) == []
    house.slack.change_channel(CHANNELS["monday"], is_archived=False)
    for _ in range(6):
        await house.later(minutes=6)
    assert len(digests(house)) == 1
