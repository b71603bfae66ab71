"""A customer's person with unmistakable words in every place, and the places where they could be found."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from click.testing import CliRunner, Result
from harness import House
from on_the_screen import rich
from signing import CLIENT_SECRET, INTERCOM_TOKEN, SEED
from small_office import scenario
from sqlmodel import Session

from bot.cli import main
from bot.store import outside
from bot.store.look import sqlite_file

ID = "pz7f3c9e1aa0"
NAME = "Zelda Quokkamoor"
EMAIL = "zelda.quokkamoor@planted-person.example"
WROTE = "Our quixotic turnstile refuses every badge"
LATER = "The obelisk is still humming"
REMARK = "wombastic service"
NOTE = "She is the gatekeeper of the marzipan vault"
ANSWER = "Dear customer, please polish the xylophone twice"
ELSEWHERE = "May I add a kumquat to this"
FILE = "quagmire-passport.png"
IN_SLACK = "The periwinkle export stands still"
BY_MAIL = "My marzipan invoice is missing"
TOLD_BY_MAIL = "Your marzipan invoice is attached"
OUTSIDE = (IN_SLACK, BY_MAIL, TOLD_BY_MAIL)
NEEDLES = (ID, NAME, EMAIL, WROTE, LATER, REMARK, NOTE, ANSWER, ELSEWHERE, FILE, *OUTSIDE)


def planted(*, account: bool = True) -> dict[str, Any]:
    """The small office with Zelda: two conversations of hers, one closed, and one of Pia's she joined."""
    office = scenario("1001", "1002", "1004")
    office["contacts"].append(
        {
            "id": ID,
            "role": "user",
            "name": NAME,
            "email": EMAIL,
            "company_ids": ["c1"] if account else [],
            "created_at": "2025-04-01T09:00:00+01:00",
        }
    )

    def said(at: str, text: str) -> dict[str, Any]:
        return {"by": "contact", "who": ID, "at": at, "text": text}

    by_ben = {"by": "admin", "who": "8802"}
    office["conversations"] += [
        {
            "id": "2001",
            "contact_id": ID,
            "channel": "email",
            "parts": [said("2026-11-24T08:40:00+01:00", WROTE)],
        },
        {
            "id": "2002",
            "contact_id": ID,
            "channel": "conversation",
            "state": "closed",
            "rating": {"score": 1, "remark": REMARK, "at": "2026-11-23T12:00:00+01:00"},
            "parts": [
                said("2026-11-22T09:00:00+01:00", LATER),
                {
                    "by": "admin",
                    "who": "8802",
                    "at": "2026-11-22T10:00:00+01:00",
                    "text": NOTE,
                    "kind": "note",
                },
                {**by_ben, "at": "2026-11-22T11:00:00+01:00", "kind": "close"},
            ],
        },
    ]
    (joint,) = [each for each in office["conversations"] if each["id"] == "1004"]
    joint["parts"].append(said("2026-11-24T08:15:00+01:00", ELSEWHERE))
    return office


async def live(house: House) -> None:
    """An alert, a thread of the account, an answer, a webhook with a file in it, words outside Intercom."""
    await house.bot.store.write(said_outside)
    await house.at("09:05")
    await house.ana.answers("2001", ANSWER)
    await house.settle()
    house.tick()
    house.intercom.customer_writes("2001", LATER)
    await house.notify(notification(house))
    await house.at("09:45")
    await house.at("10:20")


async def nights(house: House, number: int) -> None:
    """So many nights go by, each with the hour at which the bot lets go of what is old."""
    for _ in range(number):
        house.clock.machine_ahead += timedelta(days=1)
        await house.later(days=1)


def said_outside(session: Session) -> None:
    """Words in Slack under a known contact, mail by address alone, a colleague's answer, and another's."""
    told: list[dict[str, Any]] = [
        {"source": "slack:C0CUST", "author_id": "U0ZELDA", "author_name": NAME, "text": IN_SLACK}
        | {"contact_id": ID},
        {
            "source": outside.MAILBOX,
            "author_id": EMAIL,
            "address": EMAIL,
            "author_name": NAME,
            "text": BY_MAIL,
        },
        {"source": outside.MAILBOX, "author_id": "ana@watchbell.example", "author_name": "Ana Ruiz"}
        | {"text": TOLD_BY_MAIL, "contact_id": ID, "author_kind": "rep"},
        {"source": outside.MAILBOX, "author_id": "omar@other.example", "author_name": "Omar Haddad"}
        | {"text": "Omar's own mail", "address": "omar@other.example"},
    ]
    for number, each in enumerate(told):
        outside.keep(
            session,
            **{
                "workspace": SEED.team_id,
                "id": f"m{number}",
                "thread": f"m{number}",
                "account_id": "c1",
                "channel": "email",
                "author_kind": "customer",
                "at": datetime(2026, 11, 24, 7, number, tzinfo=UTC),
            }
            | each,
        )


