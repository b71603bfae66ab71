from __future__ import annotations

import pytest
from careless_bot import Careless
from monday_worlds import Played, Worlds, made, play
from truthful_bot import TruthfulBot

from sandbox.monday.loader import load
from sandbox.monday.scenario import Monday


@pytest.fixture(scope="session")
def monday() -> Monday:
    return load()


@pytest.fixture
def worlds(monday: Monday) -> Worlds:
    return made(monday)


@pytest.fixture(scope="session")
def truthful() -> Played:
    return play(TruthfulBot)


@pytest.fixture(scope="session")
def careless() -> Played:
    return play(Careless)
