"""A PostgreSQL server that is restarted, crashes or hangs: the bot says so, and goes on by itself."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psycopg
import pytest
from databases import postgres_database
from harness import House, open_house
from on_the_screen import key_of, rich
from own_postgres import OwnPostgres
from small_office import scenario
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, select

from bot.passing import unseen
from bot.store import conversations, postgres, pulse
from bot.store.engine import Store, open_store
from bot.store.receipts import Receipt
from bot.store.trouble import StoreSilent

pytestmark = pytest.mark.postgres


@pytest.fixture
async def house(cluster: OwnPostgres, tmp_path: Path) -> AsyncIterator[House]:
    """A bot that ticks by itself, on a server of its own."""
    with postgres_database(cluster.server) as address:
        async with open_house(tmp_path, database=address, data=scenario("1001", "1002", "1004")) as made:
            await made.stop_bot()
            await made.start_bot(ticking=True)
            yield made


def stored(session: Session) -> set[str]:
    return {each.delivery_id for each in session.exec(select(Receipt).where(Receipt.source == "intercom"))}


def backends(server: str) -> int:
    """Break off every other session of the cluster that works for Watchbell; how many there were."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        found = admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'watchbell'"
        ).fetchall()
    return len(found)


async def eventually(holds: Callable[[], object], seconds: float = 20.0) -> None:
    give_up = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up, "it never came about"
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_restart_under_load_loses_nothing_and_needs_no_restart_of_the_bot(
    house: House, cluster: OwnPostgres, mode: str
):
    """`immediate` is a crash of the server: what it acknowledged must be there all the same."""
    answers: dict[str, int] = {}
    over = asyncio.Event()

    async def keep_sending() -> None:
        number = 0
        while not over.is_set():
            number += 1
            response = await house.notify({"topic": "ping", "id": f"n{number}"})
            answers[f"n{number}"] = response.status_code
            await asyncio.sleep(0.005)

    sending = asyncio.create_task(keep_sending())
    house.tick(60)
    await asyncio.sleep(0.5)
    await asyncio.to_thread(cluster.restart, mode)
    house.clock.jump_to(house.clock.now().replace(minute=21))
    await eventually(lambda: house.alerts("1001") and house.alerts("1002"))
    over.set()
    await sending

    counted = Counter(answers.values())
    assert set(counted) == {200, 503}, counted
    assert await house.bot.store.read(stored) >= {each for each, status in answers.items() if status == 200}
    keys = Counter(key_of(each) for each in house.posts("alerts"))
    assert set(keys.values()) == {1}, keys
    await house.ana.types("/claim 1001")
    assert "*Yours now*" in house.ana.heard


async def test_commands_while_it_is_down_are_answered_in_a_sentence(house: House, cluster: OwnPostgres):
    cluster.stop()
    try:
        outcome = await house.ana.types("/claim 1004")
        assert outcome.ok
        assert "cannot reach its database" in house.ana.heard
        assert (await house.notify({"topic": "ping", "id": "n1"})).status_code == 503
    finally:
        cluster.start()
    assert (await house.read(conversations.get, "1004")).claimed_by is None
    assert (await house.notify({"topic": "ping", "id": "n1"})).status_code == 200


async def test_an_answer_is_sent_once_though_the_server_went_away_before_it_was_noted(
    cluster: OwnPostgres, tmp_path: Path
):
    """The customer has the reply; the database that should know it is gone for a moment."""
    with postgres_database(cluster.server) as address:
        async with open_house(tmp_path, database=address, data=scenario("1001")) as house:
            await house.ana.opens_answer("1001")
            await house.ana.submits({"text": rich("Only once.")})
            settling = asyncio.create_task(house.settle())
            await eventually(lambda: len(house.sent()) == 1)
            await asyncio.to_thread(cluster.restart)
            await settling
            await house.until(lambda: fate(house).endswith("is sent."))
            assert house.sent() == [("1001", house.ana.admin, "Only once.")]


