"""What is older than [retention] says goes; what is a second younger, or still needed, stays."""

from __future__ import annotations

import asyncio
import io
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from harness import OpenHouse
from old_rows import (
    DAY,
    NOW,
    SECOND,
    T,
    add,
    contact,
    conversation,
    intent,
    kept,
    let_go,
    office,
    part,
    receipt,
    snapshot,
)
from small_office import TOML, scenario
from sqlalchemy import insert
from sqlmodel import Session, select

from bot.clock import Moment
from bot.store import slots
from bot.store.accounts import Contact
from bot.store.audit import AuditEntry
from bot.store.conversations import Conversation
from bot.store.engine import Store
from bot.store.intents import Intent
from bot.store.outside import OutsideMessage
from bot.store.parts import Part
from bot.store.posts import Post
from bot.store.pulse import ActivityEntry, Heartbeat
from bot.store.receipts import Receipt
from bot.store.retention import BATCH
from bot.store.risk import RiskSnapshot
from bot.store.slots import Slot
from bot.store.threads import AccountThread, Issue
from bot.watch import retention
from bot.watch.paused import pauses

pytestmark = pytest.mark.thorough


async def test_a_webhooks_body_goes_a_week_after_it_was_applied_and_its_id_stays(store: Store) -> None:
    await add(
        store,
        receipt("old", 8 * DAY, 7 * DAY + SECOND),
        receipt("young", 8 * DAY, 7 * DAY - SECOND),
        receipt("failed", 8 * DAY, 7 * DAY + SECOND, "failed"),
        receipt("waiting", 29 * DAY, None, "new"),
    )
    await let_go(store)
    assert await kept(store, Receipt, lambda row: (row.delivery_id, bool(row.body))) == {
        ("old", False),
        ("young", True),
        ("failed", False),
        ("waiting", True),
    }


async def test_a_receipt_goes_when_a_replay_would_be_refused_by_its_age_anyway(store: Store) -> None:
    await add(
        store,
        receipt("old", 30 * DAY + SECOND, DAY),
        receipt("young", 30 * DAY - SECOND, DAY),
        receipt("never applied", 400 * DAY, None, "new"),
        Receipt(
            workspace=T, source="slack", delivery_id="click", topic="/claim", body="", state="done",
            received_at=NOW - 30 * DAY - SECOND,
        ),
        Receipt(
            workspace=T, source="slack", delivery_id="new click", topic="/claim", body="", state="done",
            received_at=NOW - 30 * DAY + SECOND,
        ),
    )  # fmt: skip
    await let_go(store)
    assert await kept(store, Receipt, lambda row: row.delivery_id) == {"young", "never applied", "new click"}


async def test_words_of_messages_that_are_over_go_and_all_others_stay(store: Store) -> None:
    old, young = 20 * DAY + SECOND, 20 * DAY - SECOND
    needed = ("pending", "sending", "uncertain", "unconfirmed")
    await add(
        store,
        intent("done", "done", old),
        intent("dead", "dead", old),
        intent("dropped", "dropped", old, finished=False),
        intent("young", "done", young),
        intent("young dropped", "dropped", young, finished=False),
        *(intent(state, state, 300 * DAY, finished=state == "unconfirmed") for state in needed),
        Post(workspace=T, key="s", channel="C1", ts="1.1", wanted="w", wanted_at=NOW - 300 * DAY),
    )
    await let_go(store)
    wordy = await kept(store, Intent, lambda row: (row.key, "planted" in json.dumps(row.payload)))
    assert wordy == {
        ("done", False),
        ("dead", False),
        ("dropped", False),
        ("young", True),
        ("young dropped", True),
        *((state, True) for state in needed),
    }
    # The key stays, which is what stops a second message; so does the place, by which it can be edited.
    assert await kept(store, Intent, lambda row: row.payload["channel"]) == {"C1"}
    assert await kept(store, Post, lambda row: row.ts) == {"1.1"}


async def test_words_of_closed_conversations_go_and_open_ones_stay_however_old(store: Store) -> None:
    old, young = 100 * DAY + SECOND, 100 * DAY - SECOND
    await add(
        store,
        conversation("old", "closed", old, "gone"),
        conversation("young", "closed", young, "kept"),
        conversation("open", "open", 900 * DAY, "waits"),
        conversation("snoozed", "snoozed", 900 * DAY, "sleeps"),
        *(part(name, "1") for name in ("old", "young", "open", "snoozed")),
        part("old", "2", "admin"),
        *(contact(name, 200 * DAY) for name in ("gone", "kept", "waits", "sleeps", "alone")),
        contact("just read", 100 * DAY - SECOND),
    )
    await let_go(store)
    assert await kept(store, Conversation, lambda row: (row.id, "planted" in row.model_dump_json())) == {
        ("old", False),
        ("young", True),
        ("open", True),
        ("snoozed", True),
    }
    assert await kept(store, Part, lambda row: (row.conversation_id, row.id, row.text, row.author_name)) == {
        ("old", "1", "", None),
        ("old", "2", "", "Ana Ruiz"),
        ("young", "1", "planted", "planted"),
        ("open", "1", "planted", "planted"),
        ("snoozed", "1", "planted", "planted"),
    }
    assert await kept(store, Contact, lambda row: row.id) == {"kept", "waits", "sleeps", "just read"}


