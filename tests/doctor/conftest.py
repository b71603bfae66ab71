"""Fixtures of the doctor's tests: a house, and a doctor who was called to it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from doctor_visit import Doctor
from harness import House, link, open_house
from signing import CLIENT_SECRET, INTERCOM_TOKEN, SEED

from bot.logs import configure


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    configure(io.StringIO())
    yield
    structlog.reset_defaults()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A bot that runs and has not read Intercom yet: most checks need no more."""
    async with open_house(tmp_path, settled=False, linked=()) as made:
        yield made


@pytest.fixture
async def lived_in(house: House) -> House:
    """The same after its first reading, with every seat linked."""
    await house.settle()
    for person in (house.ana, house.ben, house.cem, house.lea):
        await link(person)
    return house


SECRETS = (SEED.bot_token, SEED.app_token, SEED.signing_secret, INTERCOM_TOKEN, CLIENT_SECRET, "PLANTED")


@pytest.fixture
async def doctor(house: House, tmp_path: Path) -> AsyncIterator[Doctor]:
    """Whatever a test does, no secret may be in what the doctor printed."""
    made = Doctor(house, tmp_path)
    yield made
    for secret in SECRETS:
        assert all(secret not in shown for shown in made.shown), "a secret was printed"
