"""What operators ask: is it alive, is it at work, how much is on its way."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import httpx
import pytest
from harness import House, OpenHouse
from on_the_screen import words
from small_office import scenario
from sqlmodel import Session

pytestmark = pytest.mark.thorough


async def get(house: House, path: str) -> httpx.Response:
    async with house.client() as client:
        return await client.get(path)


def number(metrics: str, name: str) -> float:
    (line,) = [each for each in metrics.splitlines() if each.startswith(name)]
    return float(line.rsplit(" ", 1)[1])


async def test_alive_at_once_ready_after_the_first_tick_and_not_when_ticks_are_late(build: OpenHouse):
    house = await build(settled=False, linked=(), data=scenario("1001"))
    assert (await get(house, "/healthz")).status_code == 200
    early = await get(house, "/readyz")
    assert (early.status_code, early.json()) == (
        503,
        {"ready": False, "missing": ["nothing has ticked yet"]},
    )
    await house.settle()
    assert (await get(house, "/readyz")).json() == {"ready": True, "missing": []}
    house.clock.machine_ahead = timedelta(seconds=29)
    assert (await get(house, "/readyz")).status_code == 200
    house.clock.machine_ahead = timedelta(seconds=31)
    late = await get(house, "/readyz")
    assert late.status_code == 503
    assert "the judge tick is late" in late.json()["missing"]
    assert (await get(house, "/healthz")).status_code == 200
    await house.settle()
    assert (await get(house, "/readyz")).status_code == 200


async def test_one_tick_that_always_fails_leaves_the_others_running_and_is_named(build: OpenHouse):
    house = await build(settled=False, linked=(), data=scenario("1001"))

    def spoil(session: Session) -> None:
        session.connection().exec_driver_sql("ALTER TABLE alert RENAME TO lost")

    await house.bot.store.write(spoil)
    await house.settle()
    told = (await get(house, "/readyz")).json()
    assert told == {"ready": False, "missing": ["the judge tick is late"]}
    await house.notify({"topic": "ping", "id": None})
    await house.settle()


async def test_a_bot_that_cannot_look_through_slack_says_that_it_says_nothing(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=())
    await house.stop_bot()
    house.tick(300)
    house.fault("slack", "conversations.history", "error", times=-1, status=500)
    await house.start_bot()
    await house.settle()
    assert (await get(house, "/readyz")).status_code == 200, "it may be better in a moment"
    house.clock.machine_ahead = timedelta(seconds=31)
    await house.later(minutes=3)
    told = await get(house, "/readyz")
    assert told.status_code == 503
    assert told.json()["missing"] == ["Slack has not been looked through yet: nothing is said"]
    await house.slack.people.open_home(house.ana.id)
    await house.settle()
    assert "Nothing has been said for 3 min" in words(house.ana.home.blocks)
    house.faults.clear()
    await house.later(minutes=1)
    assert (await get(house, "/readyz")).status_code == 200
    await house.slack.people.open_home(house.ana.id)
    await house.settle()
    assert "Nothing has been said" not in words(house.ana.home.blocks)


async def test_the_numbers_tell_what_is_on_its_way_what_failed_and_how_old_the_last_sweep_is(
    build: OpenHouse,
):
    house = await build(data=scenario("1001", "1002", "1005", "1006"), linked=())
    metrics = (await get(house, "/metrics")).text
    assert number(metrics, 'watchbell_conversations{state="open"}') == 2
    assert number(metrics, 'watchbell_conversations{state="snoozed"}') == 1
    assert number(metrics, 'watchbell_conversations{state="closed"}') == 1
    assert number(metrics, 'watchbell_outbox{state="done"}') == 2
    assert number(metrics, "watchbell_sweep_age_seconds") == 0
    house.tick(90)
    house.fault("slack", "chat.postMessage", "error", error="not_in_channel")
    assert number((await get(house, "/metrics")).text, "watchbell_sweep_age_seconds") == 90
    await house.at("09:05")
    assert number((await get(house, "/metrics")).text, 'watchbell_outbox{state="dead"}') == 1


async def test_a_bot_left_alone_does_its_work_by_itself(build: OpenHouse):
    house = await build(data=scenario("1001"), settled=False, linked=())
    await house.stop_bot()
    house.tick(5 * 60)
    await house.start_bot(ticking=True)
    give_up = time.monotonic() + 10
    while not house.alerts("1001"):
        assert time.monotonic() < give_up
        await asyncio.sleep(0.05)
    assert "First reply due in 15 min" in words(house.alert("1001").blocks)
    async with house.client() as client:
        assert (await client.get("/readyz")).status_code == 200


async def test_the_numbers_tell_how_long_slack_waited_for_an_answer(build: OpenHouse):
    house = await build(data=scenario("1001"), linked=("ana",))
    house.fault("slack", "views.open", "slow", seconds=0.3)
    before = number((await get(house, "/metrics")).text, 'watchbell_ack_seconds_sum{source="slack"}')
    # The window is opened before the command is acknowledged.
    await house.ana.types("/answer 1001")
    after = number((await get(house, "/metrics")).text, 'watchbell_ack_seconds_sum{source="slack"}')
    assert after - before >= 0.3


async def test_the_numbers_of_the_process_tell_waits_latencies_and_outcomes(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), linked=("ana",))
    house.fault("slack", "chat.postMessage", "rate_limit", seconds=1)
    house.fault("intercom", "POST /conversations/search", "rate_limit", seconds=0.1)
    await house.at("09:06")
    assert (await house.notify({"topic": "ping", "id": None})).status_code == 200
    await house.ana.types("/inbox")
    await house.until(lambda: house.alerts("1001"))
    metrics = (await get(house, "/metrics")).text
    assert number(metrics, 'watchbell_sends_total{kind="slack.post",outcome="NotSent"}') >= 1
    assert number(metrics, 'watchbell_sends_total{kind="slack.post",outcome="Sent"}') >= 3
    assert number(metrics, 'watchbell_ack_seconds_count{source="intercom"}') == 1
    assert number(metrics, 'watchbell_ack_seconds_count{source="slack"}') >= 2
    assert number(metrics, 'watchbell_ack_seconds_bucket{le="3.0",source="slack"}') >= 2
    assert number(metrics, 'watchbell_rate_limit_wait_seconds_total{call="POST",service="intercom"}') > 0
    assert number(metrics, 'watchbell_tick_age_seconds{tick="audit"}') >= 0
