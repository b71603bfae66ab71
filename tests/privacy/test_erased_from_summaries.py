"""A Monday summary tells of somebody without an account by their name alone; erased, that line goes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from harness import BERLIN, House, OpenHouse
from on_the_screen import words
from planted_person import erase, everything_in_slack, everything_stored
from small_office import scenario

pytestmark = pytest.mark.thorough

ID = "pt41"
MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=BERLIN)
LONG = "Zelda van den Everlasting Kaleidoscope *Manufactory* & Daughters"


def office(name: str) -> dict[str, Any]:
    """Somebody of this name and of no company waits since Friday; so do Northwind and Zelda Track."""
    data = scenario("1001", "1003")
    for company in data["companies"]:
        if company["id"] == "c2":
            company["name"] = "Zelda Track"
    data["contacts"].append(
        {
            "id": ID, "role": "lead", "name": name, "email": "zelda@planted.example", "company_ids": [],
            "created_at": "2026-11-20T09:00:00+01:00",
        }
    )  # fmt: skip
    said = {"by": "contact", "who": ID, "at": "2026-11-27T15:00:00+01:00", "text": "Is anybody there?"}
    data["conversations"].append({"id": "2001", "contact_id": ID, "channel": "email", "parts": [said]})
    return data


def due_first(house: House) -> list[str]:
    """The beginnings of the lines of the summary."""
    shown = words(house.post("monday", "post:monday:2026-11-30").blocks)
    return [line.partition(":")[0] for line in shown.splitlines() if line.startswith("• ")]


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("Zelda", "• Zelda"),
        # A customer's name, and a teammate's.
        ("Dana Reyes", "• Dana Reyes"),
        ("Ana Ruiz", "• Ana Ruiz"),
        (LONG, "• Zelda van den Everlasting"),
    ],
)
async def test_their_line_goes_and_the_others_stay(build: OpenHouse, name: str, begins: str) -> None:
    house = await build(data=office(name), start=MONDAY)
    await house.at("08:31")
    before = due_first(house)
    (theirs,) = [line for line in before if line.startswith(begins) and line != "• Zelda Track"]
    assert {"• Northwind Marine", "• Zelda Track"} <= {*before}
    done = await erase(house, ID)
    assert done.exit_code == 0, done.output
    assert due_first(house) == [line for line in before if line != theirs]
    assert begins not in everything_in_slack(house).replace("• Zelda Track", "")
    stored = everything_stored(house.database).replace("Zelda Track", "")
    assert name not in stored or name in ("Dana Reyes", "Ana Ruiz")
