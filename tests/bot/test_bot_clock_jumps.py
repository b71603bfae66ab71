"""R19: the machine's clock is set an hour back or forth under a running bot: no alert early, none twice.

And the machine sleeps: what fell into that time is looked at before anything is said of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from harness import TUESDAY, House, OpenHouse
from on_the_screen import key_of, words
from small_office import CHANNELS, scenario

from bot.clock import Clock, SteadyClock
from sandbox.faults import Fault

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


async def asleep(build: OpenHouse, minutes: int) -> House:
    """A bot whose machine slept for so long from nine on, before it has noticed."""
    house = await build(data=scenario("1001", "1002"), linked=())
    await house.stop_bot()
    house.slack.tells_time = house.clock.now
    slept = timedelta(0)
    house.bot_clock = SteadyClock(
        wall=house.clock.now, monotonic=lambda: (house.clock.now() - slept).timestamp()
    )
    await house.start_bot()
    await house.settle()
    slept = timedelta(minutes=minutes)
    house.tick(minutes * 60)
    assert house.bot_clock.now() == TUESDAY
    return house


def calls(house: House) -> list[str]:
    """Every call from now on, in order."""
    made: list[str] = []
    take = house.faults.take

    def noted(service: Any, call: str) -> Fault | None:
        made.append(f"{service} {call}")
        return take(service, call)

    house.faults.take = noted  # type: ignore[method-assign]
    return made


async def test_after_a_sleep_the_bot_looks_and_reads_before_it_says_what_is_due(build: OpenHouse):
    house = await asleep(build, 8)
    made = calls(house)
    await house.settle()
    first = made.index("slack chat.postMessage")
    assert "slack conversations.history" in made[:first]
    assert "intercom POST /conversations/search" in made[:first]
    assert "First reply due in 12 min" in words(house.alert("1001").blocks)
    await house.at("09:09:30")
    assert house.alerts("1002") == []
    await house.at("09:10")
    assert len(house.alerts("1002")) == 1


async def test_what_was_answered_while_the_machine_slept_rings_nobody(build: OpenHouse):
    house = await asleep(build, 40)
    house.intercom.admin_replies("1001", "8802", "Sorry for the wait.")
    house.intercom.admin_replies("1002", "8802", "So is it here.")
    await house.settle()
    assert house.posts("alerts", "post:ring:") == []
    assert house.posts("alerts", "post:alert:") == []


async def test_in_a_quiet_hour_a_token_that_is_withdrawn_is_noticed(build: OpenHouse):
    house = await asleep(build, 0)
    house.fault("slack", "auth.test", "error", times=-1, error="token_revoked")
    await house.at("09:01:01")
    async with house.client() as client:
        assert "token_revoked" in (await client.get("/readyz")).text
    house.faults.clear()
    await house.at("09:01:10")
    async with house.client() as client:
        assert (await client.get("/readyz")).status_code == 200
