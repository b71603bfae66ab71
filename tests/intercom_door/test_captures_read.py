"""Every captured notification is read, and nothing a customer said is lost on the way."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
from intercom.conversations.types.conversation import Conversation
from intercom.core.unchecked_base_model import construct_type
from intercom_door_help import capture, captures_folder, missing

from bot.intercom.facts import ConversationFacts, PartFacts
from bot.intercom.facts_people import AdminFacts, CompanyFacts, ContactFacts, Notification, TicketFacts
from bot.intercom.reader import decode, read_conversation, read_notification


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def notification(name: str) -> Notification:
    return read_notification(capture(name))


def conversation(name: str) -> ConversationFacts:
    item = notification(name).item
    assert isinstance(item, ConversationFacts)
    return item


def only_part(name: str) -> PartFacts:
    (part,) = conversation(name).parts
    return part


def parts_of(item: Any) -> tuple[PartFacts, ...]:
    if isinstance(item, ConversationFacts):
        return item.all_parts
    return item.parts if isinstance(item, TicketFacts) else ()


def bodies(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["body"]] if isinstance(value.get("body"), str) else []
        return own + [body for child in value.values() for body in bodies(child)]
    return [body for child in value for body in bodies(child)] if isinstance(value, list) else []


def instants(value: Any) -> list[datetime]:
    if isinstance(value, datetime):
        return [value]
    if isinstance(value, tuple):
        return [found for child in value for found in instants(child)]
    if hasattr(value, "__dataclass_fields__"):
        return [found for f in fields(value) for found in instants(getattr(value, f.name))]
    return []


def test_every_capture_is_read_with_its_id_and_all_its_words() -> None:
    files = sorted(captures_folder().glob("*.json"))
    assert files
    for file in files:
        raw = decode(file.read_bytes())
        read = read_notification(raw)
        assert read.topic, file.name
        assert read.app_id, file.name
        item = raw["data"]["item"]
        if read.is_ping:
            assert read.item is None, file.name
            continue
        if read.topic.endswith(".deleted"):
            assert read.deleted_id, file.name
            continue
        if item.get("type") not in ("conversation", "ticket", "contact", "company", "admin"):
            continue
        assert read.item is not None, file.name
        assert read.item.id == str(item["id"]), file.name
        spoken = {part.html: part.text for part in parts_of(read.item) if part.html}
        for body in filter(None, bodies(item)):
            assert not missing(body, spoken[body]), file.name
        for instant in instants(read):
            assert instant.utcoffset() is not None, file.name
            assert instant.year > 2000, file.name


def test_a_customers_reply_is_a_customer_message_and_starts_the_wait() -> None:
    facts = conversation("conversation_user_replied")
    (part,) = facts.parts
    assert part.is_customer_message
    assert not part.is_public_reply
    assert part.text
    assert part.author_email is None
    assert facts.waiting_since == facts.updated_at == part.created_at


@pytest.mark.parametrize("name", ["conversation_admin_replied", "conversation_admin_assigned"])
def test_a_reply_filed_under_an_assignment_is_a_reply(name: str) -> None:
    facts = conversation(name)
    (part,) = facts.parts
    assert (part.kind, part.raw_kind) == ("assignment", "assignment")
    assert part.text == "On it!"
    assert part.is_public_reply
    assert not part.is_customer_message
    assert part.assigned_to == part.author_id == facts.admin_assignee_id == "8412056"
    assert facts.waiting_since is None


def test_two_topics_of_one_action_show_the_same_part() -> None:
    replied, assigned = (
        notification("conversation_admin_replied"),
        notification("conversation_admin_assigned"),
    )
    assert replied.id != assigned.id
    assert isinstance(replied.item, ConversationFacts)
    assert isinstance(assigned.item, ConversationFacts)
    assert [p.id for p in replied.item.parts] == [p.id for p in assigned.item.parts]
    assert replied.item.updated_at == assigned.item.updated_at


def test_a_note_is_no_answer() -> None:
    facts = conversation("conversation_admin_noted")
    (part,) = facts.parts
    assert part.kind == "note"
    assert part.text == "ask Jonas"
    assert not part.is_public_reply
    assert facts.waiting_since == at(1770039894)
    assert facts.tags == ("Export trouble",)
    assert facts.statistics.last_closed_by_id == "8412056"
    assert facts.statistics.count_reopens == 1
    assert facts.state == "open"


def test_statistics_are_the_same_instants_in_iso_and_in_seconds() -> None:
    facts = conversation("conversation_admin_noted")
    assert facts.statistics.first_contact_reply_at == facts.created_at == at(1770038789)
    assert facts.statistics.last_contact_reply_at == facts.waiting_since
    assert facts.statistics.time_to_admin_reply == 211
    assert facts.part_count == 21
    assert not facts.parts_complete


def test_a_snoozed_conversation_says_until_when_and_still_waits() -> None:
    facts = conversation("conversation_admin_snoozed")
    assert facts.state == "snoozed"
    assert facts.snoozed_until is not None
    assert facts.snoozed_until > facts.updated_at
    assert facts.waiting_since is not None
    (part,) = facts.parts
    assert part.kind == "snoozed"
    assert not part.is_public_reply


def test_an_automatic_answer_is_no_answer() -> None:
    facts = conversation("conversation_operator_replied")
    (part,) = facts.parts
    assert part.author_type == "bot"
    assert part.author_name == "Fin"
    assert part.automatic
    assert not part.is_public_reply
    assert part.text
    assert facts.waiting_since == facts.created_at
    assert facts.admin_assignee_id is None
    assert not facts.ai_participated


def test_the_old_priority_word_is_high() -> None:
    assert conversation("conversation_priority_updated").priority == "high"
    assert conversation("conversation_user_replied").priority == "none"
    assert only_part("conversation_priority_updated").kind == "priority"


def test_the_customers_first_words_are_in_the_source_alone() -> None:
    facts = conversation("conversation_user_created")
    assert facts.id == "58"
    assert facts.source is not None
    assert facts.source.is_customer_message
    assert facts.source.text == "Hi all"
    assert facts.source.created_at == facts.created_at == facts.waiting_since
    (part,) = facts.parts
    assert part.raw_kind == "language_detection_details"
    assert part.automatic
    assert part.text == ""
    assert facts.all_parts == (facts.source, part)
    assert facts.channel == "chat"
    assert facts.started_by == "contact"
    assert facts.snoozed_until is None
    assert facts.admin_assignee_id is None
    assert facts.tags is None
    assert len(facts.contact_ids) == 1


def test_a_closing_in_the_oldest_shape() -> None:
    facts = conversation("conversation_admin_closed")
    assert facts.state == "closed"
    assert facts.admin_assignee_id == "2083516"
    assert facts.contact_ids == ("5d70b3e94c12a8f06e5d93b7",)
    assert facts.opener is not None
    assert (facts.opener.type, facts.opener.name) == ("contact", "Noor Haddad")
    assert facts.source is not None
    assert facts.source.text == "Hi all"
    assert facts.channel == "chat"
    assert facts.url == "https://app.intercom.io/a/apps/t4hn8rbv/conversations/20946138275"
    (part,) = facts.parts
    assert part.kind == "close"
    assert not part.is_public_reply
    assert facts.priority == "none"


def test_a_tag_on_the_opening_message_does_not_double_it() -> None:
    facts = conversation("conversation_part_tag_created")
    assert facts.admin_assignee_id is None
    assert facts.team_assignee_id is None
    assert facts.tags == ("workspace",)
    assert [part.text for part in facts.all_parts] == ["Hi! I'd like to add a second workspace"]
    assert facts.all_parts[0].is_customer_message


def test_a_deletion_names_the_conversation_and_nothing_else() -> None:
    read = notification("conversation_deleted")
    assert read.deleted_conversation_id == "204817739674308"
    assert read.item is None
    assert read.id is not None


def test_a_ping_has_no_id_to_be_told_apart_by() -> None:
    read = notification("ping")
    assert read.is_ping
    assert read.id is None
    assert read.item is None


def test_a_teammate_away_has_the_id_that_parts_give_them() -> None:
    item = notification("admin_away_mode_updated").item
    assert isinstance(item, AdminFacts)
    assert item.id == only_part("conversation_admin_noted").author_id == "8412056"
    assert item.team_ids == ("8490337",)
    assert item.away
    assert not item.away_reassign
    assert item.has_inbox_seat
    assert not item.is_bot


def test_a_company_with_iso_times_and_no_plan() -> None:
    item = notification("company_updated").item
    assert isinstance(item, CompanyFacts)
    assert item.name == "Copperleaf Dental"
    assert item.plan is None
    assert item.monthly_spend == 0
    assert item.user_count == 1
    assert item.created_at == datetime(2026, 2, 2, 9, 41, 34, 13000, UTC)
    assert item.tags == ()


def test_a_contact_with_iso_times_and_its_company() -> None:
    item = notification("contact_user_updated").item
    assert isinstance(item, ContactFacts)
    assert item.external_id == "83"
    assert item.role == "user"
    assert item.email == "ines.okafor@example.com"
    assert item.company_ids == ("69838f9072be415dc0a836e4",)
    assert item.created_at == datetime(2026, 2, 2, 9, 53, 23, 215000, UTC)
    assert item.signed_up_at is None
    assert not item.deleted


def test_a_ticket_with_its_two_numbers_and_nobody_assigned() -> None:
    item = notification("ticket_created").item
    assert isinstance(item, TicketFacts)
    assert (item.id, item.ticket_id) == ("204817746902813", "58130274")
    assert item.admin_assignee_id is None
    assert item.team_assignee_id is None
    assert (item.state, item.state_label, item.category) == ("submitted", "Submitted", "Customer")
    assert item.type_name == "Requests"
    assert item.title == "Invoice question 'why twice' with pending email answer"
    assert (item.description or "").startswith("User asked about a double charge")
    assert item.custom_attributes == {"Platforms": None, "Root cause": None}
    assert len(item.parts) == 4
    assert item.parts[-1].ticket_state == "submitted"
    assert not any(part.is_customer_message or part.is_public_reply for part in item.parts)
    assert "✉️ mara.lindqvist@example.com" in item.parts[2].text


def test_a_page_of_fifty_conversations_is_read_in_a_fraction_of_the_sdks_time() -> None:
    row = capture("conversation_admin_noted")["data"]["item"]
    raw = json.dumps({"conversations": [{**row, "id": str(n)} for n in range(50)]}).encode()

    def ours() -> list[Any]:
        return [read_conversation(found) for found in decode(raw)["conversations"]]

    def the_sdks() -> list[Any]:
        return [construct_type(type_=Conversation, object_=each) for each in json.loads(raw)["conversations"]]

    assert len(ours()) == len(the_sdks()) == 50
    assert quickest(ours) < 0.14 * quickest(the_sdks)  # measured: 0.035


def quickest(read: Callable[[], object]) -> float:
    """The processor time of the quickest of several goes, in seconds."""

    def one() -> float:
        started = time.thread_time()
        read()
        return time.thread_time() - started

    return min(one() for _ in range(5))


def test_control_a_bare_conversation_is_no_notification() -> None:
    bare = capture("conversation_user_replied")["data"]["item"]
    read = read_notification(bare)
    assert read.item is None
    assert read.topic == ""


def test_ids_are_strings_and_no_capture_has_an_empty_one() -> None:
    for file in captures_folder().glob("*.json"):
        read = read_notification(json.loads(file.read_bytes()))
        for part in parts_of(read.item):
            assert isinstance(part.id, str), file.name
            assert part.id, file.name