async def test_a_conversation_of_thousands_of_parts_goes_in_several_turns(store: Store) -> None:
    await add(store, conversation("long", "closed", 101 * DAY), conversation("next", "closed", 101 * DAY))
    await add(store, *(part("long", str(number)) for number in range(2 * BATCH + 7)), part("next", "1"))
    await let_go(store)
    assert await kept(store, Part, lambda row: row.text) == {""}
    assert await kept(store, Conversation, lambda row: row.cleared_at is None) == {False}


async def test_titles_of_problems_go_with_a_thread_that_was_closed_long_ago(store: Store) -> None:
    for account, closed in (("a", 100 * DAY + SECOND), ("b", 100 * DAY - SECOND), ("c", None)):
        await add(
            store,
            AccountThread(
                workspace=T, account_id=account, episode=1, opened_at=NOW - 300 * DAY,
                closed_at=NOW - closed if closed is not None else None,
            ),
            Issue(workspace=T, account_id=account, episode=1, id="1", title="planted", updated_at=NOW),
        )  # fmt: skip
    await let_go(store)
    assert await kept(store, Issue, lambda row: (row.account_id, row.title)) == {
        ("a", ""),
        ("b", "planted"),
        ("c", "planted"),
    }


async def test_activity_and_audit_go_by_their_age(store: Store) -> None:
    for name, age in (("old", SECOND), ("young", -SECOND)):
        await add(
            store,
            ActivityEntry(workspace=T, id=name, at=NOW - 15 * DAY - age, kind="message_paused"),
            AuditEntry(
                workspace=T, at=NOW - 90 * DAY - age, slack_user_id="U1", action=name, source="s", outcome="o"
            ),
        )
    await let_go(store)
    assert await kept(store, ActivityEntry, lambda row: row.id) == {"young"}
    assert await kept(store, AuditEntry, lambda row: row.action) == {"young"}


async def test_a_pause_that_is_over_stays_as_long_as_its_week_is_compared_with(store: Store) -> None:
    for name, weeks in (("old", 9), ("young", 8)):
        for number, (before, after) in enumerate((("live", "paused"), ("paused", "live"))):
            begun_or_over = ActivityEntry(
                workspace=T,
                id=f"{name} {number}",
                at=NOW - weeks * 7 * DAY - DAY + number * DAY - SECOND,
                kind="message_state_change",
                detail={"message": {"id": name, "title": name}, "before": before, "after": after},
            )
            await add(store, begun_or_over)
    await let_go(store)
    assert await kept(store, ActivityEntry, lambda row: row.id) == {"young 0", "young 1"}
    (pause,) = await store.read(pauses, T)
    assert pause.ended_at == NOW - 56 * DAY - SECOND


async def test_words_from_outside_intercom_go_by_their_age(store: Store) -> None:
    for name, age in (("old", SECOND), ("young", -SECOND)):
        await add(
            store,
            OutsideMessage(
                workspace=T,
                source="mailbox",
                id=name,
                channel="email",
                author_id="kim@customer.example",
                author_name="Kim",
                author_kind="customer",
                thread=name,
                at=NOW - 100 * DAY - age,
            ),
        )
    await let_go(store)
    assert await kept(store, OutsideMessage, lambda row: row.id) == {"young"}


async def test_the_audit_log_slots_and_signs_of_life_are_kept_for_ever_unless_told_otherwise(
    store: Store,
) -> None:
    ages_ago = NOW - 5000 * DAY
    await add(
        store,
        AuditEntry(workspace=T, at=ages_ago, slack_user_id="U1", action="a", source="s", outcome="o"),
        Slot(workspace=T, job="monday", period="2013-03-04", done_at=ages_ago),
        Heartbeat(workspace=T, source="alive", at=ages_ago),
    )
    await let_go(store, "")
    for table in (AuditEntry, Slot, Heartbeat):
        assert len(await kept(store, table, lambda row: row.workspace)) == 1, table


async def test_each_accounts_newest_snapshot_stays_however_old(store: Store) -> None:
    await add(
        store,
        snapshot("a", "2026-09-07", 78 * DAY),
        snapshot("a", "2026-09-24", 60 * DAY + SECOND),
        snapshot("a", "2026-09-25", 60 * DAY - SECOND),
        snapshot("b", "2024-01-01", 1000 * DAY),
        snapshot("b", "2024-01-08", 993 * DAY),
    )
    await let_go(store)
    assert await kept(store, RiskSnapshot, lambda row: (row.account_id, row.period)) == {
        ("a", "2026-09-25"),
        ("b", "2024-01-08"),
    }


