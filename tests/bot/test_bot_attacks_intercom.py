"""Notifications that Intercom did not send, sent long ago, or sent for somebody else."""

from __future__ import annotations

import gzip
import json
import time
from datetime import timedelta
from typing import Any

import pytest
from harness import House, OpenHouse
from known_facts import differences
from signing import signed_by_intercom
from small_office import APP, scenario
from sqlmodel import select

from bot.store import conversations, receipts
from bot.store.parts import parts_of

pytestmark = pytest.mark.thorough


def told(house: House, text: str = "Sold to a competitor.", **changes: Any) -> dict[str, Any]:
    """A notification that a customer wrote `text` in 1004."""
    item = json.loads(json.dumps(house.intercom.conversation("1004")))
    at = int(house.clock.now().timestamp())
    item["updated_at"] = item["waiting_since"] = at
    part = {"type": "conversation_part", "id": "4444", "part_type": "comment", "body": f"<p>{text}</p>"}
    author = {"type": "user", "id": "p4", "name": "Pia Holm", "email": "pia@customer.example"}
    item["conversation_parts"]["conversation_parts"] = [{**part, "created_at": at, "author": author}]
    envelope = {
        "type": "notification_event",
        "id": "notif_forged",
        "topic": "conversation.user.replied",
        "app_id": APP,
        "created_at": at,
        "data": {"type": "notification_event_data", "item": item},
    }
    return {**envelope, **changes}


async def texts(house: House) -> list[str]:
    return [part.text for part in await house.read(parts_of, "1004")]


async def test_a_notification_that_intercom_did_not_sign_is_refused_and_does_nothing(build: OpenHouse):
    house = await build(data=scenario("1004"), linked=())
    house.tick()
    before = await house.facts()
    raw = json.dumps(told(house), indent=1).encode()
    good = signed_by_intercom(raw)
    compact = json.dumps(json.loads(raw), separators=(",", ":")).encode()
    forgeries = {
        "no signature": (raw, ""),
        "another secret": (raw, signed_by_intercom(raw, "guessed")),
        "an empty secret": (raw, signed_by_intercom(raw, "")),
        "a cut signature": (raw, good[:-1]),
        "half a signature": (raw, good[:25]),
        "the prefix alone": (raw, "sha1="),
        "without its prefix": (raw, good.removeprefix("sha1=")),
        "another hash's name": (raw, good.replace("sha1=", "sha256=")),
        "altered": (raw.replace(b"competitor", b"c0mpetitor"), good),
        "the same JSON written anew": (compact, good),
        "a space more": (raw + b" ", good),
        "characters no header has": (raw, b"sha1=\xff\xfe"),
    }
    for how, (body, signature) in forgeries.items():
        assert (await house.notify(body, signature=signature)).status_code == 401, how
    async with house.client() as client:
        assert (await client.post("/intercom/webhook", content=raw)).status_code == 401
    await house.settle()
    assert differences(await house.facts(), before) == []
    assert (await house.notify(raw)).status_code == 200
    await house.settle()
    assert "Sold to a competitor." in await texts(house)


async def test_a_replayed_notification_is_acknowledged_and_changes_nothing_any_more(build: OpenHouse):
    house = await build(data=scenario("1004"), linked=())
    house.tick()
    raw = json.dumps(told(house)).encode()
    await house.notify(raw)
    await house.settle()
    house.tick()
    house.intercom.closes("1004", "8801")
    await house.later(seconds=61)
    after = await house.facts()
    assert (await house.notify(raw)).status_code == 200
    await house.settle()
    assert differences(await house.facts(), after) == []


async def test_a_notification_under_a_new_id_cannot_turn_back_time(build: OpenHouse):
    house = await build(data=scenario("1004"), linked=())
    house.tick()
    old = told(house, "An old story.")
    house.tick()
    house.intercom.closes("1004", "8801")
    await house.later(seconds=61)
    await house.notify({**old, "id": "notif_another"})
    await house.settle()
    assert (await house.read(conversations.get, "1004")).state == "closed"


async def test_a_notification_for_another_workspace_or_of_last_month_is_not_applied(build: OpenHouse):
    house = await build(data=scenario("1004"), linked=())
    house.tick()
    before = await house.facts()
    stale = int((house.clock.now() - timedelta(days=8, seconds=1)).timestamp())
    for changes in ({"app_id": "somebody_else"}, {"created_at": stale, "id": "notif_stale"}):
        assert (await house.notify(told(house, **changes))).status_code == 200
        await house.settle()
        assert differences(await house.facts(), before) == [], changes
    fresh = int((house.clock.now() - timedelta(days=7)).timestamp())
    await house.notify(told(house, created_at=fresh, id="notif_late"))
    await house.settle()
    assert "Sold to a competitor." in await texts(house)


async def test_without_a_client_secret_there_is_no_entrance(build: OpenHouse):
    house = await build(settled=False, linked=())
    await house.stop_bot()
    await house.start_bot(intercom_client_secret=None)
    raw = json.dumps(told(house)).encode()
    assert (await house.notify(raw)).status_code == 404
    assert (await house.notify(raw, signature=signed_by_intercom(raw, ""))).status_code == 404


async def test_what_is_packed_or_nested_without_end_is_refused_within_a_blink(build: OpenHouse):
    """Signed by Intercom, so this is Intercom's own fault or somebody who has the secret."""
    house = await build(settled=False, linked=())
    nested = b'{"a":' * 150_000 + b"1" + b"}" * 150_000
    bombs = {
        "a bomb": gzip.compress(b"0" * (200 * 1024 * 1024), 1)[: 1024 * 1024 - 1],
        "a packed notification": gzip.compress(json.dumps(told_of_nothing()).encode()),
        "arrays": b"[" * 500_000 + b"]" * 500_000,
        "objects": nested[: 1024 * 1024],
        "closed objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    }
    for how, raw in bombs.items():
        began = time.perf_counter()
        assert (await house.notify(raw)).status_code == 400, how
        async with house.client() as client:
            header = {"X-Hub-Signature": signed_by_intercom(raw), "Content-Encoding": "gzip"}
            assert (await client.post("/intercom/webhook", content=raw, headers=header)).status_code == 400, (
                how
            )
        assert time.perf_counter() - began < 1.0, how
    assert await house.read(receipts.waiting) == []
    assert (await house.notify(told_of_nothing())).status_code == 200


def told_of_nothing() -> dict[str, Any]:
    return {"topic": "ping", "id": "notif_ping"}


async def test_a_replay_after_its_receipt_has_gone_is_refused_by_its_age(build: OpenHouse):
    house = await build(data=scenario("1004"), linked=())
    house.tick()
    raw = json.dumps(told(house)).encode()
    await house.notify(raw)
    await house.settle()
    house.intercom.closes("1004", "8801")
    # Receipts are kept for thirty days, notifications are taken for eight.
    await house.at(house.clock.now() + timedelta(days=31))
    after = await house.facts()
    assert [each.delivery_id for each in await house.bot.store.read(_everything_received)] == []
    assert (await house.notify(raw)).status_code == 200
    await house.settle()
    assert differences(await house.facts(), after) == []


def _everything_received(session: Any) -> list[Any]:
    return [each for each in session.exec(select(receipts.Receipt)) if each.source == "intercom"]
