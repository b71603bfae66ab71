"""The small office of the bot's own tests: who works there, their settings, and ten conversations."""

from __future__ import annotations

from typing import Any

APP = "smal1app"
CHANNELS = {
    "alerts": "C0ALERTS",
    "accounts": "C0ACCOUNTS",
    "monday": "C0SUPPORT",
    "lobby": "C0LOBBY",
    "shared": "C0SHARED",
}
ADMINS = {"U0ANA": "8801", "U0BEN": "8802", "U0CEM": "8803", "U0LEA": "8804"}
"""Slack person to Intercom seat."""

PEOPLE: list[dict[str, Any]] = [
    {"id": "U0ANA", "name": "ana", "real_name": "Ana Ruiz", "email": "ana@small.example"},
    {"id": "U0BEN", "name": "ben", "real_name": "Ben Okoro", "email": "ben@small.example"},
    {"id": "U0CEM", "name": "cem", "real_name": "Cem Aydin", "email": "cem@small.example"},
    {"id": "U0LEA", "name": "lea", "real_name": "Lea Brandt", "email": "lea@small.example"},
    {"id": "U0UMA", "name": "uma", "real_name": "Uma Pillai", "email": "uma@small.example"},
    {
        "id": "U0GUS",
        "name": "gus",
        "real_name": "Gus Harder",
        "email": "gus@agency.example",
        "is_restricted": True,
    },
    {
        "id": "U0SID",
        "name": "sid",
        "real_name": "Sid Vance",
        "email": "sid@northwind.example",
        "is_stranger": True,
        "team_id": "T0NORTHWIND",
    },
    {"id": "U0DORA", "name": "dora", "real_name": "Dora Lind", "email": "dora@small.example"},
]

TOML = f"""
[workspace]
name = "Small"
timezone = "Europe/Berlin"
intercom_app = "{APP}"
currency = "€"

[channels]
alerts = "#support-alerts"
accounts = "#support-accounts"
monday = "#support"

[alerts]
burst = 0

[people]
leads = ["lea@small.example"]

[calendars.berlin]
zone = "Europe/Berlin"
hours.mon = ["08:00-18:00"]
hours.tue = ["08:00-18:00"]
hours.wed = ["08:00-18:00"]
hours.thu = ["08:00-18:00"]
hours.fri = ["08:00-18:00"]

[[policies]]
name = "enterprise"
match = {{ plan = ["Enterprise"] }}
first_response = "30m"
next_response = "1h"
warn = ["15m"]
calendar = "berlin"
pause_on = ["snoozed"]

[[policies]]
name = "default"
match = {{}}
first_response = "4h"
next_response = "8h"
warn = ["30m"]
calendar = "berlin"
pause_on = ["snoozed"]
"""

HOSTILE = (
    "<!channel> <@U0LEA> <https://evil.example|your invoice> *bold* `x` \u202egnp.exe\x07\x1b[31m "
    "<script>alert(1)</script>"
)


def scenario(*only: str) -> dict[str, Any]:
    """Tuesday, 24 November 2026, nine o'clock in Berlin; of the conversations `only` those named.

    First replies are due: 1001 at 09:20, 1002 at 09:25, 1004 at 12:10, 1008 at 12:05. A next reply: 1003 at
    13:30.
    """
    office = _office()
    if only:
        office["conversations"] = [each for each in office["conversations"] if each["id"] in only]
        people = {each["contact_id"] for each in office["conversations"]}
        office["contacts"] = [each for each in office["contacts"] if each["id"] in people]
        firms = {firm for each in office["contacts"] for firm in each.get("company_ids", [])}
        office["companies"] = [each for each in office["companies"] if each["id"] in firms]
    return office


def perhaps_the_same() -> dict[str, Any]:
    """1001, and 1010 of the same account, alike enough to ask and not enough to link."""
    data = scenario("1001", "1002")
    (_, second) = data["conversations"]
    second["id"] = "1010"
    second["parts"][0]["text"] = "We cannot log in with our identity provider any more."
    return data


