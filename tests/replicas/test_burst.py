"""R5: a burst of webhooks, doubled and shuffled, over three replicas ends where one after the other ends."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from databases import sqlite_file
from harness import TUESDAY, WEBHOOK_URL, House, open_house
from how_long import long_form
from known_facts import differences
from on_the_screen import key_of
from signing import signed_by_intercom
from spread import balance
from sqlmodel import Session, select

from bot.intake import webhook
from bot.running import Bot
from bot.store import receipts
from bot.store.receipts import Receipt
from jobs import receipts as take
from sandbox.intercom.many import scenario as many

pytestmark = pytest.mark.postgres

DOUBLED = 0.3
CONVERSATIONS = 30


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """Where the houses of a test live."""
    for name in ("told", "one", "three"):
        (tmp_path / name).mkdir()
    return tmp_path


async def burst(folder: Path, notifications: int) -> list[bytes]:
    """So many notifications of a busy morning, in order."""
    bodies: list[bytes] = []

    async def take(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            bodies.append(request.content)
        return httpx.Response(200)

    async with (
        _house(folder, sqlite_file(folder), settled=False) as house,
        httpx.AsyncClient(transport=httpx.MockTransport(take)) as client,
    ):
        house.intercom.webhook_target(WEBHOOK_URL, client)
        rng, numbers = random.Random(5), itertools.count()
        known = [each["id"] for each in house.intercom.conversations()]
        while len(bodies) < notifications:
            for _ in range(50):
                _something_happens(house, rng, known, next(numbers))
                house.tick(2)
            await house.intercom.webhooks.settle()
        house.intercom.webhook_target(None, client)
    return bodies[:notifications]


def _house(folder: Path, database: str, *, settled: bool = True) -> AbstractAsyncContextManager[House]:
    """A workspace with customers enough for a busy morning."""
    data = many(CONVERSATIONS, seed=5, now=TUESDAY)
    return open_house(folder, data=data, database=database, linked=(), settled=settled)


def _something_happens(house: House, rng: random.Random, known: list[str], number: int) -> None:
    intercom = house.intercom
    admins = sorted(intercom.admins)
    conversation, admin = rng.choice(known), rng.choice(admins)
    if number % 25 == 0:
        contact = rng.choice(sorted(intercom.contacts))
        started = intercom.customer_starts(contact, "email", f"Question {number}?", f"Subject {number}")
        known.append(started["id"])
        return
    match rng.randrange(10):
        case 0 | 1 | 2 | 3:
            intercom.customer_writes(conversation, f"Line {number}.")
        case 4 | 5:
            intercom.admin_replies(conversation, admin, f"Answer {number}.")
        case 6:
            intercom.admin_notes(conversation, admin, f"Note {number}.")
        case 7:
            intercom.admin_assigns(conversation, admin, rng.choice([None, *admins]))
        case 8:
            intercom.closes(conversation, admin)
        case _:
            intercom.snoozes(conversation, admin, house.clock.now() + timedelta(hours=20))


def nothing_is_fetched(house: House) -> None:
    """What the notifications say has to be enough: the comparison is of intake alone.

    Not as if there were none of them, for what Intercom does not know again and again is over here too.
    """
    house.fault("intercom", "GET /conversations/*", "error", times=-1, status=400, error="parameter_invalid")


async def in_order(folder: Path, bodies: list[bytes], *, synced: bool = False) -> dict[str, Any]:
    """The facts after one bot has taken them one after the other."""
    async with _house(folder, sqlite_file(folder), settled=synced) as house:
        for body in bodies:
            assert (await house.notify(body)).status_code == 200
        while await take.tick(house.bot.works):
            pass
        return await house.facts()


async def over_three_replicas(
    folder: Path, bodies: list[bytes], address: str, *, judged: bool
) -> dict[str, Any]:
    """The facts after three have shared them; with `judged` also what they said about it was said once."""
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(_house(folder, address, settled=judged))
        for _ in range(2):
            await house.start_bot()
        nothing_is_fetched(house)
        client = await stack.enter_async_context(balance(house, [bot.web for bot in house.bots]))
        over = asyncio.Event()

        async def work(bot: Bot) -> None:
            while not over.is_set():
                await (bot.settle() if judged else take.tick(bot.works))
                await asyncio.sleep(0.01)
            while await take.tick(bot.works):
                pass

        working = [asyncio.create_task(work(bot)) for bot in house.bots]
        statuses = Counter(await _sent(client, bodies))
        over.set()
        await asyncio.gather(*working)
        if judged:
            await asyncio.gather(*(bot.settle() for bot in house.bots))
        assert statuses == {200: len(bodies)}
        states = await house.bot.store.read(_states)
        assert set(states) == {"done"}, states
        posted = Counter(key_of(each) for name in ("alerts", "accounts") for each in house.posts(name))
        assert set(posted.values()) <= {1}, [key for key, times in posted.items() if times > 1]
        return await house.facts()


async def _sent(client: httpx.AsyncClient, bodies: list[bytes]) -> list[int]:
    gate = asyncio.Semaphore(24)

    async def send(body: bytes) -> int:
        async with gate:
            headers = {"X-Hub-Signature": signed_by_intercom(body)}
            return (await client.post(WEBHOOK_URL, content=body, headers=headers)).status_code

    return list(await asyncio.gather(*map(send, bodies)))


def _states(session: Session) -> Counter[str]:
    return Counter(session.exec(select(Receipt.state).where(Receipt.source == "intercom")))


def mixed(bodies: list[bytes]) -> list[bytes]:
    rng = random.Random(7)
    found = bodies + rng.sample(bodies, round(len(bodies) * DOUBLED))
    rng.shuffle(found)
    return found


@pytest.mark.parametrize(
    ("webhooks", "judged"),
    [
        (500, False),
        (120, True),
        pytest.param(long_form(3_000, 10_000), False, marks=[pytest.mark.chaos, pytest.mark.timeout(1200)]),
    ],
)
async def test_a_shuffled_and_doubled_burst_over_three_replicas_equals_the_replay_in_order(
    folders: Path, postgres: str, webhooks: int, judged: bool
):
    bodies = await burst(folders / "told", round(webhooks / (1 + DOUBLED)))
    expected = await in_order(folders / "one", bodies, synced=judged)
    found = await over_three_replicas(folders / "three", mixed(bodies), postgres, judged=judged)
    assert differences(found, expected) == []
    assert len(expected["parts"]) > len(bodies) // 3


async def test_control_applying_beside_the_line_loses_something(folders: Path, postgres: str):
    """The same receipts, applied by three replicas at once without standing in line."""
    bodies = await burst(folders / "told", 150)
    expected = await in_order(folders / "one", bodies)
    async with _house(folders / "three", postgres, settled=False) as house:
        for _ in range(2):
            await house.start_bot()
        for body in mixed(bodies):
            assert (await house.notify(body)).status_code == 200

        async def apply(number: int) -> None:
            works = house.bots[number].works
            while await works.store.read(receipts.any_waiting, house.workspace):
                await works.store.write_beside(
                    webhook.apply_receipts,
                    house.workspace,
                    works.office.intercom_app,
                    works.office.config.accounts,
                    works.at(),
                    limit=10,
                )

        results = await asyncio.gather(*map(apply, range(3)), return_exceptions=True)
        broken = [each for each in results if isinstance(each, BaseException)]
        states = await house.bot.store.read(_states)
        wrong = differences(await house.facts(), expected)
        assert broken or states["failed"] or wrong
