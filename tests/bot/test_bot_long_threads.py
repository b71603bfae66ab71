"""An account that always has something open: what is long closed is compared no more, and stays told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from harness import House, OpenHouse
from on_the_screen import words
from on_the_wire import heard
from small_office import scenario
from sqlmodel import Session

from bot.accounts import threads as account_threads
from bot.accounts.background import Background
from bot.accounts.lexical import Lexical
from bot.cards import issue as issue_card
from bot.clock import Moment, moment
from bot.office import Office
from bot.store import conversations, rechecks, threads
from bot.store.conversations import Conversation
from bot.store.parts import Part
from bot.store.threads import Issue

pytestmark = pytest.mark.thorough

CLOSED = 400
SUBJECTS = ("invoice", "printer", "export", "calendar", "password", "webhook", "colour", "import")


class Counting(Lexical):
    """The bot's own engine, with a count of what it was asked to compare."""

    def __init__(self) -> None:
        super().__init__(Background.of())
        self.pairs = 0

    def log_odds(self, a: Any, b: Any) -> float:
        self.pairs += 1
        return super().log_odds(a, b)


def plant(session: Session, house: House, closed_days_ago: Sequence[float]) -> None:
    """Conversations of Northwind's that this episode saw, each closed so long ago, by their subjects."""
    now, of = house.clock.now(), {}
    for number, days in enumerate(closed_days_ago):
        id_, at = f"5{number:03}", now - timedelta(days=days)
        subject = SUBJECTS[number % len(SUBJECTS)]
        session.add(
            Conversation(
                workspace=house.workspace, id=id_, channel="email", started_by="contact", state="closed",
                contact_id="p1", contact_name="Dana Reyes", account_id="c1",
                created_at=at - timedelta(hours=2), updated_at=at, last_close_at=at,
            )
        )  # fmt: skip
        session.add(
            Part(
                workspace=house.workspace, conversation_id=id_, id="1", kind="message", raw_kind="source",
                author_type="contact", author_id="p1", customer_message=True,
                text=f"The {subject} of order {number} is wrong.", created_at=at - timedelta(hours=2),
            )
        )  # fmt: skip
        of.setdefault(subject, []).append(id_)
    for subject, ids in of.items():
        session.add(
            Issue(
                workspace=house.workspace, account_id="c1", episode=1, id=ids[0], title=f"The {subject}",
                conversation_ids=ids, updated_at=now,
            )
        )  # fmt: skip


async def judged(house: House) -> tuple[int, dict[str, list[str]]]:
    """Judge Northwind once more: how many pairs were compared, and the conversations of each issue."""
    engine = Counting()
    office = replace(house.bot.office, engine=engine)
    at = moment(house.clock)
    await house.bot.store.write(
        account_threads.judge_account, office, "c1", at, place=lambda *_: office.channels.accounts
    )
    rows = await house.read(threads.issues_of, "c1", 1)
    return engine.pairs, {row.id: row.conversation_ids for row in rows if row.conversation_ids}


async def test_what_is_long_closed_is_not_compared_and_keeps_its_issue(build: OpenHouse) -> None:
    house = await build(data=scenario("1001", "1002"), linked=())
    before = {row.id: row.conversation_ids for row in await house.read(threads.issues_of, "c1", 1)}
    await house.bot.store.write(plant, house, [20 + number / 24 for number in range(CLOSED)])
    planted = {row.id: row.conversation_ids for row in await house.read(threads.issues_of, "c1", 1)}
    pairs, issues = await judged(house)
    assert pairs < 10
    assert issues == planted
    assert before.items() <= issues.items()
    await house.settle()
    assert "2 open" in house.post("accounts", "post:account:c1:").text
    # All is closed: the last words count every one of them.
    for id_ in ("1001", "1002"):
        house.tick()
        house.intercom.closes(id_, "8801")
    await house.later(minutes=2)
    assert f"{CLOSED + 2} conversations" in words(house.post("accounts", "post:account:c1:").blocks)


