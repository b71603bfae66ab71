"""Somebody who is called like an everyday word is erased, and what tells of others stays as it was."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from harness import House, OpenHouse
from planted_person import command, everything_in_slack
from signing import SEED
from small_office import scenario
from sqlmodel import Session, select

from bot.store import audit, beside, outside, receipts
from bot.store.person import Person, find, mentioned_in
from bot.store.pulse import ActivityEntry
from bot.store.receipts import Receipt

pytestmark = pytest.mark.thorough

WROTE = "The heliotrope gate is shut"
PAUSED = {"detail": {"title": "Test campaign"}, "description": "Test campaign paused"}


def office() -> dict[str, Any]:
    """Brightfen (c2) writes of a test; "Test" is a person of Northwind (c1)."""
    data = scenario("1001", "1003")
    for company in data["companies"]:
        if company["id"] == "c2":
            company["name"] = "Test Track Brightfen"
    (noor,) = [each for each in data["conversations"] if each["id"] == "1003"]
    noor["parts"][-1]["text"] = "The Test environment is down. Test again, please."
    data["contacts"].append(
        {
            "id": "pt41", "role": "user", "name": "Test", "email": "test@northwind.example",
            "company_ids": ["c1"], "created_at": "2025-04-01T09:00:00+01:00",
        }
    )  # fmt: skip
    said = {"by": "contact", "who": "pt41", "at": "2026-11-24T08:40:00+01:00", "text": WROTE}
    data["conversations"].append({"id": "2001", "contact_id": "pt41", "channel": "email", "parts": [said]})
    return data


def webhook(about: str, words: str) -> dict[str, Any]:
    body = {"topic": "conversation.user.replied", "data": {"company": {"id": about}, "body": words}}
    return {
        "workspace": SEED.team_id,
        "source": "intercom",
        "delivery_id": f"notif_{about}",
        "topic": "conversation.user.replied",
        "body": json.dumps(body),
        "received_at": datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
    }


def plant(session: Session) -> None:
    """A webhook of each account that is not applied yet, lines of the activity log, and of the audit log."""
    for each in (webhook("c2", "Test it, Test"), webhook("c1", "Ask Test about it")):
        receipts.keep(session, each)
    at = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    theirs = {"detail": {"contact": "pt41"}, "description": "Test was changed"}
    for id_, told in (("a1", PAUSED), ("a2", theirs)):
        session.add(
            ActivityEntry(workspace=SEED.team_id, id=id_, at=at, kind="campaign_state_change", **told)
        )
    for about in ("1003", "2001"):
        audit.record(
            session, SEED.team_id, at=at, slack_user_id="U0ANA", admin_id=None, action="tag", source="slack",
            outcome="done", conversation_id=about, detail="Test",
        )  # fmt: skip


def planted(session: Session) -> dict[str, str]:
    """What is left of it, by its place."""
    rows = {each.delivery_id: f"{each.state} {each.body}" for each in session.exec(select(Receipt))}
    kept = {each.id: each.description or "" for each in session.exec(select(ActivityEntry))}
    noted = {
        str(each.conversation_id): each.detail or ""
        for each in audit.page(session, SEED.team_id, limit=50)
        if each.action == "tag"
    }
    return rows | kept | noted


def of_brightfen(house: House) -> list[tuple[str, list[dict[str, Any]]]]:
    rings = house.posts("alerts", "post:ring:1003:")
    return [(each.text, each.blocks) for each in (house.alert("1003"), *rings)]


async def test_what_tells_of_others_stays_and_what_is_theirs_goes(build: OpenHouse) -> None:
    house = await build(data=office())
    await house.at("13:15")
    await house.at("13:40")
    shown = of_brightfen(house)
    assert len(shown) == 2
    assert all("Test" in json.dumps(each) for each in shown)
    assert WROTE in everything_in_slack(house)
    await house.stop_bot()
    with beside.changing(house.database) as session:
        plant(session)
    with beside.reading(house.database) as session:
        before = planted(session)

    done = await asyncio.to_thread(command, house, "erase", "--contact", "pt41", "--yes")
    assert done.exit_code == 0, done.output

    with beside.reading(house.database) as session:
        after = planted(session)
    gone = {"notif_c1": "failed ", "a2": None, "2001": "(erased)"}
    assert after == {name: gone.get(name, told) for name, told in before.items() if name != "a2"}
    await house.start_bot()
    await house.settle()
    assert of_brightfen(house) == shown
    assert WROTE not in everything_in_slack(house)


async def test_the_question_before_names_who_speaks_of_them_at_their_account(build: OpenHouse) -> None:
    data = office()
    (dana,) = [each for each in data["conversations"] if each["id"] == "1001"]
    dana["parts"][0]["text"] = "Test told me that single sign-on is down. We test it again."
    house = await build(data=data)
    person = await house.read(find, "pt41")
    assert await house.bot.store.read(mentioned_in, person) == ["1001"]


SOMEBODY = Person(
    SEED.team_id,
    ("pt41",),
    names=("Test", "Ada Byrne"),
    emails=("t@firm.example",),
    conversations=("2001",),
    accounts=("c1",),
)


@pytest.mark.parametrize(
    ("told", "is_them"),
    [
        ("Test it again", False),
        ('"id": "c2", Test it again', False),
        ('"id": "c1", Test it again', True),
        ('"id": "c1", test it again', False),
        ('"id": "c1", Testing', False),
        ("ada byrne called", True),
        ("write to T@firm.example", True),
        ("/conversation/2001", True),
        ("of contact pt41", True),
    ],
)
def test_one_word_is_a_name_beside_what_is_theirs_only(told: str, is_them: bool) -> None:
    assert SOMEBODY.is_in(told) is is_them


async def test_a_word_of_our_own_is_nobodys_name(build: OpenHouse) -> None:
    """Whom Slack does not show is stored as "somebody"."""
    house = await build(data=office())
    said = {
        "source": "slack:C0CUST", "id": "m1", "thread": "m1", "channel": "slack", "author_id": "U0HID",
        "author_kind": "customer", "author_name": outside.SOMEBODY, "contact_id": "pt41", "text": "Hello",
        "at": datetime(2026, 11, 24, 7, 0, tzinfo=UTC),
    }  # fmt: skip
    await house.bot.store.write(lambda session: outside.keep(session, workspace=SEED.team_id, **said))
    assert (await house.read(find, "pt41")).names == ("Test",)
