"""Intercom merges a lead into a user: what was the lead's is the user's, however the bot comes to know it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from harness import House, OpenHouse, utc
from on_the_screen import words
from signing import SEED
from small_office import APP
from sqlmodel import Session, select
from two_contacts import ASKED, LEAD, LEADS_ADDRESS, USER, lead_and_user, whose

from bot.clock import Moment
from bot.intake.merged_people import follow_merge
from bot.store import clocks
from bot.store.accounts import Contact, get_contact
from bot.store.receipts import Receipt

pytestmark = pytest.mark.thorough


async def due(house: House, id_: str) -> datetime | None:
    (running,) = [each for each in await house.read(clocks.clocks_of, id_) if each.stopped_at is None]
    return running.due_at


async def failed(house: House) -> list[str]:
    def ask(session: Session) -> list[str]:
        return list(session.exec(select(Receipt.topic).where(Receipt.state == "failed")))

    return await house.bot.store.read(ask)


def merged_notification(house: House, id_: str, contact_id: str = USER) -> dict[str, Any]:
    """What Intercom sends: who is left, and not who was merged into them."""
    contact = house.intercom.contacts[contact_id]
    companies = [{"type": "company", "id": each} for each in contact.company_ids]
    item = {
        "type": "contact", "id": contact.id, "role": contact.role, "name": contact.name,
        "email": contact.email, "created_at": "2026-10-01T08:00:00.000+00:00",
        "companies": {"type": "list", "data": companies},
    }  # fmt: skip
    return envelope(house, id_, "contact.merged", item)


def envelope(house: House, id_: str, topic: str, item: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "notification_event",
        "id": id_,
        "topic": topic,
        "app_id": APP,
        "created_at": int(house.clock.now().timestamp()),
        "data": {"type": "notification_event_data", "item": item},
    }


def late_words_of_the_lead(house: House, id_: str, text: str) -> dict[str, Any]:
    """A notification that Intercom made before the merge and that arrives after it."""
    item: dict[str, Any] = house.intercom.conversation("1020")
    author = {"type": "user", "id": LEAD, "name": "Kim from the website", "email": LEADS_ADDRESS}
    item["contacts"] = {"type": "contact.list", "contacts": [{"type": "contact", "id": LEAD}]}
    part = {
        "type": "conversation_part", "id": "777001", "part_type": "comment", "body": f"<p>{text}</p>",
        "created_at": item["updated_at"] + 5, "updated_at": item["updated_at"] + 5, "author": author,
        "attachments": [], "redacted": False,
    }  # fmt: skip
    item["updated_at"] += 5
    item["conversation_parts"] = {"type": "conversation_part.list", "conversation_parts": [part]}
    return envelope(house, id_, "conversation.user.replied", item)


async def test_the_notification_moves_everything_to_who_is_left(build: OpenHouse):
    house = await build(data=lead_and_user(closed=True))
    house.webhooks_on()
    assert await whose(house) == (LEAD, "Kim from the website", None)
    # Four hours by the default policy; Northwind is promised half an hour.
    assert await due(house, "1020") == utc("2026-11-24T12:50")
    assert house.posts("accounts") == []
    house.intercom.merges_contacts(LEAD, into=USER)
    await house.settle()
    assert [each.topic for each in house.intercom.webhooks.log] == ["contact.merged"]
    for number in ("1020", "1021"):
        assert await whose(house, number) == (USER, "Kim Lindqvist", "c1")
    assert await due(house, "1020") == utc("2026-11-24T09:20")
    # Northwind has two open conversations now: the thread is there and tells it.
    assert ASKED in words(house.post("accounts", "post:account:c1:").blocks)
    authors = {
        part["author_id"]
        for part in (await house.facts())["parts"].values()
        if part["conversation_id"] in ("1020", "1021") and part["author_type"] == "contact"
    }
    assert authors == {USER}
    assert (await house.read(get_contact, LEAD)).id == USER
    assert await failed(house) == []


async def test_told_twice_and_in_any_order_it_is_the_same(build: OpenHouse):
    house = await build(data=lead_and_user())
    house.intercom.merges_contacts(LEAD, into=USER)
    late_lead = {
        "type": "contact", "id": LEAD, "role": "lead", "name": "Kim, later", "email": LEADS_ADDRESS,
        "created_at": "2026-11-01T08:00:00.000+00:00", "companies": {"type": "list", "data": []},
    }  # fmt: skip
    told = merged_notification(house, "notif_m1")
    for each in (
        told,
        late_words_of_the_lead(house, "notif_m2", "I wrote this before."),
        told,
        envelope(house, "notif_m3", "contact.lead.updated", late_lead),
        merged_notification(house, "notif_m4"),
    ):
        assert (await house.notify(each)).status_code == 200
        await house.settle()
        assert await whose(house) == (USER, "Kim Lindqvist", "c1")
    parts = (await house.facts())["parts"]
    (late,) = [part for part in parts.values() if part["text"] == "I wrote this before."]
    assert late["author_id"] == USER
    assert await failed(house) == []


async def test_the_words_come_first_and_the_merge_after_them(build: OpenHouse):
    house = await build(data=lead_and_user())
    late = late_words_of_the_lead(house, "notif_m5", "And by the way.")
    house.intercom.merges_contacts(LEAD, into=USER)
    assert (await house.notify(late)).status_code == 200
    assert (await house.notify(merged_notification(house, "notif_m6"))).status_code == 200
    await house.settle()
    assert await whose(house) == (USER, "Kim Lindqvist", "c1")


async def test_people_nobody_has_heard_of_are_merged_without_harm(build: OpenHouse):
    data = lead_and_user()
    data["conversations"] = [each for each in data["conversations"] if each["id"] != "1020"]
    house = await build(data=data)
    house.webhooks_on()
    before = await house.facts()
    house.intercom.merges_contacts(LEAD, into=USER)
    await house.settle()
    assert await house.facts() == before
    assert await failed(house) == []
    # And somebody of whom Intercom itself knows nothing any more.
    unknown = merged_notification(house, "notif_m7")
    unknown["data"]["item"]["id"] = "nobody404"
    assert (await house.notify(unknown)).status_code == 200
    await house.settle()
    assert await failed(house) == []


async def test_without_the_notification_the_next_reading_that_shows_it_moves_the_rest_too(build: OpenHouse):
    house = await build(data=lead_and_user(closed=True))
    # The one who is left has been known for a minute, so nothing has them fetched anew.
    house.intercom.customer_starts(USER, "email", "May I ask something?")
    await house.later(seconds=61)
    house.intercom.merges_contacts(LEAD, into=USER)
    await house.later(minutes=2)
    assert (await whose(house))[0] == LEAD
    house.intercom.customer_writes("1020", "It is me, logged in.")
    await house.later(minutes=2)
    for number in ("1020", "1021"):
        assert await whose(house, number) == (USER, "Kim Lindqvist", "c1")


async def test_who_is_asked_for_and_gone_is_followed_to_who_they_are(build: OpenHouse):
    house = await build(data=lead_and_user())
    house.intercom.merges_contacts(LEAD, into=USER)
    # Intercom's search and conversations may lag behind its contacts.
    house.intercom.workspace.conversations["1020"].contact_ids = [LEAD]
    await house.later(hours=7)
    house.intercom.admin_notes("1020", house.ana.admin, "Who is this?")
    await house.later(minutes=2)
    assert await whose(house) == (USER, "Kim Lindqvist", "c1")


async def test_somebody_who_only_left_a_conversation_is_not_taken_for_merged(build: OpenHouse):
    house = await build(data=lead_and_user(closed=True))
    house.intercom.customer_starts(USER, "email", "May I ask something?")
    await house.later(seconds=61)
    house.intercom.workspace.conversations["1020"].contact_ids = [USER]
    house.intercom.admin_notes("1020", house.ana.admin, "This was meant for Kim.")
    await house.later(minutes=2)
    assert (await whose(house))[0] == USER
    assert (await whose(house, "1021"))[0] == LEAD
    assert (await house.read(get_contact, LEAD)).id == LEAD


async def test_while_intercom_cannot_be_asked_it_is_asked_again(build: OpenHouse):
    house = await build(data=lead_and_user())
    house.webhooks_on()
    house.fault("intercom", f"GET /contacts/{USER}", "error", status=503, times=-1)
    house.intercom.merges_contacts(LEAD, into=USER)
    await house.settle()
    assert (await whose(house))[0] == LEAD
    house.faults.clear()
    house.clock.machine_ahead = house.clock.machine_ahead.__class__(seconds=120)
    await house.settle()
    assert (await whose(house))[0] == USER


async def test_an_older_intercom_that_has_no_history_breaks_nothing(build: OpenHouse):
    house = await build(data=lead_and_user())
    house.webhooks_on()
    house.fault(
        "intercom", f"GET /contacts/{USER}", "error", status=400, error="intercom_version_invalid", times=1
    )
    house.intercom.merges_contacts(LEAD, into=USER)
    await house.settle()
    assert (await house.read(get_contact, USER)).account_id == "c1"
    assert await failed(house) == []


@pytest.mark.parametrize(
    "merges",
    [
        [("a", "b"), ("b", "c")],
        [("b", "c"), ("a", "b")],
        [("a", "b"), ("b", "c"), ("c", "a"), ("a", "c"), ("b", "b")],
        [("b", "c"), ("b", "c"), ("a", "b"), ("a", "c"), ("a", "a")],
    ],
)
async def test_of_several_merges_the_last_one_left_is_them_all(
    house: House, merges: list[tuple[str, str]]
) -> None:
    at = Moment(house.clock.now(), house.clock.machine())

    def follow(session: Session) -> None:
        for gone, into in merges:
            follow_merge(session, SEED.team_id, gone, into, at)

    await house.bot.store.write(follow)

    def ask(session: Session) -> dict[str, str | None]:
        rows = session.exec(select(Contact).where(Contact.workspace == SEED.team_id))
        return {row.id: row.merged_into for row in rows if row.id in ("a", "b", "c")}

    known = await house.bot.store.read(ask)
    assert {each: known.get(each) for each in "abc"} == {"a": "c", "b": "c", "c": None}
