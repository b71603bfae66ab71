"""Notifications in the shapes that Intercom really sends, delivered, taken in and applied."""

from __future__ import annotations

import html
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from harness import House, OpenHouse
from shared_files import shared
from small_office import scenario
from sqlmodel import Session, select

from bot.store.parts import Part
from bot.store.receipts import Receipt

CUSTOMERS = ("user", "lead", "contact")
NOBODY: dict[str, Any] = {**scenario(), "contacts": [], "companies": [], "conversations": []}


def captures() -> list[tuple[str, bytes]]:
    other = os.environ.get("WATCHBELL_CAPTURES")
    folder = Path(other) if other else shared("captures")
    files = [(path.name, path.read_bytes()) for path in sorted(folder.glob("*.json"))]
    assert files, f"no captures in {folder}"
    return files


def said_by_customers(value: object) -> Iterator[str]:
    """Every body in a notification whose author is a customer, and a ticket's own words."""
    if isinstance(value, list):
        for each in value:
            yield from said_by_customers(each)
    if not isinstance(value, dict):
        return
    author = value.get("author") or {}
    if isinstance(value.get("body"), str) and author.get("type") in CUSTOMERS:
        yield value["body"]
    described = (value.get("ticket_attributes") or {}).get("_default_description_")
    if isinstance(described, str):
        yield described
    for each in value.values():
        yield from said_by_customers(each)


def letters(text: str) -> str:
    """Letters and digits alone: what no way of showing HTML as text may lose."""
    bare = html.unescape(re.sub(r"<[^>]*>", " ", text))
    return "".join(each for each in bare.casefold() if each.isalnum())


def known(session: Session) -> tuple[list[Receipt], list[str]]:
    return list(session.exec(select(Receipt))), [part.text for part in session.exec(select(Part))]


async def deliver(house: House, files: list[tuple[str, bytes]]) -> None:
    """Each a minute after Intercom made it, settled before the next."""
    for name, raw in files:
        made_at = datetime.fromtimestamp(json.loads(raw)["created_at"], UTC)
        response = await house.notify(raw)
        assert response.status_code == 200, name
        await house.at(made_at + timedelta(minutes=1))


async def test_every_captured_notification_is_taken_in_and_no_customers_word_is_lost(build: OpenHouse):
    by_app: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
    for name, raw in captures():
        by_app[json.loads(raw)["app_id"]].append((name, raw))
    checked = 0
    for app_id, files in by_app.items():
        files.sort(key=lambda file: json.loads(file[1])["created_at"])
        start = datetime.fromtimestamp(json.loads(files[0][1])["created_at"], UTC)
        house = await build(intercom_app=app_id, start=start, data=NOBODY, linked=(), settled=False)
        await deliver(house, files)
        receipts, texts = await house.bot.store.read(known)
        assert [(each.topic, each.error) for each in receipts if each.state != "done"] == []
        assert len(receipts) == len(files)
        stored = [letters(text) for text in texts]
        for name, raw in files:
            for words in filter(letters, said_by_customers(json.loads(raw))):
                assert any(letters(words) in each for each in stored), f"{name}: {words[:60]}"
                checked += 1
    assert checked, "no capture held a customer's words"


async def test_a_capture_of_another_workspace_is_kept_but_not_applied(build: OpenHouse):
    name, raw = next(file for file in captures() if b'"conversation.user.replied"' in file[1])
    start = datetime.fromtimestamp(json.loads(raw)["created_at"], UTC)
    house = await build(intercom_app="somebody", start=start, data=NOBODY, linked=(), settled=False)
    await deliver(house, [(name, raw)])
    receipts, texts = await house.bot.store.read(known)
    assert texts == []
    assert ["meant for the Intercom workspace" in (each.error or "") for each in receipts] == [True]
