"""The heartbeat: somebody outside hears from the bot once a minute, and only as long as nothing is wrong."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiohttp import web
from harness import House, OpenHouse
from small_office import scenario
from sqlmodel import Session

from bot.operate import outbox
from bot.watch import pulse

pytestmark = pytest.mark.thorough


@dataclass
class Watcher:
    """A monitoring service that only counts."""

    url: str = ""
    status: int = 200
    heard: list[str] = field(default_factory=list)

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append(request.path_qs)
        return web.Response(status=self.status, headers={"Location": f"{self.url}/elsewhere"})


@pytest.fixture
async def watcher() -> AsyncIterator[Watcher]:
    made = Watcher()
    application = web.Application()
    application.router.add_get("/{rest:.*}", made.hear)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    made.url = f"http://{host}:{port}/ping/planted-heartbeat-7a"
    yield made
    await runner.cleanup()


async def watched(build: OpenHouse, watcher: Watcher) -> House:
    house = await build(data=scenario("1001"), linked=())
    await house.stop_bot()
    await house.start_bot(heartbeat_url=watcher.url)
    await house.settle()
    return house


async def a_minute(house: House) -> None:
    """A minute passes in both times, and the bot does what is due."""
    for _ in range(4):
        house.clock.machine_ahead += timedelta(seconds=16)
        await house.later(seconds=16)


async def test_it_comes_once_a_minute(build: OpenHouse, watcher: Watcher):
    house = await watched(build, watcher)
    assert watcher.heard == ["/ping/planted-heartbeat-7a"]
    await house.settle()
    assert len(watcher.heard) == 1
    for _ in range(3):
        await a_minute(house)
    assert len(watcher.heard) == 4


async def test_it_stops_when_intercom_cannot_be_read_and_comes_back(build: OpenHouse, watcher: Watcher):
    house = await watched(build, watcher)
    house.fault("intercom", "POST /conversations/search", "error", times=-1, status=401, error="unauthorized")
    for _ in range(5):
        await a_minute(house)
    before = len(watcher.heard)
    await a_minute(house)
    assert len(watcher.heard) == before
    house.faults.clear()
    await a_minute(house)
    await a_minute(house)
    assert len(watcher.heard) > before


async def test_it_stops_when_a_tick_fails(build: OpenHouse, watcher: Watcher):
    house = await watched(build, watcher)

    def spoil(session: Session) -> None:
        session.connection().exec_driver_sql("ALTER TABLE alert RENAME TO lost")

    await house.bot.store.write(spoil)
    before = len(watcher.heard)
    for _ in range(2):
        await a_minute(house)
    assert len(watcher.heard) == before


async def test_it_stops_when_a_message_was_given_up(build: OpenHouse, watcher: Watcher):
    house = await watched(build, watcher)
    house.fault("slack", "chat.postMessage", "error", error="not_in_channel")
    await house.at("09:05")
    before = len(watcher.heard)
    await a_minute(house)
    assert len(watcher.heard) == before


async def test_it_stops_while_every_attempt_at_a_message_ends_in_doubt(build: OpenHouse, watcher: Watcher):
    house = await watched(build, watcher)
    house.fault("slack", "chat.postMessage", "error", times=-1, error="internal_error", status=500)
    await house.at("09:06")
    for _ in range(10):
        house.clock.machine_ahead += timedelta(minutes=1)
        await house.later(minutes=1)
        await house.rest(0.2)
    before = len(watcher.heard)
    found = await house.bot.store.read(pulse.health, house.bot.office, house.bot.works.at())
    waits = [each for each in found.problems if each.what.startswith("A message has waited for ")]
    assert waits
    assert waits[0].mend.startswith("Slack answered internal_error. ")
    assert "Slack answered internal_error" in str(await overdue(house))
    async with house.client() as client:
        told = (await client.get("/metrics")).text
    (waited,) = [each for each in told.splitlines() if each.startswith("watchbell_outbox_oldest_due_seconds")]
    assert float(waited.split()[1]) > 300
    house.faults.clear()
    await house.until(lambda: house.alerts("1001"))
    await house.rest(0.5)
    assert len(house.alerts("1001")) == 1
    assert len(watcher.heard) == before
    await a_minute(house)
    await house.later(minutes=6)
    await a_minute(house)
    assert len(watcher.heard) > before


async def overdue(house: House) -> list[str | None]:
    """Why what `watchbell outbox list` names is not there."""
    found = await house.bot.store.read(outbox.waiting, house.bot.works.at())
    return [each.error for each in found]


async def test_a_watcher_that_is_away_or_sends_elsewhere_harms_nothing(
    build: OpenHouse, watcher: Watcher, diary: io.StringIO
):
    house = await watched(build, watcher)
    watcher.status = 302
    await a_minute(house)
    assert all("elsewhere" not in each for each in watcher.heard), "no redirect is followed"
    watcher.status = 500
    await a_minute(house)
    assert diary.getvalue().count("heartbeat_not_taken") == 2
    assert "planted-heartbeat" not in diary.getvalue()
    assert len(house.alerts("1001")) == 0
    await house.at("09:06")
    assert len(house.alerts("1001")) == 1


async def test_it_stops_while_slack_cannot_be_looked_through(build: OpenHouse, watcher: Watcher):
    house = await watched(build, watcher)
    await house.stop_bot()
    house.tick(300)
    house.fault("slack", "conversations.history", "error", times=-1, status=500)
    await house.start_bot(heartbeat_url=watcher.url)
    await a_minute(house)
    before = len(watcher.heard)
    for _ in range(3):
        await a_minute(house)
    assert len(watcher.heard) == before
    house.faults.clear()
    for _ in range(2):
        await a_minute(house)
    assert len(watcher.heard) > before
