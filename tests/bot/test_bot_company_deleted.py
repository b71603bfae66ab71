"""An account that was deleted in Intercom: nobody is its any more, and what is over follows its people."""

from __future__ import annotations

from typing import Any

import pytest
from harness import House, OpenHouse, utc
from on_the_screen import words
from small_office import APP, CHANNELS, scenario

from bot.store import clocks, mapped
from bot.store.accounts import get_account, get_contact
from sandbox.intercom.model import Company

pytestmark = pytest.mark.thorough


def northwind() -> dict[str, Any]:
    """Two open conversations of Northwind's Dana and Omar, and a closed one of Dana's."""
    data = scenario("1001", "1002", "1003")
    for each in data["contacts"]:
        # Each firm at a domain of its own: colleagues tell nothing here.
        each["email"] = f"{each['id']}@{each['company_ids'][0]}.example"
    (first,) = [each for each in data["conversations"] if each["id"] == "1001"]
    said = {**first["parts"][0], "at": "2026-11-20T15:00:00+01:00", "text": "An older question."}
    ended = {"by": "admin", "who": "8801", "at": "2026-11-20T16:00:00+01:00", "kind": "close"}
    data["conversations"].append({**first, "id": "1021", "state": "closed", "parts": [said, ended]})
    return data


async def accounts(house: House) -> dict[str, str | None]:
    found = (await house.facts())["conversations"]
    return {id_: row["account_id"] for id_, row in found.items()}


async def test_the_notification_ends_it(build: OpenHouse):
    house = await build(data=northwind())
    house.webhooks_on()
    assert house.posts("accounts", "post:account:c1:") != []
    house.intercom.deletes_company("c1")
    await house.settle()
    assert [each.topic for each in house.intercom.webhooks.log] == ["company.deleted"]
    assert await accounts(house) == {"1001": None, "1002": None, "1003": "c2", "1021": "c1"}
    # By the policy for everybody, not by Northwind's any more.
    (running,) = [each for each in await house.read(clocks.clocks_of, "1001") if each.stopped_at is None]
    assert running.due_at == utc("2026-11-24T12:50")
    anchor = house.post("accounts", "post:account:c1:")
    assert words(anchor.blocks) == "*Northwind Marine*: nothing open any more"
    await house.ana.types("/account northwind")
    assert "No account is called" in house.ana.heard
    await house.ana.types("/atrisk")
    assert "Northwind" not in house.ana.heard


async def test_told_late_or_twice_it_stays_deleted(build: OpenHouse):
    house = await build(data=northwind())
    company = house.intercom.companies["c1"]
    house.intercom.deletes_company("c1")
    gone = {"id": "c1", "type": "company", "deleted": True}
    old = {"type": "company", "id": "c1", "name": company.name, "plan": {"name": "Enterprise"}}
    dana = {
        "type": "contact", "id": "p1", "role": "user", "name": "Dana Reyes", "email": "dana@customer.example",
        "created_at": "2025-04-01T08:00:00.000+00:00",
        "companies": {"type": "list", "data": [{"type": "company", "id": "c1"}]},
    }  # fmt: skip
    several = [
        ("company.deleted", gone), ("company.updated", old), ("contact.user.updated", dana),
        ("company.deleted", gone), ("company.deleted", {**gone, "id": "c404"}),
    ]  # fmt: skip
    for number, (topic, item) in enumerate(several):
        told = {
            "type": "notification_event", "id": f"notif_c{number}", "topic": topic, "app_id": APP,
            "created_at": int(house.clock.now().timestamp()),
            "data": {"type": "notification_event_data", "item": item},
        }  # fmt: skip
        assert (await house.notify(told)).status_code == 200
        await house.settle()
        assert (await accounts(house))["1001"] is None
        assert (await house.read(get_account, "c1")).deleted_at is not None
    assert (await house.read(get_contact, "p1")).account_id is None


async def test_without_the_notification_the_hourly_reading_finds_it(build: OpenHouse):
    house = await build(data=northwind())
    house.intercom.deletes_company("c1")
    # One without people is not listed either, and is there all the same.
    house.intercom.companies["c2"].user_count = 0
    house.intercom.contacts["p3"].company_ids = []
    await house.later(hours=1, minutes=2)
    assert (await accounts(house))["1001"] is None
    assert (await house.read(get_account, "c1")).deleted_at is not None
    assert (await house.read(get_account, "c2")).deleted_at is None


async def test_what_is_over_follows_its_people_to_the_account_that_comes_after(build: OpenHouse):
    house = await build(data=northwind())
    house.webhooks_on()
    house.intercom.deletes_company("c1")
    await house.settle()
    house.intercom.companies["c9"] = Company("c9", "acct-c9", "Northwind Group", "Enterprise", user_count=8)
    for each in ("p1", "p2"):
        house.intercom.contacts[each].company_ids = ["c9"]
    house.intercom.customer_writes("1001", "We are a group now.")
    await house.later(hours=7)
    found = await accounts(house)
    assert (found["1001"], found["1021"]) == ("c9", "c9")
    await house.ana.types("/account northwind")
    assert "Northwind Group" in house.ana.heard


async def test_one_that_is_made_anew_is_there_again(build: OpenHouse):
    house = await build(data=northwind())
    house.webhooks_on()
    company = house.intercom.companies["c1"]
    house.intercom.deletes_company("c1")
    await house.settle()
    house.intercom.companies["c1"] = company
    house.intercom.contacts["p1"].company_ids = ["c1"]
    await house.later(hours=2)
    assert (await house.read(get_account, "c1")).deleted_at is None


async def test_a_channel_of_a_deleted_account_says_so(build: OpenHouse):
    house = await build(data=northwind())
    house.webhooks_on()
    await house.ana.types(f"/watchbell map <#{CHANNELS['shared']}|there>")
    chosen = {"text": {"type": "plain_text", "text": "c1"}, "value": "c1"}
    await house.ana.submits({"account": {"type": "external_select", "selected_option": chosen}})
    await house.settle()
    assert [row.account_id for row in await house.read(mapped.all_of)] == ["c1"]
    house.intercom.deletes_company("c1")
    await house.settle()
    await house.ana.types(f"/watchbell map <#{CHANNELS['shared']}|there>")
    assert "Northwind Marine (deleted in Intercom)" in words(house.ana.view.blocks)
