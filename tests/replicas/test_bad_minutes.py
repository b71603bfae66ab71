"""R11: Slack and Intercom answer 429, 5xx or not at all for a while. Nothing is lost, and they are obeyed.

Ten minutes are compressed ten times: a minute of trouble, Retry-After of two seconds for twenty, and a
backlog that must be gone twelve seconds afterwards where two minutes are allowed. The short form compresses
a hundred times.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from harness import House, open_house
from on_the_screen import key_of
from small_office import CHANNELS, scenario
from sqlmodel import Session

from bot.outbox.timings import Timings
from bot.slack.errors import SlackError
from bot.slack.pacing import Pacing
from bot.store import intents
from sandbox.faults import Fault, FaultBoard

TROUBLED = ("chat.postMessage", "chat.update", "conversations.*")
WRITES = ("POST /conversations/*/reply", "POST /conversations/*/parts")
EARLY = 0.05
"""Seconds that the answer itself takes to arrive."""

UNDER_WAY = 0.25
"""Seconds within which a call may have been made before the answer that asks to wait had arrived."""


@dataclass
class Watched:
    """Every call that reached a service, as its fault board saw it."""

    board: FaultBoard
    calls: list[tuple[float, str, str, Fault | None]] = field(default_factory=list)

    def watch(self) -> None:
        """Note each call as the board is asked about it."""
        ask = self.board.take

        def take(service: Any, call: str) -> Fault | None:
            fault = ask(service, call)
            self.calls.append((time.monotonic(), service, call, fault))
            return fault

        self.board.take = take  # type: ignore[method-assign]

    def too_early(self) -> list[tuple[str, float]]:
        """Calls made before the time was over that a 429 on the same call asked to wait."""
        found: list[tuple[str, float]] = []
        asked: dict[tuple[str, str], tuple[float, float]] = {}
        for at, service, call, fault in self.calls:
            since, until = asked.get((service, call), (at, at))
            if since + UNDER_WAY < at < until - EARLY:
                found.append((call, round(until - at, 2)))
            if fault is not None and fault.kind == "rate_limit":
                asked[service, call] = at, max(until, at + fault.seconds)
        return found


async def bad_minutes(house: House, seconds: float, retry_after: float) -> None:
    """One kind of trouble after the other, with gaps in which a call may get through."""
    rng, ends = random.Random(11), time.monotonic() + seconds
    while time.monotonic() < ends:
        for call in TROUBLED:
            kind = rng.choice(("rate_limit", "error", "drop_before", "drop_after", "hang"))
            house.fault("slack", call, kind, times=rng.randint(1, 3), seconds=retry_after, status=503)
        for call in WRITES:
            # Cut off before it was done, a reply would be left to its rep, as other tests have it.
            kind = rng.choice(("rate_limit", "drop_after"))
            house.fault("intercom", call, kind, times=rng.randint(1, 2), seconds=retry_after)
        await asyncio.sleep(seconds / 12)
    house.faults.clear()


def workspace(count: int) -> dict[str, Any]:
    """So many accounts with one conversation each, all of which are due at twenty past nine."""
    office = scenario("1001")
    company, contact, conversation = (office[name][0] for name in ("companies", "contacts", "conversations"))
    for number in range(1, count):
        who = f"y{number}"
        told = [{**part, "who": who} for part in conversation["parts"]]
        office["companies"].append({**company, "id": f"x{number}", "name": f"Firm {number}"})
        office["contacts"].append(
            {**contact, "id": who, "email": f"{who}@customer.example", "company_ids": [f"x{number}"]}
        )
        office["conversations"].append(
            {**conversation, "id": f"50{number:02}", "contact_id": who, "parts": told}
        )
    return office


@pytest.mark.parametrize(
    ("seconds", "count"),
    [(5, 4), pytest.param(60, 24, marks=[pytest.mark.chaos(minutes=1), pytest.mark.timeout(240)])],
)
async def test_bad_minutes_lose_nothing_are_obeyed_and_soon_made_up_for(
    tmp_path: Path, seconds: float, count: int
):
    """`seconds` stand for ten minutes."""
    squeeze = 600 / seconds
    timings = Timings(
        attempt=1.0,
        settle=max(0.6, 60 / squeeze),
        looks=(0.2, 0.5, 1.0),
        backoff=0.2,
        backoff_cap=max(1.0, 300 / squeeze),
        lease=20.0,
        attempts=1000,
    )
    async with open_house(tmp_path, data=workspace(count), timings=timings) as house:
        watched = Watched(house.faults)
        watched.watch()
        await house.stop_bot()
        house.pacing = Pacing
        await house.start_bot(ticking=True)
        await house.settle()
        trouble = asyncio.create_task(bad_minutes(house, seconds, max(1.0, 20 / squeeze)))
        ids = [each["id"] for each in house.intercom.conversations()]
        for place, minute in enumerate((6, 9, 12, 21)):
            house.clock.jump_to(house.clock.now().replace(minute=minute))
            await asyncio.sleep(seconds / 8)
            assert (await house.ana.answers(ids[place], f"Answer {place}.")).ok
        await trouble
        ended = time.monotonic()
        while await house.read(_on_their_way):
            assert time.monotonic() - ended < allowed(seconds, count), "the backlog stays"
            await asyncio.sleep(0.05)
        _all_of_it_once(house, ids)
        depth = await house.read(intents.depth)
        assert not depth.get("dead")
        assert not depth.get("unconfirmed")
        limited = [call for _, _, call, fault in watched.calls if fault and fault.kind == "rate_limit"]
        assert len(limited) >= 2, "nobody was asked to wait: the test proves nothing"
        assert watched.too_early() == []


def _all_of_it_once(house: House, ids: list[str]) -> None:
    posted = Counter(key_of(each) for each in house.posts("alerts"))
    assert {key.split(":")[2] for key in posted if key.startswith("post:alert:")} >= set(ids)
    assert set(posted.values()) == {1}, posted
    assert sorted(text for _, _, text in house.sent()) == [f"Answer {place}." for place in range(4)]


def allowed(seconds: float, count: int) -> float:
    """Two minutes, compressed; but Slack's message a second is not, and each alert is two messages."""
    return max(120 * seconds / 600, 2.0 * count + 10)


def _on_their_way(session: Session, workspace: str) -> int:
    found = intents.depth(session, workspace)
    return sum(found.get(state, 0) for state in intents.OPEN)


async def test_control_a_call_before_the_time_is_seen(tmp_path: Path):
    """A bot whose own clock runs ahead comes back too early, and the log tells."""
    async with open_house(tmp_path, data=workspace(4), settled=False, linked=()) as house:
        watched = Watched(house.faults)
        watched.watch()
        house.fault("slack", "chat.postMessage", "rate_limit", seconds=5)
        for number in range(3):
            with contextlib.suppress(SlackError):
                await house.bot.works.slack.post(CHANNELS["alerts"], f"Message {number}", [])
            await asyncio.sleep(0.15)
        assert watched.too_early()
