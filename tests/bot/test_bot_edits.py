"""watchbell.toml edited while the bot runs: in force at once without a fault, never with one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from harness import House, OpenHouse
from on_the_screen import words
from small_office import TOML, scenario
from sqlmodel import Session

from bot.sla import edit
from bot.store.clocks import SlaClock, clocks_of
from bot.store.crossings import crossings_of
from bot.store.engine import Store

pytestmark = pytest.mark.thorough

SHORTER_HOURS = TOML.replace('hours.tue = ["08:00-18:00"]', 'hours.tue = ["09:10-18:00"]')
LONGER = TOML.replace('first_response = "30m"', 'first_response = "2h"')
BROKEN = TOML.replace('first_response = "30m"', 'first_response = "soon"')


async def clock(house: House, conversation_id: str = "1001") -> SlaClock:
    found = await house.read(clocks_of, conversation_id)
    assert len(found) == 1
    return found[0]


def due(row: SlaClock) -> str:
    assert row.due_at is not None
    return f"{row.due_at:%H:%M}"


async def test_another_calendar_moves_what_is_open_from_its_original_start(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=TOML)
    before = await clock(house)
    assert due(before) == "08:20"
    house.edits(SHORTER_HOURS)
    await house.settle()
    after = await clock(house)
    assert after.started_at == before.started_at
    assert due(after) == "08:40", "half an hour from 09:10 in Berlin"
    assert after.policy_version != before.policy_version
    await house.at("09:24:59")
    assert house.posts("alerts", "post:alert:") == []
    await house.at("09:25")
    assert "First reply due in 15 min" in words(house.alert("1001").blocks)


async def test_another_promise_moves_what_is_open_and_leaves_what_has_ended(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), toml=TOML)
    await house.ana.answers("1002", "On it.")
    await house.settle()
    ended = await clock(house, "1002")
    house.edits(LONGER)
    await house.settle()
    assert due(await clock(house)) == "09:50"
    kept = await clock(house, "1002")
    assert (kept.policy_version, kept.due_at, kept.target_seconds) == (
        ended.policy_version,
        ended.due_at,
        ended.target_seconds,
    )


async def test_a_fault_replaces_nothing_and_is_told_with_line_and_mend_until_it_is_mended(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=TOML)
    before = await clock(house)
    house.edits(BROKEN)
    await house.settle()
    assert await clock(house) == before
    (told,) = house.posts("alerts", "post:settings:")
    line = 1 + BROKEN[: BROKEN.index('"soon"')].count("\n")
    assert "*The change to watchbell.toml cannot be used.* The policies from before go on." in words(
        told.blocks
    )
    assert f"watchbell.toml line {line}, policies[1].first_response" in words(told.blocks)
    await house.ana.types("/watchbell status")
    assert "The change to watchbell.toml cannot be used" in house.ana.heard
    await house.at("09:05")
    assert "First reply due in 15 min" in words(house.alert("1001").blocks), "the old promise goes on"
    house.edits(TOML)
    await house.settle()
    (told,) = house.posts("alerts", "post:settings:")
    assert "watchbell.toml is in force" in words(told.blocks)
    await house.ana.types("/watchbell status")
    assert "watchbell.toml" not in house.ana.heard


async def test_a_channel_that_slack_does_not_know_is_a_fault_too(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=TOML)
    house.edits(TOML + '\n[[routes]]\nname = "trials"\nmatch = { plan = ["Trial"] }\nchannel = "#nowhere"\n')
    await house.settle()
    (told,) = house.posts("alerts", "post:settings:")
    assert "routes.trials: #nowhere is not a channel that the bot can see" in words(told.blocks)
    assert house.bot.office.routes == ()


async def test_a_paused_promise_is_judged_whole_and_a_new_policy_covers_what_had_none(build: OpenHouse):
    only_trials = TOML.replace("match = {}", 'match = { plan = ["Trial"] }')
    house = await build(data=scenario("1001", "1008"), toml=only_trials)
    assert await house.read(clocks_of, "1008") == []
    house.edits(TOML)
    await house.settle()
    assert due(await clock(house, "1008")) == "11:05"


async def test_the_fast_way_ends_where_judging_everything_anew_ends(build: OpenHouse):
    house = await build(toml=TOML)
    house.edits(SHORTER_HOURS)
    await house.settle()

    def dates(session: Session) -> dict[tuple[str, str, str], object]:
        from sqlmodel import select

        return {
            (row.conversation_id, row.clock, row.episode): (row.due_at, row.next_change_at)
            for row in session.exec(select(SlaClock))
            if row.stopped_at is None
        }

    fast = await house.bot.store.read(dates)
    fresh = await build(toml=SHORTER_HOURS)
    assert fast == await fresh.bot.store.read(dates)
    assert fast


async def restarted_with(house: House, toml: str) -> None:
    """The bot stopped, the file edited, the bot started."""
    await house.stop_bot()
    house.toml = toml
    await house.start_bot()
    await house.settle()


async def test_an_edit_made_while_the_bot_was_stopped_reaches_open_promises_too(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=TOML)
    before = await clock(house)
    await restarted_with(house, SHORTER_HOURS)
    after = await clock(house)
    assert (due(before), due(after)) == ("08:20", "08:40")
    assert after.policy_version != before.policy_version
    await restarted_with(house, LONGER)
    assert due(await clock(house)) == "09:50"


async def test_an_edit_made_while_the_bot_was_stopped_covers_what_had_no_promise(build: OpenHouse):
    only_trials = TOML.replace("match = {}", 'match = { plan = ["Trial"] }')
    house = await build(data=scenario("1001", "1008"), toml=only_trials)
    assert await house.read(clocks_of, "1008") == []
    await restarted_with(house, TOML)
    assert due(await clock(house, "1008")) == "11:05"


async def test_a_calendar_may_be_renamed_while_the_bot_is_stopped_or_runs(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), toml=TOML)
    await house.ana.answers("1002", "On it.")
    await house.settle()
    (name,) = {each.calendar for each in await house.read(clocks_of, "1001")}
    renamed = TOML.replace(f'"{name}"', '"elsewhere"').replace(f"calendars.{name}", "calendars.elsewhere")
    assert renamed != TOML
    await restarted_with(house, renamed)
    assert (await clock(house)).calendar == "elsewhere"
    ended = await clock(house, "1002")
    assert ended.calendar == name, "what has ended keeps the calendar it had"
    await house.ana.types("/watchbell why 1002")
    story = words(house.ana.view.blocks)
    assert f" (it was made by “{name}”, which is gone from watchbell.toml)" in story
    assert "fault" not in house.ana.heard
    house.edits(TOML)
    await house.settle()
    assert (await clock(house)).calendar == name


async def test_a_card_that_stands_in_slack_says_the_new_deadline_at_once(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=TOML)
    await house.at("09:05")
    assert "First reply due in 15 min" in words(house.alert("1001").blocks)
    house.edits(TOML.replace('hours.tue = ["08:00-18:00"]', 'hours.tue = ["08:55-18:00"]'))
    await house.settle()
    assert due(await clock(house)) == "08:25"
    card = words(house.alert("1001").blocks)
    assert "First reply due in 20 min" in card
    assert "|09:25>" in card


class Died(Exception):
    """The process ended here."""


class StoreUntil:
    """The house's store, up to the first call of one function."""

    def __init__(self, store: Store, last: Callable[..., Any]) -> None:
        self._store, self._last = store, last
        self.read = store.read

    async def write(self, run: Callable[..., Any], *given: Any) -> Any:
        if run is self._last:
            raise Died
        return await self._store.write(run, *given)