def notification(house: House, id_: str = "notif_zelda") -> dict[str, Any]:
    """What Intercom tells of Zelda's latest message, with a file on it."""
    item = json.loads(json.dumps(house.intercom.conversation("2001")))
    part = item["conversation_parts"]["conversation_parts"][-1]
    part["attachments"] = [{"type": "upload", "name": FILE, "url": f"https://files.example/{FILE}"}]
    return {
        "type": "notification_event",
        "id": id_,
        "topic": "conversation.user.replied",
        "app_id": "smal1app",
        "created_at": int(house.clock.now().timestamp()),
        "data": {"type": "notification_event_data", "item": item},
    }


def contact_notification(house: House) -> dict[str, Any]:
    """What Intercom tells when Zelda's profile changes."""
    item = {
        "type": "contact", "id": ID, "role": "user", "name": NAME, "email": EMAIL,
        "companies": {"type": "list", "data": [{"type": "company", "id": "c1"}]},
    }  # fmt: skip
    return {
        "type": "notification_event",
        "id": "notif_zelda_contact",
        "topic": "contact.user.updated",
        "app_id": "smal1app",
        "created_at": int(house.clock.now().timestamp()),
        "data": {"type": "notification_event_data", "item": item},
    }


def everything_stored(url: str) -> str:
    """The raw bytes of SQLite's files, or every table of a PostgreSQL database, as one text."""
    file = sqlite_file(url)
    if file is not None:
        raw = b"".join(each.read_bytes() for each in sorted(file.parent.glob(file.name + "*")))
        return raw.decode("latin-1")
    with psycopg.connect(url) as connection:
        tables = [
            name
            for (name,) in connection.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            )
        ]
        rows = [
            str(row) for name in tables for (row,) in connection.execute(f'SELECT t::text FROM "{name}" t')
        ]
    return "\n".join(rows)


def everything_in_slack(house: House) -> str:
    """What stands in channels and direct messages for as long as nobody deletes it."""
    slack = house.slack
    standing = [
        [each.text, each.blocks, each.metadata, _files(each, slack.seed.bot_user_id)]
        for name in slack.channels
        for each in slack.messages(name)
        if each.ephemeral_to is None
    ]
    return json.dumps(standing, ensure_ascii=False)


def _files(message: Any, bot: str) -> list[str]:
    """What files of the bot's own hold."""
    return [each.content.decode(errors="replace") for each in message.files if each.user == bot]


def hits(text: str, needles: tuple[str, ...] = NEEDLES) -> list[str]:
    """Which of the needles are in a text, written plainly or as JSON has them."""
    return [needle for needle in needles if needle in text or json.dumps(needle)[1:-1] in text]


def command_environment(house: House) -> dict[str, str]:
    """What the command line of this house's operator reads."""
    return {
        "DATABASE_URL": house.database,
        "SLACK_BOT_TOKEN": SEED.bot_token,
        "SLACK_APP_TOKEN": SEED.app_token,
        "INTERCOM_TOKEN": INTERCOM_TOKEN,
        "INTERCOM_CLIENT_SECRET": CLIENT_SECRET,
        "SLACK_API_URL": f"{house.server.url}/slack/api/",
        "INTERCOM_API_URL": f"{house.server.url}/intercom",
        "WATCHBELL_CONFIG": str(Path(house.folder) / "watchbell.toml"),
    }


def command(house: House, *words: str) -> Result:
    """Run the command line as an operator would, beside or without the bot."""
    return CliRunner().invoke(main, list(words), env=command_environment(house))


async def erase(house: House, who: str = ID) -> Result:
    """Erase beside the running bot, which goes on doing what is due."""
    running = asyncio.create_task(asyncio.to_thread(command, house, "erase", "--contact", who, "--yes"))
    while not running.done():
        await house.settle()
        await asyncio.sleep(0.05)
    await house.settle()
    return await running


__all__ = ["rich"]
