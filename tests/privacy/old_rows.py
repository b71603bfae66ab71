"""Rows of every age, and a clock that stands still: what tests of letting go are made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from small_office import TOML
from sqlmodel import SQLModel, select

from bot.office import Channels, Office
from bot.settings.file import parse_config
from bot.store.accounts import Contact
from bot.store.conversations import Conversation
from bot.store.engine import Store
from bot.store.intents import Intent
from bot.store.parts import Part
from bot.store.receipts import Receipt
from bot.store.risk import RiskSnapshot
from bot.watch import retention

T = "T0WORK"

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

SECOND = timedelta(seconds=1)

DAY = timedelta(days=1)

WRITTEN = """
[retention]
webhooks = "7d"
receipts = "30d"
messages = "20d"
conversations = "100d"
activity = "15d"
risk = "60d"
audit = "90d"
"""


class Standing:
    """A clock that stands still, its machine a day ahead: the two times must not be mixed up."""

    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def machine(self) -> datetime:
        return self._now + DAY


def office(written: str = WRITTEN) -> Office:
    return Office(
        workspace=T,
        config=parse_config(TOML + written),
        version="v",
        channels=Channels("C1", "C2", "C3"),
        leads=(),
        hours={},
        intercom_app="app",
        slack_url="https://small.slack.example/",
    )


async def add(store: Store, *rows: SQLModel) -> None:
    await store.write(lambda session: session.add_all(rows))


async def kept(store: Store, table: type[SQLModel], of: Callable[[Any], Any]) -> set[Any]:
    return {of(row) for row in await store.read(lambda session: list(session.exec(select(table))))}


def receipt(name: str, received: timedelta, applied: timedelta | None, state: str = "done") -> Receipt:
    return Receipt(
        workspace=T,
        source="intercom",
        delivery_id=name,
        topic="conversation.user.created",
        body='{"words": "planted"}',
        state=state,
        received_at=NOW - received,
        applied_at=NOW - applied if applied is not None else None,
    )


def intent(key: str, state: str, age: timedelta, *, finished: bool = True) -> Intent:
    return Intent(
        key=key,
        workspace=T,
        kind="slack.post",
        lane="l",
        subject="s",
        payload={"channel": "C1", "parent": None, "text": "planted", "blocks": [{"text": "planted"}]},
        state=state,
        due=NOW,
        decided_at=NOW - age,
        finished_at=NOW + DAY - age if finished else None,
    )


def conversation(name: str, state: str, age: timedelta, contact: str | None = None) -> Conversation:
    return Conversation(
        workspace=T,
        id=name,
        title="planted",
        channel="email",
        started_by="contact",
        state=state,
        contact_id=contact,
        contact_name="planted",
        attributes={"order": "planted"},
        created_at=NOW - age,
        updated_at=NOW - age,
        rating_remark="planted",
    )


def part(conversation_id: str, name: str, author: str = "contact") -> Part:
    return Part(
        workspace=T,
        conversation_id=conversation_id,
        id=name,
        kind="comment",
        raw_kind="comment",
        author_type=author,
        author_name="planted" if author == "contact" else "Ana Ruiz",
        text="planted",
        created_at=NOW - 400 * DAY,
    )


def contact(name: str, age: timedelta) -> Contact:
    return Contact(workspace=T, id=name, name="planted", email="p@planted.example", fetched_at=NOW - age)


def snapshot(account: str, period: str, age: timedelta) -> RiskSnapshot:
    return RiskSnapshot(
        workspace=T, account_id=account, period=period, total=1, level="low", taken_at=NOW - age
    )


async def let_go(store: Store, written: str = WRITTEN) -> int:
    return await retention.let_go(store, office(written), Standing())
