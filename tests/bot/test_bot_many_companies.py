"""Somebody is of more companies than the ten that Intercom tells with them: they stay where they belong."""

from __future__ import annotations

from typing import Any

import pytest
from harness import House, OpenHouse
from small_office import APP
from test_bot_belonging import account, people

from bot.store.accounts import get_contact
from sandbox.intercom import webhook_shapes

pytestmark = pytest.mark.thorough

REST = "GET /contacts/*/companies"


def clients(count: int) -> dict[str, Any]:
    """Kim is of Northwind, and there are so many other companies."""
    data = people(("n1", "kim@agency.example", ["c1"]))
    data["companies"] += [{"id": f"k{number}", "name": f"Client {number}"} for number in range(count)]
    return data


def belongs(house: House, *ids: str) -> None:
    house.intercom.contacts["n1"].company_ids = list(ids)


async def told(house: House, name: str) -> None:
    """Intercom notifies of Kim under a new name, with ten companies."""
    kim = house.intercom.contacts["n1"]
    kim.name, kim.updated_at = name, int(house.clock.now().timestamp())
    shape = webhook_shapes.contact(house.intercom.workspace, kim)
    assert len(shape["companies"]["data"]) == 10
    sent = webhook_shapes.envelope(APP, "contact.user.updated", shape, kim.updated_at)
    assert (await house.notify(sent)).status_code == 200
    await house.settle()


@pytest.mark.parametrize("others", [10, 130])
async def test_who_is_read_is_read_with_all_their_companies(build: OpenHouse, others: int):
    house = await build(data=clients(others))
    assert await account(house) == "c1"
    belongs(house, *(f"k{number}" for number in range(others)), "c1")
    await house.later(hours=7)
    house.intercom.customer_writes("1020", "Still with Northwind too.")
    await house.later(minutes=2)
    assert await account(house) == "c1", "it is the last of all"
    belongs(house, *(f"k{number}" for number in range(others)))
    await house.later(hours=7)
    house.intercom.customer_writes("1020", "Not any more.")
    await house.later(minutes=2)
    assert await account(house) == "k0", "the control: who left it is somebody else's"


async def test_a_notification_moves_nobody_before_all_companies_are_known(build: OpenHouse):
    house = await build(data=clients(11))
    belongs(house, *(f"k{number}" for number in range(11)), "c1")
    fault = house.fault("intercom", REST, "error", status=503, times=-1)
    await told(house, "Kim Ode")
    assert (await house.read(get_contact, "n1")).name == "Kim Ode", "what it told is taken in at once"
    assert fault.hits
    assert await account(house) == "c1"
    house.faults.clear()
    await house.later(minutes=30)
    assert await account(house) == "c1"
    belongs(house, *(f"k{number}" for number in range(11)))
    await told(house, "Kim Ode-Marsh")
    await house.later(minutes=2)
    assert await account(house) == "k0", "the control: who left it is somebody else's"
