"""An office whose customers are twelve firms, and what they write."""

from __future__ import annotations

from typing import Any

from harness import House
from on_the_screen import words
from small_office import scenario

from sandbox.slack.model import Message, View

FIRMS = (
    "Alder Freight", "Birch & Sons", "Cinder Works", "Dovetail Health", "Elmwood Press", "Fathom Maps",
    "Gannet Foods", "Heron Legal", "Ivory Tools", "Juniper Rail", "Kestrel Air", "Lantern Books",
)  # fmt: skip
PEOPLE = (
    "Ida Marsh", "Jon Beck", "Kay Osei", "Leo Duarte", "Max Thorn", "Nia Wells",
    "Oli Strand", "Pam Reyes", "Quin Adler", "Ray Moss", "Sue Park", "Tom Vale",
)  # fmt: skip

OUTAGE = (
    "The invoice export fails with error 502 since this morning.",
    "Exporting invoices gives us error 502, nothing is downloaded.",
    "Our invoice export stops with error 502.",
    "Invoice export: error 502 every time we try since this morning.",
    "We get an error 502 when we export our invoices.",
    "Error 502 on the invoice export for everybody here.",
)

ORDINARY = (
    "Can I add a second office to our workspace?",
    "How do I change the language of the menu?",
    "Where is the contract we signed last year?",
    "Is there a discount for charities?",
    "Please move our renewal call to Thursday.",
    "Does the mobile app work offline?",
)

LOCKED_OUT = (
    "Single sign-on sends everybody back to the login page.",
    "SSO: after signing in we land on the login page again.",
    "Nobody can sign in, single sign-on returns to the login page.",
)

HOW = (
    "How do I export my invoices as a spreadsheet?",
    "Can I export the invoices to a spreadsheet?",
    "How can we export invoices into a spreadsheet file?",
    "Is it possible to export invoices as a spreadsheet?",
)


def firms() -> dict[str, Any]:
    """The small office with twelve more firms, a person in each, and nothing open."""
    office = scenario("1006")
    for number, (firm, person) in enumerate(zip(FIRMS, PEOPLE, strict=True)):
        office["companies"].append(
            {
                "id": f"f{number}",
                "company_id": f"acct-f{number}",
                "name": firm,
                "plan": "Growth",
                "monthly_spend": 200,
                "created_at": "2025-03-01T09:00:00+01:00",
                "custom_attributes": {},
            }
        )
        office["contacts"].append(
            {
                "id": f"q{number}",
                "role": "user",
                "name": person,
                "email": f"{person.split()[0].lower()}@firm{number}.example",
                "company_ids": [f"f{number}"],
                "created_at": "2025-04-01T09:00:00+01:00",
            }
        )
    office["contacts"] += [each for each in scenario()["contacts"] if each["id"] == "p7"]
    return office


def with_a_past(texts: tuple[str, ...], times: int) -> dict[str, Any]:
    """The same, where these things were asked over the last two weeks, and answered."""
    office = firms()
    for number in range(times):
        day, hour = 11 + number % 12, 9 + number // 12
        asked = {"by": "contact", "who": f"q{number % 12}", "text": texts[number % len(texts)]}
        office["conversations"].append(
            {
                "id": f"70{number:02}",
                "contact_id": f"q{number % 12}",
                "channel": "email",
                "state": "closed",
                "parts": [
                    {**asked, "at": f"2026-11-{day:02}T{hour:02}:00:00+01:00"},
                    {
                        "by": "admin",
                        "who": "8802",
                        "at": f"2026-11-{day:02}T{hour:02}:30:00+01:00",
                        "text": "Under Billing.",
                    },
                    {
                        "by": "admin",
                        "who": "8802",
                        "at": f"2026-11-{day:02}T{hour:02}:31:00+01:00",
                        "kind": "close",
                    },
                ],
            }
        )
    return office


async def tells(house: House, number: int, text: str, channel: str = "email", minutes: float = 5) -> str:
    """The person of a firm writes, and some minutes pass; the conversation's id."""
    made = house.intercom.customer_starts(f"q{number}", channel, text)
    await house.later(minutes=minutes)
    return str(made["id"])


async def outage(house: House, accounts: int, first: int = 0) -> list[str]:
    """So many firms tell one outage within minutes; their conversations."""
    numbers = range(first, first + accounts)
    return [await tells(house, number, OUTAGE[number % len(OUTAGE)]) for number in numbers]


def spreads(house: House, channel: str = "alerts") -> list[Message]:
    """Every announcement that stands in the channel."""
    return house.posts(channel, "post:spread:")


def told(house: House) -> str:
    """The words of the one announcement."""
    (message,) = spreads(house)
    return words(message.blocks)


def boxes(view: View, *, block: str, starts: tuple[str, ...]) -> dict[str, Any]:
    """The boxes of a block whose labels start so, ticked."""
    options = next(each for each in view.blocks if each.get("block_id") == block)["element"]["options"]
    chosen = [each for each in options if each["text"]["text"].startswith(starts)]
    assert len(chosen) == len(starts), [each["text"]["text"] for each in options]
    return {block: {"type": "checkboxes", "selected_options": chosen}}
