"""A lead and a user who are one person, before Intercom knows it."""

from __future__ import annotations

from typing import Any

from harness import House
from small_office import scenario

LEAD, USER = "lead20", "user9"
LEADS_ADDRESS = "kim@gmail.com"
ASKED = "Where do we see our usage?"


def lead_and_user(*, companies: tuple[str, ...] = ("c1",), closed: bool = False) -> dict[str, Any]:
    """1001 of Northwind's Dana, 1020 of a lead of nobody's, and a user of Northwind who never wrote."""
    data = scenario("1001", "1003")
    (first,) = [each for each in data["conversations"] if each["id"] == "1001"]
    data["contacts"] += [
        {
            "id": LEAD,
            "role": "lead",
            "name": "Kim from the website",
            "email": LEADS_ADDRESS,
            "company_ids": [],
            "created_at": "2026-11-01T09:00:00+01:00",
        },
        {
            "id": USER,
            "role": "user",
            "name": "Kim Lindqvist",
            "email": "kim@northwind.example",
            "company_ids": list(companies),
            "created_at": "2026-10-01T09:00:00+01:00",
        },
    ]
    said = {**first["parts"][0], "who": LEAD, "text": ASKED}
    data["conversations"].append({**first, "id": "1020", "contact_id": LEAD, "parts": [said]})
    if closed:
        ended = {"by": "admin", "who": "8801", "at": "2026-11-20T16:00:00+01:00", "kind": "close"}
        old = {**said, "at": "2026-11-20T15:00:00+01:00", "text": "An older question."}
        data["conversations"].append(
            {**first, "id": "1021", "contact_id": LEAD, "state": "closed", "parts": [old, ended]}
        )
    return data


async def conversation(house: House, id_: str = "1020") -> dict[str, Any]:
    found: dict[str, Any] = (await house.facts())["conversations"][id_]
    return found


async def whose(house: House, id_: str = "1020") -> tuple[str | None, str | None, str | None]:
    row = await conversation(house, id_)
    return row["contact_id"], row["contact_name"], row["account_id"]
