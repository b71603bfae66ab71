"""The same on PostgreSQL, where several bots share the work: one winner, one message, one answer."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from harness import QUICK, House, OpenHouse
from on_the_screen import key_of, option, rich, words
from person import Person
from small_office import CHANNELS, scenario

from bot.store import conversations, intents, lanes

pytestmark = [pytest.mark.thorough, pytest.mark.postgres]


@pytest.fixture
async def replicas(build: OpenHouse, postgres: str) -> House:
    """Two bots on one database."""
    house = await build(database=postgres, data=scenario("1001", "1002"), linked=("ana", "ben", "cem", "lea"))
    await house.start_bot()
    return house


async def settle_both(house: House) -> None:
    await asyncio.gather(*(bot.settle() for bot in house.bots))


async def test_two_bots_at_once_post_each_message_once_and_ring_once(replicas: House):
    for minute in range(5, 31, 5):
        replicas.clock.jump_to(replicas.clock.now().replace(minute=minute))
        await settle_both(replicas)
    for name in ("alerts", "accounts"):
        keys = Counter(key_of(each) for each in replicas.slack.messages(CHANNELS[name]) if key_of(each))
        assert set(keys.values()) == {1}, keys
    assert len(replicas.posts("alerts", "post:alert:")) == 2
    assert len(replicas.posts("alerts", "post:ring:")) == 2


async def test_a_claim_has_one_winner_across_bots(replicas: House):
    replicas.clock.jump_to(replicas.clock.now() + timedelta(minutes=5))
    await settle_both(replicas)
    people = [replicas.ana, replicas.ben, replicas.cem, replicas.lea]
    alert = replicas.alert("1001")
    await asyncio.gather(*(each.presses(alert, "claim", seen=alert) for each in people))
    winners = [each for each in people if "*Yours now*" in each.heard]
    assert len(winners) == 1
    await settle_both(replicas)
    assert (await replicas.read(conversations.get, "1001")).claimed_by == winners[0].admin
    assert [part["part_type"] for part in replicas.parts("1001")] == ["assignment"]


async def test_an_answer_is_sent_once_by_whichever_bot_comes_first(replicas: House):
    await replicas.ana.opens_answer("1001")
    await asyncio.gather(*(bot.front.finish() for bot in replicas.bots))
    replicas.fault("intercom", "POST /conversations/*/reply", "drop_after")
    assert (await replicas.ana.submits({"text": rich("Only once.")})).ok
    for _ in range(12):
        await settle_both(replicas)
        await asyncio.sleep(0.03)
    assert replicas.sent() == [("1001", replicas.ana.admin, "Only once.")]


async def test_who_ends_looking_last_doubts_nothing_that_the_first_is_doing(build: OpenHouse, postgres: str):
    house = await build(
        database=postgres,
        data=scenario("1001", "1002"),
        undo=timedelta(seconds=30),
        timings=replace(QUICK, attempt=30.0),
    )
    await house.stop_all()
    house.tick(600)
    first, second = await house.start_bot(), await house.start_bot()
    held = house.fault("slack", "conversations.history", "slow", seconds=8)
    late = asyncio.create_task(second.settle())
    await house.hit(held)
    await first.settle()
    house.fault("intercom", "POST /conversations/1002/parts", "rate_limit", seconds=20)
    await house.ana.types("/claim 1002")
    await house.ana.presses(house.ana.last, "more_done")
    assert (await house.ana.submits({"what": option(house.ana.view, "what", "close")})).ok
    assert (await house.ana.submits()).ok
    await house.slack.people.close(house.ana.id, house.ana.view.id)
    await house.ana.opens_answer("1001")
    await asyncio.gather(*(bot.front.finish() for bot in house.bots))
    assert (await house.ana.submits({"text": rich("Only once.")})).ok
    await first.settle()
    assert not late.done(), "it was not the last: the test proves nothing"
    await late
    house.clock.machine_ahead = timedelta(seconds=31)
    await settle_both(house)
    assert house.sent() == [("1001", house.ana.admin, "Only once.")]
    assert "*Sent " in words(house.post("alerts", "post:delivery:").blocks)
    assert house.intercom.conversation("1002")["state"] == "closed"
    for name in ("alerts", "accounts"):
        keys = Counter(key_of(each) for each in house.slack.messages(CHANNELS[name]) if key_of(each))
        assert set(keys.values()) == {1}, keys


async def test_twenty_workers_take_each_intent_once_and_a_lane_in_order(build: OpenHouse, postgres: str):
    house = await build(database=postgres, settled=False, linked=())
    store, machine = house.bot.store, house.clock.machine()

    def fill(session: object) -> None:
        for number in range(30):
            intents.add(
                session,  # type: ignore[arg-type]
                house.workspace,
                key=f"test:{number}",
                kind="intercom.note",
                lane=f"lane-{number % 10}",
                subject="1001",
                payload={"number": number},
                now=house.clock.now(),
                due=machine,
            )

    await store.write(fill)

    async def worker(name: int) -> list[intents.Intent]:
        return await store.write(
            lanes.claim_due,
            house.workspace,
            machine,
            queue="",
            token=f"worker-{name}",
            lease_until=machine + timedelta(minutes=1),
            limit=3,
        )

    taken = [each for found in await asyncio.gather(*map(worker, range(20))) for each in found]
    numbers = sorted(each.payload["number"] for each in taken)
    assert numbers == list(range(10)), "the first of each lane, each once"


async def test_a_day_on_postgresql_looks_as_it_does_on_sqlite(build: OpenHouse, postgres: str):
    told = []
    for database in (None, postgres):
        house = await build(database=database, timings=replace(QUICK))
        await day(house)
        told.append([(each.text, words(each.blocks)) for name in CHANNELS for each in house.posts(name)])
    assert told[0] == told[1]


async def day(house: House) -> None:
    for moment in ("09:05", "09:10", "09:21"):
        await house.at(moment)
    ana: Person = house.ana
    await ana.presses(house.alert("1001"), "claim")
    await ana.answers("1001", "Repaired.")
    await house.at("09:40")
    await ana.types("/watchbell status")
    await house.at("12:30")


async def test_what_a_bot_that_stops_was_fetching_another_one_fetches_at_once(replicas: House):
    fault = replicas.fault("intercom", "GET /conversations/1002", "hang", seconds=60.0)
    replicas.intercom.customer_writes("1002", "Hello?")
    replicas.clock.jump_to(replicas.clock.now() + timedelta(minutes=2))
    at_work = asyncio.create_task(replicas.bot.settle())
    give_up = time.monotonic() + 30
    while not fault.hits:
        assert time.monotonic() < give_up, "it was never asked for"
        await asyncio.sleep(0.05)
    await replicas.stop_bot()
    await asyncio.gather(at_work, return_exceptions=True)
    # Machine time does not go on by the twenty seconds for which it was put off.
    await replicas.settle()
    assert (await replicas.read(conversations.get, "1002")).details_due is None
