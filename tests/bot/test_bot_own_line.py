"""What stands in the bot's own line before Slack was not tried: the newer replaces it, and it survives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from harness import QUICK, House, OpenHouse
from on_the_screen import words
from small_office import scenario
from sqlmodel import Session

from bot.outbox import kinds
from bot.slack.pacing import Pacing
from bot.store import intents
from bot.store.intents import Intent

pytestmark = pytest.mark.thorough

EDIT = "chat.update"


@dataclass
class Seconds:
    """The time of the pacing, which goes on only when told to, or when something waits for its turn."""

    at: float = 0.0

    def __call__(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += seconds


def edits(session: Session, workspace: str) -> list[Intent]:
    return [each for each in intents.open_ones(session, workspace) if each.kind == kinds.SLACK_EDIT]


async def held(build: OpenHouse) -> tuple[House, Seconds]:
    """Two alerts stand there, and then Slack asks for half a minute without edits."""
    house = await build(data=scenario("1001", "1002"))
    await house.stop_bot()
    seconds = Seconds()
    pacing = Pacing(monotonic=seconds, sleep=seconds.sleep)
    house.pacing = lambda: pacing
    await house.start_bot()
    await house.at("09:11")
    assert len(house.posts("alerts", "post:alert:")) == 2
    seconds.at += 60
    pacing.hold(EDIT, 30.0)
    return house, seconds


async def test_what_stands_in_our_own_line_is_replaced_and_does_not_die_of_one_failure(build: OpenHouse):
    house, seconds = await held(build)
    asked = house.fault("slack", EDIT, "slow", times=-1, seconds=0)
    for minute in range(12, 12 + QUICK.attempts + 3):
        # Each time it comes round its card says something else.
        await house.at(f"09:{minute}")
        house.clock.machine_ahead += timedelta(seconds=31)
        await house.settle()
    waiting = await house.read(edits)
    assert asked.hits == 0
    assert {each.attempts for each in waiting} == {0}
    assert len({each.subject for each in waiting}) == len(waiting), "one edit a message"
    assert {"alert:1001", "alert:1002"} <= {each.subject.rpartition(":f")[0] for each in waiting}
    # Nothing was tried yet, so that one failure is the first.
    house.faults.clear()
    seconds.at += 31
    failed = house.fault("slack", EDIT, "error", times=len(waiting))
    house.clock.machine_ahead += timedelta(seconds=31)
    await house.until(lambda: failed.times == 0)
    await house.until(lambda: "late" in words(house.alert("1001").blocks))
    await house.until(lambda: "late" in words(house.alert("1002").blocks))
    states = await house.read(intents.depth)
    assert "dead" not in states
    assert len(house.posts("alerts", "post:alert:")) == 2


async def test_how_long_it_stands_there_is_told_all_the_same(build: OpenHouse):
    house, _ = await held(build)
    await house.at("09:16")
    for _ in range(12):
        house.clock.machine_ahead += timedelta(seconds=31)
        await house.settle()
    await house.ana.types("/watchbell status")
    assert "A message has waited for 6 min." in house.ana.heard