async def test_another_workspace_on_the_same_database_is_left_alone(store: Store) -> None:
    other = receipt("old", 300 * DAY, 299 * DAY)
    other.workspace = "T0OTHER"
    await add(store, other)
    await let_go(store)
    assert await kept(store, Receipt, lambda row: bool(row.body)) == {True}


async def test_a_second_turn_finds_nothing(store: Store) -> None:
    await add(store, receipt("a", 8 * DAY, 8 * DAY), conversation("c", "closed", 200 * DAY), part("c", "1"))
    await add(store, intent("done", "done", 300 * DAY), contact("p", 300 * DAY))
    assert await let_go(store) == 4
    assert await let_go(store) == 0


MANY = 100_000


def _many(session: Session, count: int = MANY) -> None:
    applied = NOW - 20 * DAY
    row = {
        "workspace": T, "source": "intercom", "topic": "t", "state": "done", "body": "planted " * 40,
        "attempts": 1, "received_at": applied, "applied_at": applied,
    }  # fmt: skip
    session.execute(insert(Receipt), [{**row, "delivery_id": str(number)} for number in range(count)])


async def _longest_wait(store: Store, work: asyncio.Task[Any]) -> float:
    """The longest that somebody else's write waited while `work` went on, in seconds."""
    longest = 0.0
    number = 0
    while not work.done():
        number += 1
        began = time.perf_counter()
        await store.write(slots.take_slot, T, "probe", str(number), now=NOW)
        longest = max(longest, time.perf_counter() - began)
        await asyncio.sleep(0.002)
    await work
    return longest


def _all_at_once(session: Session) -> None:
    for row in session.exec(select(Receipt)):
        row.body = ""
        session.add(row)
    session.flush()


def _bodies_left(session: Session) -> int:
    return len(session.exec(select(Receipt.id).where(Receipt.body != "")).all())


@pytest.mark.timeout(240)
async def test_clearing_a_hundred_thousand_rows_holds_up_nobody(store: Store) -> None:
    await store.write(_many)
    began = time.perf_counter()
    longest = await _longest_wait(store, asyncio.ensure_future(let_go(store)))
    took = time.perf_counter() - began
    assert await store.read(_bodies_left) == 0
    print(f"cleared {MANY:,} rows in {took:.1f} s, another write waited {longest * 1000:.0f} ms at most")
    assert longest < 1.0


@pytest.mark.timeout(240)
async def test_control_clearing_them_in_one_transaction_holds_up_everybody(store: Store) -> None:
    await store.write(_many, MANY // 2)
    longest = await _longest_wait(store, asyncio.ensure_future(store.write(_all_at_once)))
    assert longest > 1.0


async def test_a_webhook_that_is_replayed_when_its_body_is_gone_does_nothing(
    build: OpenHouse, diary: io.StringIO
) -> None:
    house = await build(data=scenario("1004"), linked=(), toml=TOML + '[retention]\nwebhooks = "1h"\n')
    house.webhooks_on()
    house.tick()
    house.intercom.customer_writes("1004", "One more thing.")
    await house.settle()
    (row,) = await house.bot.store.read(
        lambda session: [each for each in session.exec(select(Receipt)) if each.source == "intercom"][-1:]
    )
    raw = row.body.encode()
    assert b"One more thing." in raw
    await house.at(house.clock.now() + DAY)
    after = await house.facts()
    stored = await house.bot.store.read(lambda session: session.get(Receipt, row.id))
    assert (stored.body, stored.delivery_id) == ("", row.delivery_id)
    assert (await house.notify(raw)).status_code == 200
    await house.settle()
    assert await house.facts() == after
    said = [json.loads(line) for line in diary.getvalue().splitlines() if '"retention"' in line]
    assert said[-1]["webhook_bodies"] >= 1
    assert "One more thing" not in diary.getvalue()


async def test_it_is_done_once_a_day_and_by_one_of_several(store: Store) -> None:
    async def does_it(now: datetime) -> bool:
        day = await store.read(retention.due, office(), now)
        return day is not None and await store.write(retention.done, office(), day, Moment(now, now))

    assert [await does_it(NOW) for _ in range(3)] == [True, False, False]
    assert not await store.write(retention.done, office(), NOW.date().isoformat(), Moment(NOW, NOW))
    assert await does_it(NOW + DAY)
    night = datetime(2026, 11, 26, 1, 59, tzinfo=UTC)  # 02:59 in Berlin
    assert not await does_it(night)
    assert await does_it(night + 60 * SECOND)
