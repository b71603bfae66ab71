"""R19: the machine's clock is set an hour back or forth under a running bot: no alert early, none twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from harness import House, OpenHouse
from on_the_screen import key_of
from small_office import CHANNELS, scenario

from bot.clock import Clock, SteadyClock

pytestmark = pytest.mark.thorough


class Jumpy:
    """The house's time as a machine tells it whose clock somebody sets."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.skew = timedelta(0)

    def wall(self) -> datetime:
        return self.house.clock.now() + self.skew

    def steady(self) -> Clock:
        """What the bot runs by. The local Slack's Date is not this house's time, so it is not listened to."""
        return _Told(SteadyClock(wall=self.wall, monotonic=lambda: self.house.clock.now().timestamp()).now)

    def plain(self) -> Clock:
        """The control: a bot that believes the machine."""
        return _Told(self.wall)


@dataclass
class _Told:
    tell: Callable[[], datetime]

    def now(self) -> datetime:
        return self.tell()

    def machine(self) -> datetime:
        return self.tell()


async def an_hour_of_jumps(build: OpenHouse, jump: timedelta, *, steady: bool) -> list[str]:
    """(when, key) of each alert from nine to ten, while the clock jumps at 09:02 and back at 09:07."""
    house = await build(data=scenario("1001", "1002"), linked=())
    await house.stop_bot()
    machine = Jumpy(house)
    house.bot_clock = machine.steady() if steady else machine.plain()
    await house.start_bot()
    seen: Counter[str] = Counter()
    at: list[str] = []
    for minute in range(30):
        if minute == 2:
            machine.skew = jump
        if minute == 7:
            machine.skew = timedelta(0)
        await house.at(f"09:{minute:02}")
        now = Counter(key_of(m) for m in house.slack.messages(CHANNELS["alerts"]) if key_of(m))
        at.extend(f"{minute:02} {key}" for key in (now - seen).elements())
        seen = now
    return at


@pytest.mark.parametrize("jump", [timedelta(hours=1), -timedelta(hours=1)], ids=["on", "back"])
async def test_alerts_come_at_their_minute_and_once(build: OpenHouse, jump: timedelta):
    quiet = await an_hour_of_jumps(build, timedelta(0), steady=True)
    assert [each[:2] for each in quiet if "post:alert" in each] == ["05", "10"]
    assert await an_hour_of_jumps(build, jump, steady=True) == quiet


async def test_control_a_bot_that_believes_the_machine_rings_early(build: OpenHouse):
    quiet = await an_hour_of_jumps(build, timedelta(0), steady=True)
    assert await an_hour_of_jumps(build, timedelta(hours=1), steady=False) != quiet
