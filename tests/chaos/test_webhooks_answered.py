"""R6: what was answered with 200 is applied, though the bot died in between."""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path

import pytest
from busy_day import office
from nursery import Nursery, Victim
from sqlmodel import Session, select
from tally import Figures
from town import Town, open_town

from bot.store.parts import Part
from bot.store.receipts import Receipt

pytestmark = pytest.mark.asyncio(loop_scope="session")

TO_THE_END = ("after commit keep_notifications", "before commit apply_receipts")
"""Once a notification was kept, the bot dies before what it says has been committed."""


def applied(session: Session) -> set[str]:
    return set(session.exec(select(Part.text)))


def kept(session: Session) -> Counter[str]:
    return Counter(session.exec(select(Receipt.state).where(Receipt.source == "intercom")))


async def _has_died(town: Town, victim: Victim, words: str) -> bool:
    """Whether it died in between. What it kept and applied in one commit left it no such moment."""
    await town.until(lambda: victim.ended.is_set() or words in town.read(applied), 20)
    if victim.ended.is_set():
        return True
    await victim.kill()
    return False


async def in_between(town: Town, kills: int) -> list[str]:
    """As many customers write to as many bots, each of which answers 200 and dies; what they wrote."""
    intercom, seat = town.house.intercom, town.seats[0]
    contact = sorted(intercom.contacts)[0]
    conversation = intercom.customer_starts(contact, "conversation", "The first words.")["id"]
    written: list[str] = []
    while town.kills < kills:
        victim = town.fork(seat, path=TO_THE_END, act="kill")
        await victim.ready.wait()
        before = len(town.acknowledged)
        words = f"Words number {seat.lives}."
        intercom.customer_writes(conversation, words)
        await intercom.webhooks.settle()
        died = await _has_died(town, victim, words)
        if died and len(town.acknowledged) > before:
            written.append(words)
            town.kills += 1
    return written


@pytest.mark.parametrize(
    "kills",
    [
        pytest.param(3, id="short"),
        pytest.param(200, marks=[pytest.mark.chaos, pytest.mark.timeout(900)], id="long"),
    ],
)
async def test_a_bot_that_dies_after_its_200_has_lost_nothing(
    tmp_path: Path, nursery: Nursery, sqlite: str, figures: Figures, kills: int
):
    # Time stands still for the sweep, and nothing is tried again: the receipt alone can bring the words back.
    async with open_town(tmp_path, nursery, sqlite, data=office(4, 4), speed=0.001, retries=()) as town:
        town.keep_alive()
        await town.opened()
        await town.close_bots(signal.SIGTERM)
        town.house.fault("intercom", "GET /conversations/*", "error", times=-1, status=403, error="forbidden")
        town.house.fault(
            "intercom", "POST /conversations/search", "error", times=-1, status=403, error="forbidden"
        )
        written = await in_between(town, kills)
        waiting = town.read(kept)["new"]
        assert waiting > 0, "the control: the last bot died with something left to do"
        town.keep_alive()
        await town.until(lambda: set(written) <= town.read(applied), 20)
        await town.until(lambda: town.read(kept)["new"] == 0, 20)
        states = town.read(kept)
        forgotten = set(written) - town.read(applied)
        await town.close_bots(signal.SIGTERM)
    told = {"kills": kills, "webhooks": len(written), "forgotten": len(forgotten)}
    figures("R6 killed after its 200", told)
    assert not forgotten
    assert set(states) == {"done"}, states
    assert len(set(written)) == kills