def read_of(session: Session, office: Office, at: Moment) -> tuple[set[str], set[str]]:
    """Judge Northwind once more: of which planted conversations parts were read, and which ones are kept as
    they were shown.
    """
    with heard(session) as said:
        account_threads.judge_account(session, office, "c1", at, place=lambda *_: office.channels.accounts)
    asked = {each for told in said if "FROM part" in told for each in re.findall(r"'(5\d+)'", told)}
    thread = threads.live_thread(session, office.workspace, "c1")
    assert thread is not None
    return asked, {each for each in thread.seen["conversations"] if each.startswith("5")}


async def test_of_what_is_long_closed_no_more_is_read_than_is_shown(build: OpenHouse) -> None:
    house = await build(data=scenario("1001", "1002"), linked=())
    await house.bot.store.write(plant, house, [20 + number / 24 for number in range(CLOSED)])
    (issue,) = [row for row in await house.read(threads.issues_of, "c1", 1) if "1001" in row.conversation_ids]

    def join(session: Session) -> None:
        """They told what 1001 tells."""
        for row in threads.issues_of(session, house.workspace, "c1", 1):
            planted = [f"5{number:03}" for number in range(CLOSED)]
            row.conversation_ids = [*issue.conversation_ids, *planted] if row.id == issue.id else []
            session.add(row)

    await house.bot.store.write(join)
    asked, kept = await house.bot.store.write(read_of, house.bot.office, moment(house.clock))
    assert 0 < len(asked) <= issue_card.SHOWN
    assert kept == set()
    await house.settle()
    shown = words(house.post("accounts", f"post:issue:c1:1:{issue.id}").blocks)
    assert f"2 people in {CLOSED + 2} conversations" in shown
    assert "The invoice of order 0 is wrong." in shown
    assert f"and {CLOSED + 2 - issue_card.SHOWN} more conversations under" in shown
    # One of them that opens again is no new one.
    await house.bot.store.write(opens_again, house, "5003")
    await house.later(seconds=61)
    anchor = words(house.post("accounts", "post:account:c1:").blocks)
    assert "1 opened again" in anchor
    assert "new conversation" not in anchor


def opens_again(session: Session, house: House, conversation_id: str) -> None:
    """A conversation that was closed long ago is open, and its customer waits."""
    row = conversations.get(session, house.workspace, conversation_id)
    assert row is not None
    row.state, row.waiting_since, row.updated_at = "open", house.clock.now(), house.clock.now()
    session.add(row)
    rechecks.ask(session, house.workspace, rechecks.ACCOUNT, "c1", now=house.clock.machine())


async def test_what_comes_back_among_those_compared_is_neither_new_nor_just_claimed(build: OpenHouse) -> None:
    house = await build(data=scenario("1001", "1002"), linked=())
    most = account_threads.MOST_COMPARED
    await house.bot.store.write(plant, house, [number / 24 for number in range(most + 5)])
    next_one = f"5{most:03}"

    def held(session: Session) -> None:
        """The newest of those that are compared no more was Ana's."""
        row = conversations.get(session, house.workspace, next_one)
        assert row is not None
        row.claimed_by = "8801"
        session.add(row)

    await house.bot.store.write(held)
    _, before = await house.bot.store.write(read_of, house.bot.office, moment(house.clock))
    assert len(before) == most
    assert next_one not in before
    # One of the newest opens again, and there is room for one more.
    house.tick()
    await house.bot.store.write(opens_again, house, "5000")
    await house.later(seconds=61)
    _, after = await house.bot.store.write(read_of, house.bot.office, moment(house.clock))
    assert next_one in after
    anchor = words(house.post("accounts", "post:account:c1:").blocks)
    assert "1 opened again" in anchor
    assert "new conversation" not in anchor
    assert "claimed by Ana" not in anchor


async def test_of_what_was_closed_lately_the_newest_are_compared(build: OpenHouse) -> None:
    house = await build(data=scenario("1001", "1002"), linked=())
    await house.bot.store.write(plant, house, [number / 100 for number in range(CLOSED)])
    pairs, issues = await judged(house)
    most = account_threads.MOST_COMPARED + 2
    assert pairs <= most * (most - 1) // 2 + most
    kept = [each for ids in issues.values() for each in ids]
    assert len(kept) == len(set(kept)) == CLOSED + 2
