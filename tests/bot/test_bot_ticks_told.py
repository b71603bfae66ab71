"""A tick that fails is told in the Home and once in the alerts channel, whichever replica it fails in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from harness import House, OpenHouse, utc
from on_the_screen import words
from small_office import scenario
from sqlmodel import Session

from bot.running import Bot
from bot.watch.pulse import wrong
from bot.watch.ticks import NAMES
from jobs.schedule import QUICK, SLOW

pytestmark = pytest.mark.thorough

SUMMARY = "Making the Monday summary"


def told(house: House) -> list[str]:
    return [words(each.blocks) for each in house.posts("alerts", "post:failing:monday:")]


async def status(house: House) -> str:
    await house.ana.types("/watchbell status")
    return house.ana.heard


async def rename(house: House, table: str, name: str) -> None:
    """What the Monday summary cannot do without is there, or is not."""

    def renamed(session: Session) -> None:
        session.connection().exec_driver_sql(f"ALTER TABLE {table} RENAME TO {name}")

    await house.bot.store.write(renamed)


async def before_the_summary(build: OpenHouse) -> House:
    """A Monday at 08:20, when the summary of 08:30 is going to fail."""
    house = await build(start=utc("2026-11-23T08:20"), data=scenario("1001"), linked=("ana",))
    await rename(house, "slot", "lost")
    return house


async def test_a_summary_that_cannot_be_made_is_told_once_and_then_that_it_can(build: OpenHouse):
    house = await before_the_summary(build)
    await house.at("08:31")
    assert told(house) == []
    await house.at("08:34")
    shown = await status(house)
    assert "All well" not in shown
    assert f"{SUMMARY} has failed for 3 min" in shown
    await house.slack.people.open_home(house.ana.id)
    await house.settle()
    assert f"{SUMMARY} has failed" in words(house.ana.home.blocks)
    await house.at("08:37")
    (message,) = told(house)
    assert f"*{SUMMARY} has failed* since" in message
    assert "tick_failed" in message
    assert "OperationalError" not in message
    await house.at("09:20")
    assert told(house) == [message], "it is said once"
    await rename(house, "lost", "slot")
    await house.at("09:21")
    (message,) = told(house)
    assert f"*{SUMMARY} fails no more* since" in message
    assert "it had failed since" in message
    assert "All well" in await status(house)
    assert len(house.posts("monday")) == 1


async def test_what_fails_for_a_moment_is_told_nobody(build: OpenHouse):
    house = await before_the_summary(build)
    await house.at("08:31")
    await rename(house, "lost", "slot")
    await house.later(seconds=10)
    assert "All well" in await status(house)
    await house.at("09:00")
    assert told(house) == []


async def test_it_is_well_again_in_the_bot_that_takes_over(build: OpenHouse):
    house = await before_the_summary(build)
    await house.at("08:31")
    await house.at("08:37")
    assert len(told(house)) == 1
    await rename(house, "lost", "slot")
    await house.restart()
    await house.at("08:38")
    (message,) = told(house)
    assert "has failed" in message, "the other one may be frozen and not gone"
    house.clock.machine_ahead += timedelta(minutes=4)
    await house.at("08:42")
    (message,) = told(house)
    assert "fails no more" in message
    assert "All well" in await status(house)


@pytest.mark.postgres
async def test_what_fails_in_one_replica_is_known_in_the_other(build: OpenHouse, postgres: str):
    house = await build(
        start=utc("2026-11-23T08:20"), data=scenario("1001"), linked=("ana",), database=postgres
    )
    await rename(house, "slot", "lost")
    await house.at("08:31")
    await rename(house, "lost", "slot")
    await house.start_bot()
    ailing, other = house.bots
    await other.settle()
    assert "monday" in ailing.works.failing
    assert "monday" not in other.works.failing
    house.clock.jump_to(utc("2026-11-23T08:34"))
    await other.settle()
    assert f"{SUMMARY} has failed for 3 min" in await wrong_for(other)
    await ailing.settle()
    assert f"{SUMMARY} has failed" not in await wrong_for(other)


async def wrong_for(bot: Bot) -> str:
    found = await bot.store.read(wrong, bot.office, bot.works.at())
    return " ".join(found)


def test_every_tick_has_words():
    assert set(NAMES) == {*QUICK, *SLOW, "deliver"}
