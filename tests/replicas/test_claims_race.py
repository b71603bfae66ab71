"""R7: many reps claim the same conversations at once. Each has exactly one winner, on both engines."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from databases import sqlite_file
from harness import House, open_house
from how_long import long_form
from person import Person
from small_office import scenario
from spread import balance
from sqlmodel import Session, select

from bot.clock import Moment
from bot.desk import claim as desk
from bot.desk.rep import Rep
from bot.office import Office
from bot.store import conversations
from bot.store.audit import AuditEntry
from bot.store.conversations import Conversation
from bot.store.engine import Store, open_store
from bot.store.intents import Intent
from bot.store.reps import Admin

pytestmark = pytest.mark.postgres

REPS = 50
AT = Moment(datetime(2026, 11, 24, 8, 0, tzinfo=UTC), datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
AT_ONCE = 1_000
"""Claims under way at any time."""

Claim = Callable[[Session, Office, Rep, str, Moment], bool]


def by_the_desk(session: Session, office: Office, rep: Rep, conversation_id: str, at: Moment) -> bool:
    """What `/claim` and the button call."""
    return desk.claim(session, office, rep, conversation_id, at).outcome == "claimed"


@contextmanager
def opened(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[list[Store]]:
    """SQLite lets one in; on PostgreSQL three replicas share the claims."""
    if engine == "sqlite":
        stores = [open_store(sqlite_file(tmp_path))]
    else:
        stores = [open_store(request.getfixturevalue("postgres")) for _ in range(3)]
    yield stores
    for store in stores:
        store.close()


@pytest.fixture
async def office(tmp_path: Path) -> Office:
    folder = tmp_path / "office"
    folder.mkdir()
    async with open_house(folder, linked=(), settled=False) as house:
        return house.bot.office


def fill(session: Session, office: Office, count: int) -> None:
    for number in range(count):
        session.add(
            Conversation(
                workspace=office.workspace,
                id=str(number),
                channel="email",
                started_by="contact",
                state="open",
                created_at=AT.now,
                updated_at=AT.now,
                waiting_since=AT.now,
            )
        )
    for number in range(REPS):
        session.add(
            Admin(workspace=office.workspace, id=f"a{number}", name=f"Rep {number}", fetched_at=AT.now)
        )


async def race(stores: list[Store], office: Office, count: int, claim: Claim) -> dict[str, list[str]]:
    """Every rep claims every conversation; the winners of each."""
    await stores[0].write(fill, office, count)
    reps = [Rep(f"U{number}", f"a{number}", f"Rep {number}", "slash") for number in range(REPS)]
    winners: dict[str, list[str]] = defaultdict(list)
    rng = random.Random(7)

    async def one(place: int, rep: Rep, conversation_id: str) -> None:
        store = stores[place % len(stores)]
        write = store.write if claim is by_the_desk else store.write_beside
        if await write(claim, office, rep, conversation_id, AT):
            winners[conversation_id].append(rep.admin_id)

    for start in range(0, count, AT_ONCE // REPS):
        contested = [str(each) for each in range(start, min(count, start + AT_ONCE // REPS))]
        claims = [(rep, each) for each in contested for rep in reps]
        rng.shuffle(claims)
        await asyncio.gather(*(one(place, *each) for place, each in enumerate(claims)))
    return winners


def told(session: Session) -> dict[str, Any]:
    """What the database says about it: holders, claims in the audit log, assignments on their way."""
    return {
        "holders": {each.id: each.claimed_by for each in session.exec(select(Conversation))},
        "won": Counter(
            each.conversation_id
            for each in session.exec(select(AuditEntry).where(AuditEntry.outcome == "claimed"))
        ),
        "assigned": Counter(each.subject for each in session.exec(select(Intent))),
    }


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
@pytest.mark.parametrize(
    "count", [20, pytest.param(long_form(200, 1_000), marks=[pytest.mark.chaos, pytest.mark.timeout(1800)])]
)
async def test_fifty_reps_claim_each_of_them_and_each_has_one_winner(
    engine: str, count: int, office: Office, tmp_path: Path, request: pytest.FixtureRequest
):
    with opened(engine, tmp_path, request) as stores:
        winners = await race(stores, office, count, by_the_desk)
        found = await stores[0].read(told)
    ids = {str(number) for number in range(count)}
    assert {each: len(winners[each]) for each in ids} == dict.fromkeys(ids, 1)
    assert found["holders"] == {each: winners[each][0] for each in ids}
    assert found["won"] == found["assigned"] == Counter(ids)


def read_then_write(session: Session, office: Office, rep: Rep, conversation_id: str, _: Moment) -> bool:
    """The control: looks whether it is free, and takes it."""
    row = conversations.get(session, office.workspace, conversation_id)
    assert row is not None
    if row.claimed_by is not None:
        return False
    row.claimed_by = rep.admin_id
    session.add(row)
    return True


async def test_control_read_then_write_has_several_winners_on_postgresql(
    office: Office, tmp_path: Path, request: pytest.FixtureRequest
):
    with opened("postgresql", tmp_path, request) as stores:
        winners = await race(stores, office, 20, read_then_write)
    assert max(map(len, winners.values())) > 1


async def test_control_looking_first_and_taking_later_has_several_winners_on_sqlite(
    office: Office, tmp_path: Path, request: pytest.FixtureRequest
):
    """One writer does not help who decides outside the transaction."""
    with opened("sqlite", tmp_path, request) as (store,):
        await store.write(fill, office, 1)
        winners: list[int] = []

        async def one(number: int) -> None:
            row = await store.read(conversations.get, office.workspace, "0")
            assert row is not None
            if row.claimed_by is None:
                await store.write(_take, office.workspace, f"a{number}")
                winners.append(number)

        await asyncio.gather(*map(one, range(REPS)))
    assert len(winners) > 1


def _take(session: Session, workspace: str, admin_id: str) -> None:
    row = conversations.get(session, workspace, "0")
    assert row is not None
    row.claimed_by = admin_id
    session.add(row)


async def test_through_slack_over_three_replicas_each_conversation_has_one_winner(
    tmp_path: Path, postgres: str
):
    """The same by typing: signed requests, spread over three bots, four reps at once."""
    wanted = ("1001", "1002", "1004", "1008")
    async with open_house(
        tmp_path, database=postgres, http=True, data=scenario(*wanted), linked=("ana", "ben", "cem", "lea")
    ) as house:
        for _ in range(2):
            await house.start_bot()
        async with balance(house, [bot.web for bot in house.bots]):
            people = [house.ana, house.ben, house.cem, house.lea]
            told_before = {person.id: len(person.told()) for person in people}
            await asyncio.gather(*(claims(person, wanted) for person in people))
            await asyncio.gather(*(bot.settle() for bot in house.bots))
            for person in people:
                assert len(person.told()) - told_before[person.id] == len(wanted)
            won = {person.id: _won(person, told_before[person.id]) for person in people}
            assert sum(won.values()) == len(wanted), won
            await every_claim_reached_intercom_once(house, wanted)


async def claims(person: Person, wanted: tuple[str, ...]) -> None:
    outcomes = await asyncio.gather(*(person.types(f"/claim {each}") for each in wanted))
    assert all(each.ok for each in outcomes)


def _won(person: Person, since: int) -> int:
    return sum("yours now" in str(each.blocks).lower() for each in person.told()[since:])


async def every_claim_reached_intercom_once(house: House, wanted: tuple[str, ...]) -> None:
    for each in wanted:
        row = await house.read(conversations.get, each)
        assert house.intercom.conversation(each)["admin_assignee_id"] == int(row.claimed_by)
        assigned = [part for part in house.parts(each) if part["part_type"] == "assignment"]
        assert len(assigned) == 1
