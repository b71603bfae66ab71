"""Notifications about people and companies come in any order: what is known stays as new as it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from harness import House, OpenHouse
from small_office import APP, scenario

from bot.store.accounts import get_account, get_contact
from sandbox.intercom import webhook_shapes


def ago(house: House, **long: float) -> str:
    return (house.clock.now() - timedelta(**long)).isoformat()


async def told(house: House, topic: str, item: dict[str, Any]) -> None:
    sent_at = int(house.clock.now().timestamp())
    answer = await house.notify(webhook_shapes.envelope(APP, topic, item, sent_at))
    assert answer.status_code == 200
    await house.settle()


def company(house: House, plan: str, updated_at: str | None) -> dict[str, Any]:
    name = house.intercom.companies["c1"].name
    return {"type": "company", "id": "c1", "name": name, "plan": {"name": plan}, "updated_at": updated_at}


def dana(email: str, updated_at: str | None, company_id: str = "c1") -> dict[str, Any]:
    companies = {"type": "list", "data": [{"type": "company", "id": company_id}]}
    return {
        "type": "contact", "id": "p1", "role": "user", "name": "Dana Reyes", "email": email,
        "companies": companies, "updated_at": updated_at,
    }  # fmt: skip


async def test_a_companys_older_plan_does_not_come_back(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await told(house, "company.updated", company(house, "Business", ago(house, minutes=1)))
    assert (await house.read(get_account, "c1")).plan == "Business"
    await told(house, "company.updated", company(house, "Trial", ago(house, minutes=2)))
    assert (await house.read(get_account, "c1")).plan == "Business"
    await told(house, "company.updated", company(house, "Scale", ago(house, minutes=1)))
    assert (await house.read(get_account, "c1")).plan == "Scale"


async def test_a_persons_older_address_and_company_do_not_come_back(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"))
    new, old = "dana@brightfen.example", "dana@old.example"
    await told(house, "contact.user.updated", dana(new, ago(house, minutes=1), "c2"))
    await told(house, "contact.user.updated", dana(old, ago(house, minutes=2), "c1"))
    contact = await house.read(get_contact, "p1")
    assert (contact.email, contact.account_id) == (new, "c2")


async def test_who_does_not_say_how_old_it_is_is_heard(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await told(house, "contact.user.updated", dana("dana@one.example", ago(house, minutes=1)))
    await told(house, "contact.user.updated", dana("dana@two.example", None))
    assert (await house.read(get_contact, "p1")).email == "dana@two.example"
    # And how new it was before is not forgotten for that.
    await told(house, "contact.user.updated", dana("dana@old.example", ago(house, minutes=2)))
    assert (await house.read(get_contact, "p1")).email == "dana@two.example"


async def test_what_is_read_counts_whatever_was_told(build: OpenHouse):
    """A notification with a date of the future would shut the door to everything after it."""
    house = await build(data=scenario("1001"))
    await told(house, "contact.user.updated", dana("dana@one.example", ago(house, days=-300)))
    await told(house, "company.updated", company(house, "Trial", ago(house, days=-300)))
    house.intercom.contacts["p1"].email = "dana@read.example"
    house.intercom.customer_writes("1001", "Hello?")
    await house.later(hours=7)
    assert (await house.read(get_account, "c1")).plan == "Enterprise"
    assert (await house.read(get_contact, "p1")).email == "dana@read.example"
