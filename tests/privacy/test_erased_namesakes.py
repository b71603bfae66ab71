"""Somebody whose full name others bear too is erased, and what tells of the others stays as it was."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from harness import House, OpenHouse
from on_the_screen import words
from planted_person import command, everything_in_slack, everything_stored
from signing import SEED
from small_office import scenario
from sqlmodel import Session, select

from bot.store import audit, beside, receipts
from bot.store.pulse import ActivityEntry
from bot.store.receipts import Receipt

pytestmark = pytest.mark.thorough

ID = "pt41"
WROTE = "The heliotrope gate is shut"
AT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def office(name: str, email: str, company: str | None) -> dict[str, Any]:
    """Northwind's Dana (c1) waits, Brightfen's Noor (c2) too; somebody of this name has written as well."""
    data = scenario("1001", "1003")
    data["contacts"].append(
        {
            "id": ID, "role": "user", "name": name, "email": email,
            "company_ids": [company] if company else [], "created_at": "2025-04-01T09:00:00+01:00",
        }
    )  # fmt: skip
    said = {"by": "contact", "who": ID, "at": "2026-11-24T08:40:00+01:00", "text": WROTE}
    data["conversations"].append({"id": "2001", "contact_id": ID, "channel": "email", "parts": [said]})
    return data


def plant(session: Session, name: str) -> None:
    """Of somebody of this name at Northwind: a webhook that is not applied yet, a line of the activity log
    and one of the audit log."""
    part = {"author": {"type": "admin", "id": "8801", "name": name}, "body": "It is mended."}
    receipts.keep(
        session,
        {
            "workspace": SEED.team_id,
            "source": "intercom",
            "delivery_id": "notif_1001",
            "topic": "conversation.admin.replied",
            "body": json.dumps({"data": {"item": {"id": "1001", "conversation_parts": [part]}}}),
            "received_at": AT,
        },
    )
    told = f"{name} changed the priority of a campaign"
    session.add(
        ActivityEntry(
            workspace=SEED.team_id, id="a1", at=AT, kind="campaign_state_change", detail={}, description=told
        )
    )
    audit.record(
        session, SEED.team_id, at=AT, slack_user_id="U0BEN", admin_id=None, action="hand_over",
        source="slack", outcome="done", conversation_id="1001", detail=f"to {name}",
    )  # fmt: skip


def planted(session: Session) -> dict[str, str]:
    """What is left of it, by its place."""
    return {
        **{each.delivery_id: f"{each.state} {each.body}" for each in session.exec(select(Receipt))},
        **{each.id: each.description or "" for each in session.exec(select(ActivityEntry))},
        **{
            f"audited {each.action}": each.detail or ""
            for each in audit.page(session, SEED.team_id, limit=50)
            if each.conversation_id == "1001"
        },
    }


async def erased(house: House, name: str) -> tuple[dict[str, str], dict[str, str]]:
    """Erase without a bot; what was planted of the other one, before and after."""
    await house.stop_bot()
    with beside.changing(house.database) as session:
        plant(session, name)
    with beside.reading(house.database) as session:
        before = planted(session)
    done = await asyncio.to_thread(command, house, "erase", "--contact", ID, "--yes")
    assert done.exit_code == 0, done.output
    assert f"{name} /" in done.stdout or f"{name} (contact {ID})" in done.stdout
    with beside.reading(house.database) as session:
        after = planted(session)
    await house.start_bot()
    await house.settle()
    return before, after


def of_dana(house: House) -> tuple[str, list[dict[str, Any]]]:
    alert = house.alert("1001")
    return alert.text, alert.blocks


@pytest.mark.parametrize("company", [None, "c1"])
async def test_what_a_teammate_did_stays_who_is_erased_as_a_contact(
    build: OpenHouse, company: str | None
) -> None:
    house = await build(data=office("Ana Ruiz", "ana@small.example", company))
    await house.at("09:05")
    await house.ana.types("/claim 1001")
    await house.ana.answers("1001", "It is mended.")
    await house.at("12:45")
    shown = of_dana(house)
    assert "Answered by Ana Ruiz" in words(shown[1])
    assert WROTE in everything_in_slack(house)
    before, after = await erased(house, "Ana Ruiz")
    assert after == before
    assert of_dana(house) == shown
    for left in (everything_in_slack(house), everything_stored(house.database)):
        assert WROTE not in left


@pytest.mark.parametrize("name", ["Dana Reyes", "DANA REYES", "Ana Ruiz"])
async def test_what_tells_of_a_namesake_elsewhere_stays(build: OpenHouse, name: str) -> None:
    house = await build(data=office(name, "somebody@brightfen.example", "c2"))
    await house.at("09:05")
    await house.ana.types("/claim 1001")
    await house.at("12:45")
    shown = of_dana(house)
    assert "Dana Reyes" in words(shown[1])
    assert "Ana Ruiz" in words(shown[1])
    assert WROTE in everything_in_slack(house)
    before, after = await erased(house, name)
    assert after == before
    assert of_dana(house) == shown
    for left in (everything_in_slack(house), everything_stored(house.database)):
        assert WROTE not in left


async def test_beside_what_is_theirs_a_shared_name_is_theirs(build: OpenHouse) -> None:
    house = await build(data=office("Dana Reyes", "somebody@brightfen.example", "c2"))
    await house.stop_bot()
    with beside.changing(house.database) as session:
        for id_, about in (("a1", {"contact": ID}), ("a2", {"company": "c2"}), ("a3", {"company": "c1"})):
            told = {"detail": about, "description": "Dana Reyes was changed"}
            session.add(ActivityEntry(workspace=SEED.team_id, id=id_, at=AT, kind="contact", **told))
    done = await asyncio.to_thread(command, house, "erase", "--contact", ID, "--yes")
    assert done.exit_code == 0, done.output
    with beside.reading(house.database) as session:
        assert set(planted(session)) & {"a1", "a2", "a3"} == {"a3"}