async def test_a_bot_that_dies_in_the_middle_of_an_edit_which_is_then_taken_back(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=TOML)
    works = house.bot.works
    assert works.edits is not None
    house.edits(SHORTER_HOURS)
    whole, works.store = works.store, cast(Store, StoreUntil(works.store, edit.without_promise))
    with pytest.raises(Died):
        await works.edits.take(works)
    works.store = whole
    assert due(await clock(house)) == "08:40", "half of the edit is written"
    await restarted_with(house, TOML)
    assert due(await clock(house)) == "08:20"


async def test_a_deadline_that_moves_ahead_calls_once_more(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=TOML)
    await house.at("09:05")
    await house.at("09:21")
    first = "Northwind Marine: first reply is 1 min late."
    assert [each.text for each in house.posts("alerts", "post:ring:")] == [first]
    house.edits(LONGER)
    await house.at("09:25")
    assert "First reply due in 1 h 25 min" in words(house.alert("1001").blocks)
    await house.at("10:36")
    # For a moment the old promise holds again: it was rung for.
    house.edits(TOML)
    await house.at("10:37")
    assert "First reply is 1 h 17 min late" in words(house.alert("1001").blocks)
    house.edits(LONGER)
    await house.at("10:40")
    for moment in ("10:51", "10:55", "12:00"):
        await house.at(moment)
    rings = house.posts("alerts", "post:ring:")
    assert [each.text for each in rings] == [first, first]
    assert {each.thread_ts for each in rings} == {house.alert("1001").ts}
    told = [each for each in await house.read(crossings_of, "1001") if each.threshold == "deadline"]
    assert [f"{each.crossed_at:%H:%M} {each.outcome}" for each in told] == ["08:20 told", "09:50 told"]


async def test_a_deadline_that_moved_and_is_past_all_the_same_calls_nobody_again(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=TOML)
    await house.at("09:05")
    await house.at("09:45")
    house.edits(TOML.replace('first_response = "30m"', 'first_response = "45m"'))
    await house.at("09:50")
    assert "First reply is 15 min late" in words(house.alert("1001").blocks)
    await house.at("10:30")
    assert len(house.posts("alerts", "post:ring:")) == 1
