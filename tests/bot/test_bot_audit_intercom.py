"""The daily audit against Intercom, as the window and the command line show it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from harness import House, OpenHouse
from on_the_screen import words
from small_office import scenario
from sqlalchemy import text
from sqlmodel import Session

from bot.cards.comparisons import CAUSES
from bot.sla.compare import Cause

pytestmark = pytest.mark.thorough


def differing() -> dict[str, Any]:
    """1001 agrees; Intercom says of 1002 that its promise was missed, and of 1006 something impossible."""
    data = scenario("1001", "1002", "1006", "1007")
    for row in data["conversations"]:
        if row["id"] == "1002":
            row["sla_applied"] = {
                "type": "conversation_sla_summary",
                "sla_name": "Gold",
                "sla_status": "missed",
            }
    return data


async def a_week(house: House) -> None:
    await house.at("09:10")
    for number in ("1001", "1002"):
        house.intercom.admin_replies(number, house.ana.admin, "Mended.")
    # A conversation that Intercom counts an answer in which nobody gave.
    odd = house.intercom.workspace.conversations["1006"]
    assert odd.statistics.first_admin_reply_at is not None
    odd.statistics.first_admin_reply_at -= 3_600
    odd.updated_at = int(house.clock.now().timestamp())
    await house.at("09:30")
    await house.later(days=1)


async def test_it_compares_once_a_day_and_names_what_differs(build: OpenHouse):
    house = await build(data=differing())
    await a_week(house)
    await house.ana.types("/watchbell audit")
    shown = words(house.ana.view.blocks)
    assert "1 agrees" in shown or "2 agree" in shown
    assert "First answer: Intercom Thu 19 Nov 15:00, Watchbell Thu 19 Nov 16:00" in shown
    assert "Promise: Intercom missed, Watchbell hit" in shown
    assert shown.count("no event explains it") == 2


async def test_a_lot_of_differences_come_in_pages(build: OpenHouse):
    data = scenario("1001")
    first = data["conversations"][0]
    sla = {"type": "conversation_sla_summary", "sla_name": "Gold", "sla_status": "missed"}
    data["conversations"] = [{**first, "id": f"{4000 + n}", "sla_applied": sla} for n in range(23)]
    house = await build(data=data)
    for row in data["conversations"]:
        house.intercom.admin_replies(row["id"], house.ana.admin, "Mended.")
    await house.at("09:05")
    await house.later(days=1)
    await house.ana.types("/watchbell audit")
    assert words(house.ana.view.blocks).count("no event explains it") == 10
    await house.ana.presses_in(house.ana.view, "comparisons")
    await house.ana.presses_in(house.ana.view, "comparisons")
    assert words(house.ana.view.blocks).count("no event explains it") == 3
    await house.ana.presses_in(house.ana.view, "comparisons_back")
    assert words(house.ana.view.blocks).count("no event explains it") == 10


async def test_an_audit_that_breaks_off_is_made_again_the_same_day(build: OpenHouse):
    house = await build(data=differing())
    await house.bot.store.write(_refuses_findings)
    await a_week(house)
    await house.ana.types("/watchbell audit")
    assert "2 conversations compared" in words(house.ana.view.blocks), "as on the day before"
    assert "reconcile" in house.bot.works.failing
    await house.bot.store.write(_takes_findings)
    await house.later(minutes=1)
    await house.ana.types("/watchbell audit")
    assert "4 conversations compared" in words(house.ana.view.blocks)
    assert "reconcile" not in house.bot.works.failing


def _refuses_findings(session: Session) -> None:
    """As on a disk that is full just then."""
    session.execute(
        text("ALTER TABLE comparison ADD CONSTRAINT refused CHECK (false)")
        if session.get_bind().dialect.name == "postgresql"
        else text("CREATE TRIGGER refused BEFORE INSERT ON comparison BEGIN SELECT RAISE(ABORT, ''); END")
    )


def _takes_findings(session: Session) -> None:
    session.execute(
        text("ALTER TABLE comparison DROP CONSTRAINT refused")
        if session.get_bind().dialect.name == "postgresql"
        else text("DROP TRIGGER refused")
    )


async def test_before_the_first_one_it_says_so(build: OpenHouse):
    house = await build(data=scenario("1001"), settled=False, linked=())
    await house.ana.types("/watchbell audit")
    assert "Not compared yet" in words(house.ana.view.blocks)


async def test_the_command_line_tells_the_same(build: OpenHouse, tmp_path: Path):
    house = await build(data=differing())
    await a_week(house)
    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", "from bot.cli import main; main()", "audit", "--json"],
        cwd=tmp_path,
        env={**os.environ, "DATABASE_URL": house.database},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1, ended.stderr
    told = json.loads(ended.stdout)
    assert {row["conversation_id"]: row["what"] for row in told["differ"]} == {
        "1002": "promise",
        "1006": "first answer",
    }
    assert told["counts"]["unexplained"] == 2


async def test_it_tells_of_last_week_and_of_what_changed_last_first(build: OpenHouse):
    data = differing()
    house = await build(data=data)
    await a_week(house)
    await house.ana.types("/watchbell audit")
    assert "First answer: Intercom Thu 19 Nov" in words(house.ana.view.blocks)
    await house.later(days=8)
    for number in ("1007", "1002", "1001"):
        # Intercom says of each what cannot be: that an hour before anybody answered it was answered.
        odd = house.intercom.workspace.conversations[number]
        assert odd.statistics.first_admin_reply_at is not None
        odd.statistics.first_admin_reply_at -= 3_600
        house.tick(60)
        odd.updated_at = int(house.clock.now().timestamp())
    await house.later(days=1)
    await house.ana.types("/watchbell audit")
    shown = words(house.ana.view.blocks)
    assert "Thu 19 Nov" not in shown, "1006 changed longer ago"
    assert "*3 conversations compared* with Intercom · 0 agree" in shown
    linked = re.findall(r"/conversations/(\d+)\|", shown)
    assert linked == ["1001", "1002", "1007"]


def test_every_cause_is_told_in_words():
    assert set(CAUSES) == {each.value for each in Cause}
