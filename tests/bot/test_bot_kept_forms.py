"""A form that could not be taken stays as it was, says so beside a field, and can be submitted again."""

from __future__ import annotations

from typing import Any

import pytest
from harness import House, OpenHouse
from on_the_screen import rich
from small_office import CHANNELS, scenario
from sqlalchemy import text
from sqlmodel import Session

from bot.store.intents import Intent

WORDS = "It is repaired since this morning. " * 40


def beside(house: House) -> str:
    """What stands beside a field of Ana's window."""
    (said,) = house.ana.view.errors.values()
    return said


async def in_the_answer_window(build: OpenHouse) -> House:
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    await house.ana.opens_answer("1001")
    return house


async def sent_after_all(house: House, words: str = WORDS) -> None:
    """What was typed still stands there, and one more press sends it, once."""
    assert "What you entered is still here" in beside(house)
    assert (await house.ana.submits()).ok
    assert house.ana.views == []
    await house.settle()
    assert house.sent() == [("1001", house.ana.admin, words.strip())]


@pytest.mark.parametrize(
    ("kind", "more"),
    [("rate_limit", {}), ("error", {"error": "internal_error"}), ("drop_before", {})],
    ids=lambda each: each if isinstance(each, str) else "",
)
async def test_an_answer_outlives_that_slack_cannot_be_asked_who_sends_it(
    build: OpenHouse, kind: str, more: dict[str, Any]
):
    house = await in_the_answer_window(build)
    # It was written for longer than the ten minutes for which the bot remembers people.
    house.bot.front.identity.forget(user_id=house.ana.id)
    house.fault("slack", "users.info", kind, times=-1, **more)
    outcome = await house.ana.submits({"text": rich(WORDS)})
    assert outcome.error == "validation", outcome
    assert beside(house).startswith("Nothing was sent or changed: Slack could not be asked.")
    await house.settle()
    assert house.sent() == []
    house.faults.clear()
    await sent_after_all(house)


@pytest.mark.sqlite
async def test_an_answer_outlives_a_disk_that_is_full(build: OpenHouse):
    house = await in_the_answer_window(build)

    def fill(session: Session) -> None:
        """Room for the receipt, and none for the words."""
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
        session.execute(text(f"PRAGMA max_page_count = {pages + 2}"))

    def empty(session: Session) -> None:
        session.execute(text("PRAGMA max_page_count = 1000000"))

    long = WORDS * 8
    await house.bot.store.write(fill)
    outcome = await house.ana.submits({"text": rich(long)})
    assert outcome.error == "validation", outcome
    assert beside(house).startswith("Watchbell cannot reach its database at the moment. What you entered")
    await house.bot.store.write(empty)
    await sent_after_all(house, long)


@pytest.mark.sqlite
async def test_an_answer_outlives_a_fault_of_watchbells_own(build: OpenHouse):
    house = await in_the_answer_window(build)

    def plant(session: Session) -> None:
        refuse = "BEGIN SELECT RAISE(ABORT, 'planted'); END"
        session.execute(text(f"CREATE TRIGGER planted BEFORE INSERT ON {Intent.__tablename__} {refuse}"))

    def mend(session: Session) -> None:
        session.execute(text("DROP TRIGGER planted"))

    await house.bot.store.write(plant)
    outcome = await house.ana.submits({"text": rich(WORDS)})
    assert outcome.error == "validation", outcome
    assert beside(house).startswith("Not completed: Watchbell met a fault of its own.")
    assert "tell your admin the reference " in beside(house)
    await house.bot.store.write(mend)
    await sent_after_all(house)


async def test_a_mistyped_number_is_told_beside_it_and_the_note_stays(build: OpenHouse):
    house = await build(data=scenario("1001"))
    said = await house.slack.people.say(house.ben.id, CHANNELS["alerts"], "Their admin is on leave.")
    people = house.slack.people
    assert (await people.shortcut(house.ana.id, "note_message", CHANNELS["alerts"], said.ts)).ok
    note = {"type": "plain_text_input", "value": "Their admin is on leave until Monday."}
    for wrong, told in (
        ("10001", "does not know conversation 10001"),
        ("nobody at all", "No account is named like"),
    ):
        named = {"type": "plain_text_input", "value": wrong}
        outcome = await house.ana.submits({"named": named, "words": note})
        assert outcome.error == "validation", outcome
        assert list(house.ana.view.errors) == ["named"]
        assert told in beside(house)
    assert (await house.ana.submits({"named": {"type": "plain_text_input", "value": "1001"}})).ok
    await house.settle()
    (saved,) = [each for each in house.parts("1001") if each["part_type"] == "note"]
    assert "until Monday" in saved["body"]