def refunds() -> dict[str, Any]:
    """Two customers asked about the refund and were answered in the same words; Pia asks it now."""
    made = scenario("1004", "1005", "1001")
    everybody = scenario()
    made["contacts"], made["companies"] = everybody["contacts"], everybody["companies"]
    (pia,) = [each for each in made["conversations"] if each["id"] == "1004"]
    pia["parts"][0]["text"] = "Hello, when is the refund for my last invoice paid out?"
    for number, (who, name, order) in enumerate((("p1", "Dana", "88113"), ("p3", "Noor", "90417"))):
        day = f"2026-11-{10 + number}"
        made["conversations"].append(
            {
                "id": f"90{number}",
                "contact_id": who,
                "channel": "email",
                "state": "closed",
                "parts": [
                    {
                        "by": "contact",
                        "who": who,
                        "at": f"{day}T09:00:00+01:00",
                        "text": f"When will the refund of invoice {order} be paid out?",
                    },
                    {
                        "by": "admin",
                        "who": "8802",
                        "at": f"{day}T10:00:00+01:00",
                        "text": f"Hi {name},\n"
                        f"the refund of {order} reaches your bank within 5 working days.\nBen",
                    },
                    {"by": "admin", "who": "8802", "at": f"{day}T10:01:00+01:00", "kind": "close"},
                ],
            }
        )
    made["macros"] = [
        {
            "id": "55",
            "name": "Refund policy",
            "body": '<p>Dear <attribute key="user.name" default="you"/>,</p><p>See our refund policy.</p>',
            "visible_to": "everyone",
            "visible_to_team_ids": [],
        },
        {
            "id": "56",
            "name": "Refund, billing only",
            "body": "<p>Secret.</p>",
            "visible_to": "specific_teams",
            "visible_to_team_ids": ["99"],
        },
    ]
    return made


def refunds_for_two() -> dict[str, Any]:
    """The same, and Ole of Pia's firm asks it too; Intercom knows no e-mail address of his."""
    made = refunds()
    (pia,) = [each for each in made["conversations"] if each["id"] == "1004"]
    (person,) = [each for each in made["contacts"] if each["id"] == pia["contact_id"]]
    ole = {**_contact("p41", "Ole Berg", person["company_ids"][0]), "email": None}
    made["contacts"].append(ole)
    made["conversations"].append(_opened("1021", "p41", "08:40", pia["parts"][0]["text"], "conversation"))
    return made


def a_long_story() -> dict[str, Any]:
    """Dana wrote 45 times, Ana answered in between and left a note; Omar of the same firm wrote once."""
    office = scenario("1001", "1002")
    (first, _) = office["conversations"]
    # Half an hour and more apart, so that each stands alone.
    first["parts"] = [
        {
            "by": "contact",
            "who": "p1",
            "at": f"2026-11-{1 + number // 12:02}T{number % 12 + 6:02}:40:00+01:00",
            "text": f"Message number {number}.",
        }
        for number in range(45)
    ]
    first["parts"].insert(
        44,
        {
            "by": "admin",
            "who": "8801",
            "at": "2026-11-04T13:50:00+01:00",
            "text": "Only for us.",
            "kind": "note",
        },
    )
    first["parts"].append({"by": "contact", "who": "p1", "at": "2026-11-23T09:00:00+01:00", "text": HOSTILE})
    return office


