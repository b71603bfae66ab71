"""A town: the local Slack and Intercom in the test's own process, and bots that live and die outside it.

Unlike a house (`harness.py`) its time runs, for it must be the same in several processes, and its bots do
all their ticking by themselves.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from free_ports import free_port
from harness import TUESDAY, House, HouseClock
from nursery import Nursery, Victim
from on_the_screen import key_of
from signing import CLIENT_SECRET, INTERCOM_TOKEN, SEED
from small_office import APP, TOML, scenario
from small_slack import installed_manifest, people_and_places
from sqlalchemy import Engine
from sqlmodel import Session
from victim import Order

from bot.outbox.timings import Timings
from bot.store import look, pulse
from sandbox.faults import FaultBoard
from sandbox.intercom import IntercomWorld
from sandbox.page.page import Page
from sandbox.server import SandboxServer
from sandbox.slack.model import Timing as SlackTiming
from sandbox.slack.world import SlackWorld

BRISK = Timings(attempt=0.6, lease=4.0, settle=1.0, looks=(0.6, 0.6), backoff=0.05, backoff_cap=0.4)
"""Short waits in the order of the real ones: attempt and late landing < settle < lease."""

AT_ONCE = (
    TOML.replace('warn = ["15m"]', 'warn = ["29m59s"]').replace('warn = ["30m"]', 'warn = ["3h59m59s"]')
    + '\n[sweep]\nevery = "15s"\n'
)
"""The office's promises with a warning a second after the customer wrote, for a load of alerts; what no
webhook told is found soon."""

SPEED = 2.0
"""Seconds of business time in one of the machine's, unless a run says otherwise. Two minutes of business time
without a sign of life make a gap (`bot/watch/recovery.py`), so it must not be much faster."""

AS_A_RULE = 0.08
"""Seconds to start within which a machine does not count as slow."""

SLOWEST = 3.0
"""How many times as long as there lives become at most."""

_numbers = itertools.count(1)


@dataclass(eq=False)
class Seat:
    """A place for one bot: whoever dies there is followed by the next at the same port."""

    port: int
    victim: Victim | None = None
    lives: int = 0
    codes: Counter[int] = field(default_factory=Counter)

    @property
    def runs(self) -> bool:
        """Whether a bot is here and ready."""
        return self.victim is not None and self.victim.ready.is_set() and not self.victim.ended.is_set()


@dataclass(eq=False, repr=False)
class Town:
    """Services, people, and seats for bots on one database.

    `posted` counts every message of ours that Slack ever took, by key, also those that were deleted.
    """

    folder: Path
    nursery: Nursery
    house: House
    seats: list[Seat]
    engine: Engine
    outbox: str
    rng: random.Random
    posted: Counter[str] = field(default_factory=Counter)
    acknowledged: set[str] = field(default_factory=set)
    kills: int = 0
    _keeping: list[asyncio.Task[None]] = field(default_factory=list)

    # -- bots

    def order(self, seat: Seat, **changes: Any) -> Order:
        """What a bot at this seat is given; `changes` are of the order."""
        house = self.house
        secrets = replace(house.secrets(), port=seat.port)
        told = asdict(secrets)
        for path in ("config", "model"):
            told.pop(path)
        if secrets.mailbox is not None:
            told["mailbox"]["authority"] = str(secrets.mailbox.authority)
        given: dict[str, Any] = {
            "number": next(_numbers),
            "secrets": told,
            "config": str(self.folder / "watchbell.toml"),
            "clock": (house.clock.now().isoformat(), time.monotonic(), house.clock.speed),
            "timings": asdict(house.timings),
            "undo": house.undo.total_seconds(),
            "log": str(self.folder / "bots.log"),
            "outbox": self.outbox,
        }
        return Order(**{**given, **changes})

    def fork(self, seat: Seat, **changes: Any) -> Victim:
        """Begin a bot at a seat that is free."""
        assert seat.victim is None or seat.victim.ended.is_set()
        seat.victim = self.nursery.fork(self.order(seat, **changes))
        seat.lives += 1
        return seat.victim

    def keep_alive(self) -> None:
        """From now on every seat has a bot: one that ends is followed at once."""
        self._keeping = [asyncio.create_task(self._keep(seat)) for seat in self.seats]

    async def _keep(self, seat: Seat) -> None:
        while True:
            victim = self.fork(seat) if seat.victim is None or seat.victim.ended.is_set() else seat.victim
            await victim.ended.wait()
            seat.codes[victim.code or 0] += 1

    async def let_die(self) -> None:
        """Nobody is followed any more."""
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)
        self._keeping = []

    async def close_bots(self, number: Any) -> None:
        """Nobody is followed, and whoever runs is sent this signal."""
        await self.let_die()
        for seat in self.seats:
            if seat.victim is not None:
                seat.victim.signal(number)
                await seat.victim.ended.wait()

    async def up(self) -> None:
        """Wait until a bot runs at every seat."""
        await self.until(lambda: all(seat.runs for seat in self.seats), 20)

    async def opened(self) -> None:
        """Wait until a bot runs at every seat and Intercom was read once: from then on reps can work."""
        await self.up()
        await self.until(lambda: self.read(pulse.last_beat, self.house.workspace, "sweep"), 20)

    async def kill_at_random(self, kills: int) -> None:
        """Kill -9 some bot, again and again: one in four while it may still be starting, the others at any
        moment of a short or longer life after they were ready. On a slow machine lives are longer, so that
        bots die in the midst of as much work on each."""
        slow = 1.0
        while self.kills < kills:
            victim = self.rng.choice(self.seats).victim
            if victim is None or victim.ended.is_set():
                await asyncio.sleep(0.002)
                continue
            early = self.rng.random() < 0.25
            begun = victim.born if early else victim.ready
            await asyncio.wait(
                [asyncio.create_task(each.wait()) for each in (begun, victim.ended)],
                return_when=asyncio.FIRST_COMPLETED,
            )
            if victim.ready.is_set():
                started = victim.since["ready"] - victim.since["born"]
                slow = min(max(1.0, started / AS_A_RULE), SLOWEST)
            await asyncio.sleep(self.rng.uniform(0, self.rng.choice((0.2, 0.8, 2.0)) * slow))
            if not victim.ended.is_set():
                await victim.kill()
                self.kills += 1

    # -- looking

    def read(self, fn: Callable[..., Any], *args: Any) -> Any:
        """A question to the database from outside, as the doctor asks."""
        with Session(self.engine) as session:
            return fn(session, *args)

    def doubled(self, prefix: str = "") -> dict[str, int]:
        """What Slack took more than once, ever."""
        return {key: times for key, times in self.posted.items() if times > 1 and key.startswith(prefix)}

    async def until(self, holds: Callable[[], object], seconds: float) -> None:
        ends = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < ends, "it never came about"
            await asyncio.sleep(0.05)

    def _overhear(self, kind: str, detail: dict[str, Any]) -> None:
        if kind != "message":
            return
        message = self.house.slack.message(detail["channel"], detail["ts"])
        if message is not None and key_of(message):
            self.posted[key_of(message)] += 1


class Front(httpx.AsyncBaseTransport):
    """A balancer in front of the seats: each request goes to the next one that answers at all.

    Intercom's notifications that were answered with 200 are noted by their ids.
    """

    def __init__(self, town: Town) -> None:
        self._town = town
        self._turn = 0
        self._wire = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        seats = self._town.seats
        self._turn += 1
        seat = seats[self._turn % len(seats)]
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=seat.port)
        request.headers["Host"] = f"127.0.0.1:{seat.port}"
        response = await self._wire.handle_async_request(request)
        if request.method == "POST" and response.status_code == 200:
            body = httpx.Response(200, content=request.content).json()
            self._town.acknowledged.add(str(body["id"]))
        return response

    async def aclose(self) -> None:
        await self._wire.aclose()


@contextlib.asynccontextmanager
async def open_town(
    folder: Path,
    nursery: Nursery,
    database: str,
    *,
    seats: int = 1,
    start: datetime = TUESDAY,
    speed: float = SPEED,
    data: dict[str, Any] | None = None,
    timings: Timings = BRISK,
    toml: str = AT_ONCE,
    outbox: str = "real",
    seed: int = 1,
    retries: Sequence[float] = (0.1, 0.3, 0.8, 1.6),
) -> AsyncIterator[Town]:
    """A town with empty seats; its notifications go to whichever bots run. Bots end with it."""
    await nursery.rehearsed(database)
    clock, faults = HouseClock(start, speed=speed), FaultBoard(rng=random.Random(seed))
    slack = SlackWorld(
        clock,
        faults,
        base_url="http://unset.example/slack",
        seed=SEED,
        timing=SlackTiming(event_retry_delays_s=(0.0, 0.2, 0.5)),
        manifest=installed_manifest(),
    )
    slack.limits.enabled = False
    people_and_places(slack)
    intercom = IntercomWorld(
        clock,
        faults,
        token=INTERCOM_TOKEN,
        client_secret=CLIENT_SECRET,
        app_id=APP,
        base_url="http://unset.example/intercom",
    )
    intercom.webhooks.retries = tuple(retries)
    intercom.load(data or scenario())
    server = SandboxServer(0)
    await server.start(Page(slack, intercom, clock, faults))
    (folder / "watchbell.toml").write_text(toml, encoding="utf-8")
    house = House(
        folder, clock, faults, slack, intercom, server, False, database, timedelta(0), timings, toml
    )
    engine = look.open_for_reading(database)
    rng = random.Random(seed)
    town = Town(folder, nursery, house, [Seat(free_port()) for _ in range(seats)], engine, outbox, rng)
    slack.on_change(town._overhear)
    try:
        async with httpx.AsyncClient(transport=Front(town)) as client:
            intercom.webhook_target("http://bot.example/intercom/webhook", client)
            yield town
            await intercom.webhooks.stop()
    finally:
        await town.let_die()
        for seat in town.seats:
            if seat.victim is not None and not seat.victim.ended.is_set():
                await seat.victim.kill()
        faults.clear()
        await server.stop()
        engine.dispose()
