"""A plausible workspace of any size, for load tests. The same seed and hour give the same one."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]

FIRST = [
    "Amara",
    "Bo",
    "Chiara",
    "Dmitri",
    "Elif",
    "Farid",
    "Greta",
    "Hiro",
    "Ines",
    "Jonas",
    "Kavya",
    "Leif",
]
LAST = ["Adeyemi", "Brandt", "Costa", "Dahl", "Eriksen", "Ferreira", "Grau", "Haddad", "Ito", "Kowal", "Lund"]
FIRMS = [
    "Alder",
    "Birch",
    "Cedar",
    "Dune",
    "Ember",
    "Fjord",
    "Grove",
    "Harbor",
    "Iris",
    "Juniper",
    "Kelp",
    "Larch",
]
TRADES = ["Logistics", "Dental", "Foods", "Analytics", "Media", "Robotics", "Travel", "Energy"]
PROBLEMS = [
    "The export stops at 80 percent and the file is empty.",
    "Since this morning sign-in sends us back to the login page.",
    "We were billed twice for October, can you look at it?",
    "How do I add a second workspace for our Lisbon office?",
    "The API answers 502 on every third call.",
    "Our dashboards have shown no data since Friday.",
    "Can we change the renewal to a yearly plan?",
    "Imported contacts lost their phone numbers.",
]
ANSWERS = [
    "Thanks for telling us, I am looking into it now.",
    "Could you send me the id of the export?",
    "This is fixed, please try again.",
    "I have asked our engineers and will be back by noon.",
]
CHANNELS = ["conversation", "conversation", "email", "email", "whatsapp", "sms"]
PLANS = [("Starter", 90), ("Growth", 480), ("Enterprise", 4200)]


def scenario(n: int, seed: int, now: datetime) -> Json:
    """`n` conversations of the 30 days before `now` (aware), with about one contact for two of them."""
    rng = random.Random(seed)
    end = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    admins = [
        {"id": str(8_412_000 + i), "name": f"{FIRST[i]} {LAST[i]}", "email": f"rep{i}@watch.example"}
        for i in range(4)
    ]
    companies = [_company(i, rng, end) for i in range(max(1, n // 8))]
    contacts = [_contact(i, companies, rng, end) for i in range(max(1, n // 2))]
    return {
        "app": {"name": "Load", "timezone": "Europe/Lisbon"},
        "admins": admins,
        "teams": [{"id": "5017691", "name": "Support", "admin_ids": [admin["id"] for admin in admins]}],
        "tags": [{"id": "9001", "name": "billing"}, {"id": "9002", "name": "bug"}],
        "companies": companies,
        "contacts": contacts,
        "conversations": [_conversation(i, rng.choice(contacts), admins, rng, end) for i in range(n)],
    }


def _company(i: int, rng: random.Random, end: datetime) -> Json:
    plan, spend = rng.choice(PLANS)
    return {
        "id": f"{0x6A0000000000000000000000 + i:x}",
        "company_id": f"acct-{i}",
        "name": f"{FIRMS[i % len(FIRMS)]} {TRADES[i // len(FIRMS) % len(TRADES)]} {i}",
        "plan": plan,
        "monthly_spend": spend,
        "user_count": rng.randint(1, 200),
        "session_count": rng.randint(0, 5000),
        "created_at": (end - timedelta(days=rng.randint(40, 900))).isoformat(),
        "last_request_at": (end - timedelta(hours=rng.randint(0, 400))).isoformat(),
        "custom_attributes": {"renewal_on": (end + timedelta(days=rng.randint(5, 360))).date().isoformat()},
    }


def _contact(i: int, companies: list[Json], rng: random.Random, end: datetime) -> Json:
    first, last = FIRST[i % len(FIRST)], LAST[i // len(FIRST) % len(LAST)]
    created = (end - timedelta(days=rng.randint(31, 800))).isoformat()
    return {
        "id": f"{0x6B0000000000000000000000 + i:x}",
        "external_id": f"user-{i}",
        "role": "user" if rng.random() < 0.85 else "lead",
        "name": f"{first} {last}",
        "email": f"{first}.{last}.{i}@customer.example".lower(),
        "company_ids": [rng.choice(companies)["id"]],
        "created_at": created,
        "signed_up_at": created,
        "last_seen_at": (end - timedelta(hours=rng.randint(0, 300))).isoformat(),
    }


def _conversation(i: int, contact: Json, admins: list[Json], rng: random.Random, end: datetime) -> Json:
    at = end - timedelta(seconds=rng.randint(3600, 30 * 86_400))
    admin = rng.choice(admins)["id"]
    parts: list[Json] = [_part("contact", contact["id"], at, rng.choice(PROBLEMS))]
    for _ in range(rng.randint(0, 6)):
        at += timedelta(seconds=rng.randint(60, 5400))
        if at >= end:
            break
        by, who = rng.choice([("contact", contact["id"]), ("admin", admin), ("admin", admin), ("bot", "")])
        parts.append(_part(by, who, at, rng.choice(PROBLEMS if by == "contact" else ANSWERS)))
    story: Json = {
        "id": str(204_000_000_000_000 + i),
        "contact_id": contact["id"],
        "channel": rng.choice(CHANNELS),
        "priority": rng.random() < 0.05,
        "tags": rng.sample(["9001", "9002"], k=rng.choice([0, 0, 1])),
        "parts": parts,
    }
    fate = rng.random()
    if fate < 0.6 and parts[-1]["by"] == "admin":
        parts.append({"by": "admin", "who": admin, "at": parts[-1]["at"], "kind": "close"})
    elif fate < 0.7:
        until = (end + timedelta(hours=rng.randint(2, 72))).isoformat()
        parts.append({"by": "admin", "who": admin, "at": parts[-1]["at"], "kind": "snoozed", "until": until})
    return story


def _part(by: str, who: str, at: datetime, text: str) -> Json:
    return {"by": by, "who": who, "at": at.isoformat(), "kind": "comment", "text": text}
