"""What stands before an answer in its conversation holds it up as little as can be, and never in silence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from answers_told import delivery
from harness import QUICK, House, OpenHouse
from on_the_screen import option, rich, verbs, words
from small_office import scenario

from bot.store import intents

pytestmark = pytest.mark.thorough

PATIENT = replace(QUICK, attempts=1_000)
PARTS = "POST /conversations/1001/parts"


async def waits(house: House, kind: str) -> list[int]:
    """How often each intent of a kind that still waits was tried."""
    found = await house.bot.store.read(intents.open_ones, house.workspace)
    return [each.attempts for each in found if each.kind == kind]


async def test_an_answer_goes_before_an_assignment_that_intercom_does_not_take(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.at("09:05")
    down = house.fault("intercom", PARTS, "error", status=500, times=-1)
    await house.ana.types("/claim 1001")
    await house.ana.answers("1001", "It is repaired.")
    await house.until(house.sent)
    assert down.hits >= 2
    assert "*Sent " in words(delivery(house).blocks)
    assert len(await waits(house, "intercom.assign")) == 1
    house.faults.clear()
    await house.until(lambda: house.intercom.conversation("1001")["admin_assignee_id"])
    await house.rest(0.3)
    assert str(house.intercom.conversation("1001")["admin_assignee_id"]) == house.ana.admin
    assert len(house.sent()) == 1


async def closes_in_vain(house: House) -> None:
    """Ana answers and has it closed after that; the answer arrives, and the close does not."""
    house.fault("intercom", PARTS, "error", status=500, times=-1)
    view = await house.ana.opens_answer("1001")
    await house.ana.submits({"text": rich("It is repaired."), "after": option(view, "after", "close")})
    await house.until(house.sent)


async def test_an_answer_behind_a_close_says_that_it_waits_and_can_be_taken_back(build: OpenHouse):
    house = await build(data=scenario("1004"), timings=PATIENT)
    await house.ana.types("/claim 1004")
    await house.settle()
    house.fault("intercom", "POST /conversations/1004/parts", "error", status=500, times=-1)
    view = await house.ana.opens_answer("1004")
    await house.ana.submits({"text": rich("It is repaired."), "after": option(view, "after", "close")})
    await house.until(house.sent)
    await house.ana.answers("1004", "One thing more.")
    second = lambda: house.posts(house.slack.im_with(house.ana.id).id, "post:delivery:")[-1]  # noqa: E731
    await house.until(lambda: "*Not sent yet*" in words(second().blocks))
    said = words(second().blocks)
    assert "A close that was decided before it is not in Intercom yet. It is tried again by itself." in said
    assert verbs(second().blocks) == ["undo"]
    await house.ana.presses(second(), "undo")
    assert house.ana.heard == "Taken back. Nothing was sent.\nAnswer…"
    house.faults.clear()
    await house.until(lambda: house.intercom.conversation("1004")["state"] == "closed")
    await house.rest(0.3)
    assert [text for _, _, text in house.sent()] == ["It is repaired."]


async def test_an_answer_behind_a_close_goes_out_when_that_is_done(build: OpenHouse):
    house = await build(data=scenario("1001"), timings=PATIENT)
    await closes_in_vain(house)
    await house.ana.answers("1001", "One thing more.")
    await house.rest(0.3)
    assert len(house.sent()) == 1
    house.faults.clear()
    await house.until(lambda: len(house.sent()) == 2)
    assert [each["part_type"] for each in house.parts("1001")][-2:] == ["close", "comment"]