def fate(house: House) -> str:
    """What the rep sees of their answer."""
    (shown,) = [
        message
        for channel in house.slack.channels
        for message in house.slack.messages(channel)
        if key_of(message).startswith("post:delivery:")
    ]
    return str(shown.text)


async def test_the_first_write_and_read_after_a_restart_succeed(cluster: OwnPostgres):
    with postgres_database(cluster.server) as address:
        store = open_store(address)
        await store.write(pulse.set_mark, "T", "name", "before")
        assert await store.read(pulse.get_mark, "T", "name") == "before"
        cluster.restart()
        await store.write(pulse.set_mark, "T", "name", "after")
        assert await store.read(pulse.get_mark, "T", "name") == "after"
        store.close()


def add_one(session: Session) -> None:
    pulse.set_mark(session, "T", "count", str(int(pulse.get_mark(session, "T", "count") or 0) + 1))
    session.flush()


async def test_what_broke_before_the_commit_is_done_again_and_counts_once(cluster: OwnPostgres):
    with postgres_database(cluster.server) as address:
        store, runs = open_store(address), []

        def broken_once(session: Session) -> None:
            runs.append(1)
            add_one(session)
            if len(runs) == 1:
                assert backends(cluster.server)
            add_one(session)

        await store.write(broken_once)
        assert len(runs) == 2
        assert await store.read(pulse.get_mark, "T", "count") == "2"
        store.close()


@pytest.mark.parametrize("arrives", [False, True])
async def test_a_commit_of_unknown_outcome_is_told_and_never_repeated(cluster: OwnPostgres, arrives: bool):
    """The connection breaks at the commit: once before it arrived, once after it was carried out."""
    with postgres_database(cluster.server) as address:
        breaking = False

        def at(point: str) -> None:
            if breaking and point == "before commit add_one":
                backends(cluster.server)

        store = open_store(address, passing=unseen if arrives else at)
        await store.write(add_one)
        breaking = True
        if arrives:
            # Carried out, and then no answer came: the server is frozen until the caller has given up.
            impatient = Store(store.engine, lock=None, readers=1, answer_within=0.5, passing=unseen)
            with cluster.frozen(), pytest.raises(StoreSilent):
                await impatient.write(add_one)
            await asyncio.sleep(0.5)
        else:
            with pytest.raises(SQLAlchemyError):
                await store.write(add_one)
        breaking = False
        assert await store.read(pulse.get_mark, "T", "count") == ("2" if arrives else "1")
        store.close()


async def test_while_the_server_hangs_webhooks_are_refused_in_time_and_then_taken(
    house: House, cluster: OwnPostgres
):
    with cluster.frozen():
        began = time.monotonic()
        response = await house.notify({"topic": "ping", "id": "n1"})
        took = time.monotonic() - began
    assert response.status_code == 503
    assert took < 5, "Intercom would have given up before"
    assert (await house.notify({"topic": "ping", "id": "n2"})).status_code == 200
    house.clock.jump_to(house.clock.now().replace(minute=21))
    await eventually(lambda: house.alerts("1001"))


FROZEN = """
import asyncio, os, signal, sys, time
from sqlmodel import Session
from bot.store.engine import open_store

def freeze(session):
    session.connection().exec_driver_sql("SELECT 1")
    print("writing", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(60)  # The signal may reach another thread first: this one must not come to its commit.

asyncio.run(open_store(sys.argv[1]).write(freeze))
"""


@pytest.mark.chaos
async def test_a_replica_frozen_in_the_middle_of_a_write_holds_up_the_others_for_seconds_only(
    cluster: OwnPostgres,
):
    with postgres_database(cluster.server) as address:
        frozen = await asyncio.create_subprocess_exec(
            sys.executable, "-c", FROZEN, address, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        try:
            assert frozen.stdout is not None
            assert await frozen.stdout.readline() == b"writing\n"
            store = open_store(address)
            began = time.monotonic()
            await store.write(add_one)
            took = time.monotonic() - began
            store.close()
            assert 1 < took < postgres.IDLE_WITHIN + 3, took
        finally:
            os.kill(frozen.pid, signal.SIGKILL)
            await frozen.wait()
