"""The bot compares texts by what customers ordinarily write in this workspace, as far as it knows that."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from harness import OpenHouse
from small_office import scenario

from bot.accounts.background import FEWEST_TEXTS, Background
from bot.accounts.engines import Engines, heard
from bot.accounts.lexical import Lexical

pytestmark = pytest.mark.thorough

CARD = "The card terminal in our shop in row {} prints no receipt"


def many(count: int) -> dict[str, Any]:
    """1001 and `count` closed conversations of last week about a card terminal."""
    data = scenario("1001")
    for number in range(count):
        data["conversations"].append(
            {
                "id": f"5{number:03}",
                "contact_id": data["contacts"][0]["id"],
                "channel": "email",
                "state": "closed",
                "parts": [
                    {
                        "by": "contact",
                        "who": data["contacts"][0]["id"],
                        "at": f"2026-11-{17 + number % 3}T09:{number % 60:02}:00+01:00",
                        "text": CARD.format(number),
                    }
                ],
            }
        )
    return data


def cohort(engine: Any) -> tuple[str, ...]:
    assert isinstance(engine, Lexical)
    return engine.background.cohort


def about_cards(engine: Any) -> int:
    return sum("card terminal" in text for text in cohort(engine))


async def test_what_customers_wrote_is_read_once_there_is_enough_of_it(build: OpenHouse):
    house = await build(data=many(FEWEST_TEXTS + 5))
    await house.settle()
    assert about_cards(house.bot.works.office.engine) == 0, "nothing was known at the start"
    await house.later(hours=1, minutes=1)
    read = house.bot.works.office.engine
    assert about_cards(read) >= FEWEST_TEXTS
    assert house.bot.front.office.engine is read
    await house.later(hours=1, minutes=1)
    assert house.bot.works.office.engine is read, "as much as before is no reason"
    await house.restart()
    assert cohort(house.bot.works.office.engine) == cohort(read)


async def test_a_few_messages_change_nothing(build: OpenHouse):
    house = await build(data=many(FEWEST_TEXTS - 5))
    await house.settle()
    first = house.bot.works.office.engine
    await house.later(hours=2)
    assert house.bot.works.office.engine is first
    assert cohort(first) == Background.of().cohort


async def test_an_edited_file_keeps_what_was_read(build: OpenHouse):
    house = await build(data=many(FEWEST_TEXTS + 5))
    await house.settle()
    await house.later(hours=1, minutes=1)
    read = house.bot.works.office.engine
    house.edits(house.toml.replace('first_response = "4h"', 'first_response = "3h"'))
    await house.settle()
    assert house.bot.works.office.engine is read


async def test_a_week_later_it_is_read_anew(build: OpenHouse, tmp_path: Any):
    house = await build(data=many(FEWEST_TEXTS + 5))
    await house.settle()
    await house.later(hours=1, minutes=1)
    read = house.bot.works.office.engine
    await house.later(days=7)
    assert house.bot.works.office.engine is not read
    now = house.bot.works.at().now
    engines = Engines(tmp_path / "no model")
    chosen = await engines.first(house.bot.store, house.workspace, now)
    assert about_cards(chosen.engine) >= FEWEST_TEXTS
    assert await engines.renewed(house.bot.store, house.workspace, now) is None
    later = await engines.renewed(house.bot.store, house.workspace, now + timedelta(days=7))
    assert later is not None
    told: list[str] = await house.read(heard, now)
    assert len(told) == FEWEST_TEXTS + 6
    assert await house.bot.store.read(heard, "T-ANOTHER", now) == []
