"""Topics whose item is not the thing itself: wrapped in a pair, without a type, or told by its id alone."""

from __future__ import annotations

from typing import Any

import pytest
from intercom_door_help import capture

from bot.intercom.facts_people import ActivityLog, ContactFacts, Notification, TicketFacts
from bot.intercom.reader import read_notification

INES = {"type": "contact", "id": "u0", "role": "user", "name": "Ines Okafor", "email": "i@alder.example"}


def read(topic: str, item: dict[str, Any]) -> Notification:
    return read_notification(
        {"id": "notif_1", "topic": topic, "created_at": 1770121300, "data": {"item": item}}
    )


def reply(**changes: Any) -> dict[str, Any]:
    author = {"type": "user", "id": "u0", "name": None}
    return {"id": "77", "part_type": "comment", "body": "<p>Still twice</p>", "author": author, **changes}


def test_a_customers_reply_to_a_ticket_is_among_its_parts_once() -> None:
    ticket = capture("ticket_created")["data"]["item"]
    pair = {"type": "ticket_ticket_part", "ticket": ticket, "ticket_part": reply(created_at=1770121290)}
    read_once = read("ticket.contact.replied", pair)
    facts = read_once.item
    assert isinstance(facts, TicketFacts)
    assert [part.text for part in facts.parts if part.is_customer_message] == ["Still twice"]
    assert len(facts.parts) == 5
    assert read_once.ticket_id == facts.id == ticket["id"]
    again = {**ticket["ticket_parts"], "ticket_parts": [*ticket["ticket_parts"]["ticket_parts"], reply()]}
    shown_twice = read("ticket.contact.replied", {**pair, "ticket": {**ticket, "ticket_parts": again}}).item
    assert isinstance(shown_twice, TicketFacts)
    assert [part.text for part in shown_twice.parts if part.is_customer_message] == ["Still twice"]


def test_a_reply_and_a_note_on_a_ticket_are_told_apart() -> None:
    mara = {"type": "admin", "id": "8412056", "name": "Mara Lindqvist"}
    ticket = capture("ticket_created")["data"]["item"]
    for kind, public in (("note", False), ("comment", True), ("assignment", True)):
        pair = {"type": "ticket_ticket_part", "ticket": ticket}
        facts = read("ticket.x", {**pair, "ticket_part": reply(part_type=kind, author=mara)}).item
        assert isinstance(facts, TicketFacts)
        assert [part.is_public_reply for part in facts.parts if part.id == "77"] == [public]


@pytest.mark.parametrize("topic", ["conversation.contact.attached", "conversation.contact.detached"])
def test_a_participant_tells_the_contact_and_which_conversation_to_fetch(topic: str) -> None:
    internal = {"model": {"id": 204817739560142, "company_id": "-1"}, "parts": [{"id": 1, "body": ""}]}
    found = read(topic, {"conversation": internal, "contact": INES})
    assert found.conversation_id == "204817739560142"
    assert isinstance(found.item, ContactFacts)
    assert found.item.name == "Ines Okafor"


def test_a_ticket_in_short_is_a_hint_and_no_facts() -> None:
    found = read("ticket.contact.detached", {"ticket": {"type": "ticket", "id": 58, "state": "submitted"}})
    assert (found.item, found.ticket_id) == (None, "58")


def test_tags_subscriptions_and_companies_bring_the_contact_as_it_is_now() -> None:
    company = {"type": "company", "id": "c0", "name": None}
    tagged = {"type": "contact_tag", "tag": {"id": "1", "name": "vip"}, "contact": INES}
    for topic, item in (
        ("contact.user.tag.created", tagged),
        ("contact.user.tag.deleted", tagged),
        ("granular.subscribe", {"type": "granular_subscribe", "contact": INES}),
        ("company.contact.attached", {"company": company, "contact": INES}),
        ("user.tag.created", {"type": "user_tag", "user": {**INES, "type": "user"}}),
    ):
        found = read(topic, item)
        assert isinstance(found.item, ContactFacts), topic
        assert found.deleted_id is None, topic


def test_a_contact_of_which_only_the_id_is_told_blanks_nothing() -> None:
    found = read("contact.archived", {"type": "contact", "id": "u0", "external_id": "22", "archived": True})
    assert found.item is None
    gone = read("company.deleted", {"type": "company", "id": "c0", "deleted": True})
    assert (gone.item, gone.deleted_id, gone.deleted_conversation_id) == (None, "c0", None)


def test_the_audit_log_has_its_own_word_in_webhooks() -> None:
    event = {"type": "admin_activity_log_event", "id": "e1", "created_at": 1770121300}
    found = read("admin.activity_log_event.created", {**event, "activity_type": "series_status_change"})
    assert isinstance(found.item, ActivityLog)
    assert found.item.activity_type == "series_status_change"


def test_every_conversation_topic_names_its_conversation() -> None:
    assert read("conversation.deleted", {"type": "conversation", "conversation_id": 5}).conversation_id == "5"
    assert read("conversation.read", {"type": "conversation", "id": 5}).conversation_id == "5"
    assert read("call.ended", {"type": "call", "id": 9, "conversation_id": 5}).conversation_id == "5"
    assert read("ping", {"type": "ping"}).conversation_id is None
