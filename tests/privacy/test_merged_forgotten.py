"""Somebody whom Intercom merged is told, and forgotten, under every id and address they ever had."""

from __future__ import annotations

import asyncio
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from harness import House, OpenHouse
from old_rows import DAY, SECOND, add, contact, conversation, kept, let_go
from planted_person import (
    EMAIL,
    ID,
    NAME,
    command,
    erase,
    everything_in_slack,
    everything_stored,
    hits,
    live,
    nights,
    notification,
    planted,
)
from sqlmodel import Session, select

from bot.store.accounts import Contact
from bot.store.engine import Store
from bot.store.rechecks import Recheck

pytestmark = pytest.mark.thorough

LEAD, LEADS_NAME, LEADS_ADDRESS = "lz00aa11bb22", "Zelda from the kiosk", "zelda@kiosk-planted.example"
LEAD_WROTE = "My kaleidoscope has no password"
NEEDLES = (ID, NAME, EMAIL, LEAD, LEADS_NAME, LEADS_ADDRESS, LEAD_WROTE)


def two_of_her() -> dict[str, Any]:
    """Zelda, and the lead she was before she logged in."""
    office = planted()
    office["contacts"].append(
        {
            "id": LEAD,
            "role": "lead",
            "name": LEADS_NAME,
            "email": LEADS_ADDRESS,
            "company_ids": [],
            "created_at": "2026-11-20T09:00:00+01:00",
        }
    )
    said = {"by": "contact", "who": LEAD, "at": "2026-11-24T08:45:00+01:00", "text": LEAD_WROTE}
    office["conversations"].append({"id": "2003", "contact_id": LEAD, "channel": "email", "parts": [said]})
    # She also joined somebody else's conversation as a lead.
    (joint,) = [each for each in office["conversations"] if each["id"] == "1002"]
    joint["parts"].append({**said, "at": "2026-11-24T08:58:00+01:00", "text": f"{LEAD_WROTE} either"})
    return office


async def merged(build: OpenHouse) -> House:
    house = await build(data=two_of_her())
    house.webhooks_on()
    await live(house)
    house.intercom.merges_contacts(LEAD, into=ID)
    await house.settle()
    return house


def found(house: House, diary: io.StringIO) -> dict[str, list[str]]:
    return {
        "database": hits(everything_stored(house.database), NEEDLES),
        "Slack": hits(everything_in_slack(house), NEEDLES),
        "log": hits(diary.getvalue().replace(f'"{LEAD}"', ""), NEEDLES),
    }


@pytest.mark.parametrize("who", [ID, LEAD, LEADS_ADDRESS.upper()])
async def test_under_whichever_id_or_address_all_of_them_goes(
    build: OpenHouse, diary: io.StringIO, who: str
) -> None:
    house = await merged(build)
    assert set(found(house, diary)["database"]) == set(NEEDLES)
    late = notification(house, "notif_late")
    done = await erase(house, who)
    assert done.exit_code == 0, done.output
    assert "Erased 3 conversations" in done.stdout
    assert found(house, diary) == {"database": [], "Slack": [], "log": []}
    # What Intercom sends late, under the old id or the new one, is not taken in either.
    item = late["data"]["item"]
    item["contacts"] = {"type": "contact.list", "contacts": [{"type": "contact", "id": LEAD}]}
    item["id"] = "2044"
    assert (await house.notify(late)).status_code == 200
    await house.later(minutes=2)
    assert found(house, diary) == {"database": [], "Slack": [], "log": []}


async def test_an_export_tells_of_both(build: OpenHouse, tmp_path: Path) -> None:
    house = await merged(build)
    file = tmp_path / "zelda.json"
    done = await asyncio.to_thread(command, house, "export", "--contact", LEAD, "--out", str(file))
    assert done.exit_code == 0, done.output
    (told,) = json.loads(file.read_text("utf-8"))["stored"]
    assert told["contact_ids"] == sorted([ID, LEAD])
    assert {each["id"]: each["merged_into"] for each in told["contact"]} == {ID: None, LEAD: ID}
    assert [each["id"] for each in told["conversations"]] == ["2001", "2002", "2003"]
    assert {each["conversation"] for each in told["took_part_in"]} == {"1002", "1004"}


async def test_nothing_brings_an_erased_lead_back_by_way_of_a_merge(
    build: OpenHouse, diary: io.StringIO
) -> None:
    house = await build(data=two_of_her())
    house.webhooks_on()
    await house.settle()
    assert (await erase(house, LEAD)).exit_code == 0
    house.intercom.merges_contacts(LEAD, into=ID)
    house.intercom.customer_writes("2001", "And here I am.")
    await house.later(minutes=2)
    left = set(found(house, diary)["database"])
    assert left & {LEAD, LEADS_NAME, LEADS_ADDRESS, LEAD_WROTE} == set()
    # The user was not asked to be forgotten: what she writes still rings.
    assert ID in left

    def asked(session: Session) -> list[Recheck]:
        return list(session.exec(select(Recheck)))

    assert await house.bot.store.read(asked) == []


@pytest.mark.parametrize("by_an_older_bot", [False, True])
async def test_whoever_was_told_deleted_and_then_merged_lives_on(
    build: OpenHouse, diary: io.StringIO, by_an_older_bot: bool
) -> None:
    """Of a lead who was merged away a deletion may be told first, and a plain 404 may be the answer later."""
    house = await build(data=two_of_her())
    house.webhooks_on()
    await live(house)
    house.intercom.notify("contact.deleted", {"type": "contact", "id": LEAD, "deleted": True})
    await house.settle()
    house.intercom.merges_contacts(LEAD, into=ID)
    await house.settle()

    def still_marked(session: Session) -> None:
        row = session.exec(select(Contact).where(Contact.id == LEAD)).one()
        assert (row.merged_into, row.deleted_at) == (ID, None)
        row.deleted_at = house.clock.now()
        session.add(row)

    if by_an_older_bot:
        await house.bot.store.write(still_marked)
    house.fault("intercom", f"GET /contacts/{LEAD}", "error", times=-1, status=404)
    await nights(house, 9)
    assert set(found(house, diary)["database"]) == set(NEEDLES)
    assert '"deleted_person_erased"' not in diary.getvalue()


@pytest.mark.parametrize(("age", "stays"), [(99 * DAY, True), (100 * DAY + SECOND, False)])
async def test_an_old_id_goes_after_the_person_has_gone(store: Store, age: timedelta, stays: bool) -> None:
    lead = contact("lead", 400 * DAY)
    lead.merged_into = "user"
    other = contact("other lead", 400 * DAY)
    other.merged_into = "writes still"
    await add(
        store,
        lead,
        contact("user", age),
        other,
        contact("writes still", 400 * DAY),
        conversation("1", "open", DAY, "writes still"),
    )
    await let_go(store)
    await let_go(store)
    names = await kept(store, Contact, lambda row: row.id)
    assert names == {"other lead", "writes still"} | ({"lead", "user"} if stays else set())
