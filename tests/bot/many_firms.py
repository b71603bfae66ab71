"""An office whose customers are twelve firms, and what they write."""

from __future__ import annotations

from typing import Any

from small_office import scenario

FIRMS = (
    "Alder Freight", "Birch & Sons", "Cinder Works", "Dovetail Health", "Elmwood Press", "Fathom Maps",
    "Gannet Foods", "Heron Legal", "Ivory Tools", "Juniper Rail", "Kestrel Air", "Lantern Books",
)  # fmt: skip
PEOPLE = (
    "Ida Marsh", "Jon Beck", "Kay Osei", "Lea Duarte", "Max Thorn", "Nia Wells",
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
    return office
