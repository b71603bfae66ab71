"""A conversation that holds nobody's words any more names nobody, whatever is told of its person later."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from harness import House, OpenHouse
from old_rows import DAY, add, contact, conversation, kept, let_go
from planted_person import nights
from small_office import TOML, scenario

from bot.store.accounts import Contact
from bot.store.conversations import Conversation
from bot.store.engine import Store

pytestmark = pytest.mark.thorough

A_WEEK = TOML + '[retention]\nconversations = "7d"\n'


def office() -> dict[str, Any]:
    """Rolf (p5), a lead, has one conversation snoozed and one closed; he is a user too, under another id."""
    data = scenario("1005", "1006")
    (rolf,) = data["contacts"]
    data["contacts"].append({**rolf, "id": "p51", "name": "Rolf Engel-Rahn", "email": "rolf@engel.example"})
    rolf["role"] = "lead"
    return data


async def named(house: House) -> dict[str, tuple[str | None, str | None]]:
    """Whose each conversation is, by id and name."""
    rows = (await house.facts())["conversations"]
    return {id_: (row["contact_id"], row["contact_name"]) for id_, row in rows.items()}


async def cleared(build: OpenHouse) -> House:
    house = await build(data=office(), linked=(), toml=A_WEEK)
    house.webhooks_on()
    assert (await named(house))["1006"] == ("p5", "Rolf Engel")
    await nights(house, 5)
    assert (await named(house))["1006"] == ("p5", None)
    return house


async def test_they_write_again_and_what_was_cleared_stays_so(build: OpenHouse) -> None:
    house = await cleared(build)
    house.intercom.contacts["p5"].name = "Rolf Engel-Rahn"
    house.intercom.customer_writes("1005", "Any news of the refund?")
    await house.later(hours=7)
    # The control: he was asked about anew.
    assert await named(house) == {"1005": ("p5", "Rolf Engel-Rahn"), "1006": ("p5", None)}


async def test_they_are_merged_and_what_was_cleared_stays_so(build: OpenHouse) -> None:
    house = await cleared(build)
    house.intercom.merges_contacts("p5", into="p51")
    await house.later(minutes=2)
    assert await named(house) == {"1005": ("p51", "Rolf Engel-Rahn"), "1006": ("p51", None)}


async def test_what_was_cleared_and_is_opened_again_has_its_name_again(build: OpenHouse) -> None:
    house = await cleared(build)
    house.intercom.customer_writes("1006", "The next invoice is wrong as well.")
    await house.later(minutes=2)
    assert (await named(house))["1006"] == ("p5", "Rolf Engel")


async def test_a_name_that_came_back_to_what_was_cleared_goes_the_next_night(store: Store) -> None:
    """An older bot gave it back, or a word of Intercom's that told nothing new."""
    row = conversation("old", "closed", 200 * DAY, "p")
    row.cleared_at = row.updated_at + timedelta(days=101)
    young = conversation("young", "closed", DAY, "p")
    await add(store, row, young, contact("p", DAY))
    await let_go(store)
    told = await kept(
        store, Conversation, lambda each: (each.id, each.title, each.contact_name, each.rating_remark)
    )
    assert told == {("old", None, None, None), ("young", "planted", "planted", "planted")}
    assert await kept(store, Contact, lambda each: each.name) == {"planted"}
    assert await let_go(store) == 0
