"""Signals come at any moment, to any thread: no write waits for the next one because of them."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import sqlite_file
from sqlmodel import Session

from bot.store.engine import Store, open_store

HELD_UP = 0.003
"""Seconds for which the interpreter is busy elsewhere, longer than a group waits for another write."""


@pytest.fixture
def signals() -> Iterator[None]:
    """One that does nothing but interrupt whoever waits."""
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    yield
    signal.signal(signal.SIGUSR1, before)


def nothing(session: Session) -> None:
    """A write."""


def interrupted(thread: threading.Thread, after: float) -> None:
    """A signal reaches the thread after so many seconds, and then it does not get on at once."""
    assert thread.ident is not None
    time.sleep(after)
    signal.pthread_kill(thread.ident, signal.SIGUSR1)
    until = time.perf_counter() + HELD_UP
    while time.perf_counter() < until:
        pass


@pytest.mark.usefixtures("signals")
async def test_a_signal_holds_up_no_write(tmp_path: Path) -> None:
    others = set(threading.enumerate())
    store: Store = open_store(sqlite_file(tmp_path))
    (writer,) = (each for each in threading.enumerate() if each not in others and "write" in each.name)
    try:
        for number in range(90):
            # Of several a group waits a moment for another one, and in that moment the signal comes.
            written = asyncio.gather(store.write(nothing), store.write(nothing))
            await asyncio.sleep(0)
            interrupted(writer, 0.0005 + number % 15 * 0.0001)
            await asyncio.wait_for(written, 5)
    finally:
        store.close()