def _office() -> dict[str, Any]:
    return {
        "app": {"name": "Small", "timezone": "Europe/Berlin"},
        "admins": [
            {"id": "8801", "name": "Ana Ruiz", "email": "ana@small.example"},
            {"id": "8802", "name": "Ben Okoro", "email": "ben@small.example"},
            {"id": "8803", "name": "Cem Aydin", "email": "cem@small.example"},
            {"id": "8804", "name": "Lea Brandt", "email": "lea@small.example"},
        ],
        "teams": [{"id": "77", "name": "Support", "admin_ids": ["8801", "8802", "8803", "8804"]}],
        "companies": [
            _company("c1", "Northwind Marine", "Enterprise", 4200, renewal_on="2026-12-14", owner="8804"),
            _company("c2", "Brightfen", "Growth", 300),
            _company("c3", "Cobalt Rail", "Trial", 0, trial_ends_on="2026-11-26"),
            _company("c4", "Dunmore Books", None, 90, renewal_on="2026-12-04"),
            _company("c5", "Everly Labs", "Enterprise", 2600, renewal_on="2027-06-01"),
        ],
        "contacts": [
            _contact("p1", "Dana Reyes", "c1"),
            _contact("p2", "Omar Haddad", "c1"),
            _contact("p3", "Noor Visser", "c2"),
            _contact("p4", "Pia Holm", "c3"),
            _contact("p5", "Rolf Engel", "c4"),
            _contact("p6", "Tess Moran", "c5"),
            {
                "id": "p7",
                "role": "lead",
                "name": None,
                "email": "somebody@nowhere.example",
                "created_at": "2026-11-24T08:00:00+01:00",
            },
        ],
        "conversations": [
            _opened("1001", "p1", "08:50", "Single sign-on sends everyone back to the login page.", "email"),
            _opened("1002", "p2", "08:55", "The SSO login page comes back for all of us.", "whatsapp"),
            {
                "id": "1003",
                "contact_id": "p3",
                "channel": "conversation",
                "parts": [
                    _said("p3", "2026-11-23T15:00:00+01:00", "Can I add a second office?"),
                    _replied("8801", "2026-11-23T15:20:00+01:00", "Yes, under Settings."),
                    _said("p3", "2026-11-23T15:30:00+01:00", "It says my role may not."),
                ],
            },
            _opened("1004", "p4", "08:10", "How do I import my list?", "conversation"),
            {
                "id": "1005",
                "contact_id": "p5",
                "channel": "email",
                "state": "snoozed",
                "snoozed_until": "2026-11-25T09:00:00+01:00",
                "assignee_id": "8802",
                "parts": [
                    _said(
                        "p5",
                        "2026-11-23T09:00:00+01:00",
                        "We want to cancel our contract. When is the refund paid?",
                    )
                ],
            },
            {
                "id": "1006",
                "contact_id": "p5",
                "channel": "conversation",
                "state": "closed",
                "rating": {"score": 2, "remark": "slow", "at": "2026-11-20T12:00:00+01:00"},
                "parts": [
                    _said("p5", "2026-11-19T09:00:00+01:00", "The invoice is wrong."),
                    _replied("8802", "2026-11-19T16:00:00+01:00", "Corrected."),
                    {"by": "admin", "who": "8802", "at": "2026-11-19T16:01:00+01:00", "kind": "close"},
                ],
            },
            {
                "id": "1007",
                "contact_id": "p6",
                "channel": "phone_call",
                "parts": [
                    _said("p6", "2026-11-24T08:20:00+01:00", "Called about the audit log."),
                    _replied("8802", "2026-11-24T08:30:00+01:00", "Will send it today."),
                ],
            },
            {
                "id": "1008",
                "contact_id": "p7",
                "channel": "conversation",
                "parts": [_said("p7", "2026-11-24T08:05:00+01:00", HOSTILE)],
            },
        ],
    }


def _company(id_: str, name: str, plan: str | None, spend: int, **attributes: str) -> dict[str, Any]:
    return {
        "id": id_,
        "company_id": f"acct-{id_}",
        "name": name,
        "plan": plan,
        "monthly_spend": spend,
        "user_count": 8,
        "session_count": 120,
        "last_request_at": "2026-11-23T17:00:00+01:00",
        "created_at": "2025-03-01T09:00:00+01:00",
        "custom_attributes": attributes,
    }


def _contact(id_: str, name: str, company: str) -> dict[str, Any]:
    return {
        "id": id_,
        "role": "user",
        "name": name,
        "email": f"{name.split()[0].lower()}@customer.example",
        "company_ids": [company],
        "created_at": "2025-04-01T09:00:00+01:00",
        "last_seen_at": "2026-11-23T17:00:00+01:00",
    }


def _opened(id_: str, who: str, at: str, text: str, channel: str) -> dict[str, Any]:
    return {
        "id": id_,
        "contact_id": who,
        "channel": channel,
        "parts": [_said(who, f"2026-11-24T{at}:00+01:00", text)],
    }


def _said(who: str, at: str, text: str) -> dict[str, Any]:
    return {"by": "contact", "who": who, "at": at, "text": text}


def _replied(who: str, at: str, text: str) -> dict[str, Any]:
    return {"by": "admin", "who": who, "at": at, "text": text}
