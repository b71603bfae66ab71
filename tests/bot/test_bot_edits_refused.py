"""A watchbell.toml that could not be used is in force as soon as it can be, and is told of no more then."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest
from harness import House, OpenHouse
from on_the_screen import words
from signing import SEED
from small_office import TOML, scenario
from test_bot_edits import BROKEN, LONGER, Died, StoreUntil, clock, due, restarted_with

from bot.sla import edit
from bot.store.engine import Store
from sandbox.slack.model import Channel

pytestmark = pytest.mark.thorough

CEM_LEADS = LONGER.replace('leads = ["lea@small.example"]', 'leads = ["cem@small.example"]')
NEW = "#new-alerts"


def told(house: House) -> str:
    (card,) = house.posts("alerts", "post:settings:")
    return words(card.blocks)


async def minute(house: House) -> None:
    house.clock.machine_ahead += timedelta(seconds=61)
    await house.settle()


async def status(house: House) -> str:
    await house.ana.types("/watchbell status")
    return house.ana.heard


@pytest.mark.parametrize("days", [0, 1])
async def test_a_file_that_was_mended_while_the_bot_was_stopped_is_told_of_no_more(
    build: OpenHouse, days: int
):
    house = await build(data=scenario("1001"), toml=TOML)
    house.edits(BROKEN)
    await house.settle()
    assert "cannot be used" in told(house)
    assert "cannot be used" in await status(house)
    house.tick(days * 86400)
    await restarted_with(house, TOML)
    assert "watchbell.toml is in force since" in told(house)
    assert "watchbell.toml" not in await status(house)


async def test_every_message_that_tells_of_a_fault_tells_of_its_end(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=TOML)
    house.edits(BROKEN)
    await house.settle()
    await house.later(days=1)
    house.edits(BROKEN.replace("soon", "sooner"))
    await house.settle()
    first, second = house.posts("alerts", "post:settings:")
    assert "cannot be used" in first.text
    assert "cannot be used" in second.text
    await house.later(days=1)
    house.edits(TOML)
    await house.settle()
    assert {each.text[:27] for each in house.posts("alerts", "post:settings:")} == {
        "watchbell.toml is in force "
    }


async def test_an_edit_made_while_slack_is_away_comes_into_force_when_it_is_back(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=TOML)
    away = house.fault("slack", "users.lookupByEmail", "error", error="internal_error", times=-1)
    house.edits(CEM_LEADS)
    await house.settle()
    assert due(await clock(house)) == "08:20"
    assert "people.leads: Slack cannot be asked for cem@small.example" in told(house)
    assert "The policies from before go on; it is tried again every minute." in told(house)
    tried = away.hits
    await minute(house)
    assert away.hits > tried
    assert len(house.posts("alerts", "post:settings:")) == 1, "the same fault is told once"
    house.faults.clear()
    await minute(house)
    assert due(await clock(house)) == "09:50"
    assert "watchbell.toml is in force since" in told(house)
    assert "watchbell.toml" not in await status(house)


async def test_an_edit_that_names_a_channel_comes_into_force_once_the_bot_is_invited(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=TOML)
    house.slack.add_channel(Channel("C0NEW", NEW.removeprefix("#"), {"U0ANA"}))
    house.edits(LONGER.replace("#support-alerts", NEW))
    await house.settle()
    assert f"the bot is not in {NEW}. Type /invite @watchbell in {NEW}." in told(house)
    house.slack.join(SEED.bot_user_id, "C0NEW")
    await minute(house)
    assert due(await clock(house)) == "09:50"
    assert "watchbell.toml is in force since" in told(house)


async def test_a_fault_of_the_file_waits_for_the_next_edit(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=TOML)
    house.edits(BROKEN)
    await house.settle()
    assert "tried again" not in told(house)
    await minute(house)
    assert due(await clock(house)) == "08:20"
    house.edits(LONGER)
    await house.settle()
    assert due(await clock(house)) == "09:50"


async def test_an_edit_that_the_database_breaks_off_is_brought_to_its_end(build: OpenHouse):
    house = await build(data=scenario("1001"), toml=TOML)
    works = house.bot.works
    assert works.edits is not None
    house.edits(LONGER)
    whole, works.store = works.store, cast(Store, StoreUntil(works.store, edit.take_over))
    with pytest.raises(Died):
        await works.edits.take(works)
    works.store = whole
    assert due(await clock(house)) == "08:20", "the new set is in force, and this is not brought under it"
    await house.settle()
    assert due(await clock(house)) == "09:50"
    await house.at("09:30")
    assert house.posts("alerts", "post:ring:") == []
