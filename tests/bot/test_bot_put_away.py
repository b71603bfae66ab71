"""What is closed, snoozed or moved from a window is what somebody looked at, and who holds it hears of it."""

from __future__ import annotations

from typing import Any

import pytest
from harness import House, OpenHouse
from on_the_screen import option, words
from test_bot_rest_of_the_day import chooses, office

LATER = "It got worse, all forty of us are locked out."


def entered(house: House, deed: str) -> dict[str, Any]:
    """What a window of this kind needs to be submitted."""
    return {"until": option(house.ana.view, "until", "")} if deed == "snooze" else {}


def state(house: House) -> str:
    return str(house.intercom.conversation("1001")["state"])


@pytest.mark.parametrize(("deed", "done"), [("close", "closed"), ("snooze", "snoozed")])
async def test_what_the_customer_wrote_unseen_is_shown_before_it_is_put_away(
    build: OpenHouse, deed: str, done: str
):
    house = await build(data=office("1001"))
    await house.at("09:05")
    await chooses(house, house.ana, deed)
    house.tick(5)
    house.intercom.customer_writes("1001", LATER)
    house.tick(5)
    await house.ana.submits(entered(house, deed))
    shown = words(house.ana.view.blocks)
    assert f"Dana Reyes wrote just now. Nothing was {done}." in shown
    assert LATER in shown
    await house.settle()
    assert state(house) == "open"
    assert (house.ana.view.submit or {})["text"] == f"{deed.capitalize()} anyway"
    await house.ana.submits(entered(house, deed))
    await house.settle()
    assert state(house) == done
