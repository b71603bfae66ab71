"""Shapes nobody promised: read as far as they go, never an exception but for a body that is no object."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intercom_door_help import capture, captures_folder

from bot.intercom.facts import ConversationFacts, PartFacts
from bot.intercom.reader import (
    EPOCH,
    ReadError,
    decode,
    part_kind,
    read_activity_log,
    read_admin,
    read_company,
    read_contact,
    read_conversation,
    read_me,
    read_notification,
    read_part,
    read_tag,
    read_team,
    read_ticket,
)
from bot.intercom.values import as_attributes, as_id, as_instant, as_line

READERS: list[Callable[[object], Any]] = [
    read_activity_log,
    read_admin,
    read_company,
    read_contact,
    read_conversation,
    read_me,
    read_notification,
    read_part,
    read_tag,
    read_team,
    read_ticket,
]
NOT_OBJECTS: list[object] = [None, [], "x", 1, 1.5, True]
JUNK = [None, True, False, 0, -1, 1.5, 10**30, -(10**30), 1e300, float("nan"), float("inf"), 1770038789123]
JUNK += ["", "x", "0", "9" * 5000, "\ud800", "\x00", "2026-02-30", "2026-02-02T10:00:00", [], {}, [[]], [{}]]
JUNK += [{"type": None}, {"id": {}}, {"data": {}}, ["a", 1], {"tags": "x"}]

anything = st.recursive(
    st.sampled_from([value for value in JUNK if not isinstance(value, (list, dict))]) | st.text(max_size=5),
    lambda child: st.lists(child, max_size=3) | st.dictionaries(st.text(max_size=5), child, max_size=3),
    max_leaves=8,
)


def paths(value: Any, so_far: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    here = [so_far] if so_far else []
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return here + [path for key, child in children for path in paths(child, (*so_far, key))]


def test_only_a_body_that_is_no_object_is_refused() -> None:
    for read in READERS:
        for value in NOT_OBJECTS:
            with pytest.raises(ReadError):
                read(value)
        read({})


@pytest.mark.parametrize("raw", [b"", b"nonsense", b"[]", b"3", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 5000])
def test_bytes_that_are_no_json_object_are_refused(raw: bytes) -> None:
    with pytest.raises(ReadError):
        decode(raw)


def test_any_one_value_of_any_capture_may_be_anything() -> None:
    for file in sorted(captures_folder().glob("*.json")):
        whole = json.loads(file.read_bytes())
        for path in paths(whole):
            for index in range(len(path) % 3, len(JUNK), 3):
                spoilt = _put(whole, path, JUNK[index])
                if isinstance(spoilt, dict):
                    read_notification(spoilt)


def _put(whole: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy of the branches on the way only."""
    if not path:
        return value
    branch = dict(whole) if isinstance(whole, dict) else list(whole)
    branch[path[0]] = _put(whole[path[0]], path[1:], value)
    return branch


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_many_values_of_a_capture_may_be_anything_or_missing(data: st.DataObject) -> None:
    files = sorted(captures_folder().glob("*.json"))
    whole = json.loads(data.draw(st.sampled_from(files)).read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        path = data.draw(st.sampled_from(paths(whole)))
        holder = whole
        for key in path[:-1]:
            holder = holder[key]
        if data.draw(st.booleans()):
            holder[path[-1]] = copy.deepcopy(data.draw(anything))
        else:
            del holder[path[-1]]
        if not paths(whole):
            break
    with suppress(ReadError):
        read_notification(whole)
    item = whole["data"].get("item") if isinstance(whole.get("data"), dict) else None
    for read in READERS:
        with suppress(ReadError):
            read(item)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["id", "source", "conversation_parts", "tags", "data", "x"]), anything)
)
def test_any_object_is_read_by_every_reader(raw: dict[str, Any]) -> None:
    for read in READERS:
        read(raw)


def a_part(**changes: Any) -> PartFacts:
    author = {"type": "admin", "id": 7, "name": "Mara Lindqvist", "email": "mara@example.com"}
    return read_part({"id": 1, "part_type": "comment", "author": author, "created_at": 1770038789, **changes})


CUSTOMER = {"type": "lead", "id": "c1"}


@pytest.mark.parametrize(
    ("changes", "public"),
    [
        ({"body": "<p>Hi</p>"}, True),
        ({"part_type": "quick_reply", "body": "Hi"}, True),
        ({"part_type": "close", "body": "<p>Bye</p>"}, True),
        ({"part_type": "open", "body": "<p>Again</p>"}, True),
        ({"part_type": "snoozed", "body": "<p>Later</p>"}, True),
        ({"part_type": "assignment", "body": "<p>On it</p>"}, True),
        ({"part_type": "assignment", "body": None}, False),
        ({"part_type": "close", "body": "<p></p>"}, False),
        ({"part_type": "note", "body": "<p>psst</p>"}, False),
        ({"part_type": "note_and_reopen", "body": "<p>psst</p>"}, False),
        ({"part_type": "something_new", "body": "<p>?</p>"}, False),
        ({"body": "<p>Hi</p>", "author": {"type": "bot", "id": 2}}, False),
        ({"body": "<p>Hi</p>", "author": {"type": "admin", "id": 2, "from_ai_agent": True}}, False),
        ({"body": "x", "author": {"type": "admin", "id": 2, "email": "operator+ab12@intercom.io"}}, False),
        ({"body": "<p>Hi</p>", "author": CUSTOMER}, False),
        ({"body": "<p>Hi</p>", "author": {}}, False),
    ],
)
def test_a_reply_is_a_teammates_public_words(changes: dict[str, Any], public: bool) -> None:
    assert a_part(**changes).is_public_reply is public


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"body": "<p>Hi</p>"}, True),
        ({"body": None, "attachments": [{"name": "screen.png"}]}, True),
        ({"body": None}, True),
        ({"part_type": "open", "body": "<p>Still broken</p>"}, True),
        ({"part_type": "carrier_pigeon", "body": "<p>coo</p>"}, True),
        ({"part_type": "carrier_pigeon"}, False),
        ({"part_type": "close"}, False),
        ({"part_type": "conversation_rating_changed", "body": "<p>5</p>"}, False),
        ({"part_type": "attribute_collected", "body": "<p>a@example.com</p>"}, False),
    ],
)
def test_a_customers_message_is_found_in_any_kind_of_part(changes: dict[str, Any], message: bool) -> None:
    assert a_part(**{"author": CUSTOMER, **changes}).is_customer_message is message


def test_unknown_words_are_kept_beside_other() -> None:
    part = a_part(part_type="telepathy", author={"type": "oracle", "id": 9})
    assert (part.kind, part.raw_kind, part.author_type, part.author_id) == (
        "other",
        "telepathy",
        "other",
        "9",
    )
    facts = read_conversation({"id": 1, "source": {"id": 2, "type": "carrier_pigeon", "body": "coo"}})
    assert (facts.channel, facts.raw_channel) == ("other", "carrier_pigeon")
    assert facts.source is not None
    assert facts.source.text == "coo"


@pytest.mark.parametrize(
    ("raw_kind", "kind"),
    [
        ("comment", "comment"),
        ("assign_and_reopen", "assignment"),
        ("timer_unsnooze", "unsnoozed"),
        ("conversation_sla_target_missed", "sla"),
        ("conversation_attribute_updated_by_workflow", "attribute"),
        ("ticket_state_updated_by_admin", "ticket"),
        ("call_summary", "call"),
        ("", "other"),
    ],
)
def test_part_types_have_one_word_each(raw_kind: str, kind: str) -> None:
    assert part_kind(raw_kind) == kind


@pytest.mark.parametrize(
    ("kind", "channel"),
    [
        ("conversation", "chat"),
        ("phone_call", "phone"),
        ("phone_switch", "chat"),
        ("whatsapp", "whatsapp"),
        ("push", "chat"),
    ],
)
def test_channels_have_one_word_each(kind: str, channel: str) -> None:
    assert read_conversation({"id": "1", "source": {"type": kind}}).channel == channel


def test_the_later_versions_channel_helps_where_the_source_does_not() -> None:
    facts = read_conversation(
        {"id": 1, "source": {"type": "x"}, "channel": {"initial": "email", "current": None}}
    )
    assert facts.channel == "email"


@pytest.mark.parametrize(
    ("delivered_as", "author", "started_by"),
    [
        ("customer_initiated", "lead", "contact"),
        ("admin_initiated", "admin", "admin"),
        ("automated", "admin", "automated"),
        ("operator_initiated", "bot", "automated"),
        ("campaigns_initiated", "admin", "automated"),
        (None, "bot", "automated"),
        ("something_new", "admin", "admin"),
        (None, "user", "contact"),
    ],
)
def test_who_started_it(delivered_as: str | None, author: str, started_by: str) -> None:
    source = {"id": 1, "delivered_as": delivered_as, "body": "Hi", "author": {"type": author, "id": 3}}
    facts = read_conversation({"id": 1, "source": source})
    assert facts.started_by == started_by
    assert facts.source is not None
    assert facts.source.is_public_reply is (started_by == "admin")


def conversation_with(parts: object, **changes: Any) -> ConversationFacts:
    return read_conversation(
        {"id": 1, "updated_at": 5, "conversation_parts": parts, **changes}, complete=True
    )


def test_parts_come_bare_wrapped_or_not_at_all() -> None:
    part = {"id": 9, "part_type": "comment", "body": "Hi"}
    wrapped = {"type": "conversation_part.list", "conversation_parts": [part], "total_count": 1}
    assert [p.id for p in conversation_with(wrapped).parts] == ["9"]
    assert [p.id for p in conversation_with([part]).parts] == ["9"]
    for nothing in ({}, None, "x", {"conversation_parts": None}):
        assert conversation_with(nothing).parts == ()
    assert conversation_with(wrapped).parts[0].created_at == datetime.fromtimestamp(5, UTC)


def test_a_conversation_is_whole_only_if_all_its_parts_are_shown() -> None:
    def shown(n: int, total: int, counted: int | None = None) -> bool:
        parts = [{"id": i, "created_at": i + 1} for i in range(n)]
        listed = {"conversation_parts": parts, "total_count": total}
        return conversation_with(listed, statistics={"count_conversation_parts": counted}).parts_complete

    assert shown(3, 3)
    assert not shown(2, 3)
    assert shown(499, 499)
    assert not shown(500, 500, 900)
    assert shown(500, 500, 501)
    assert not read_conversation({"id": 1, "conversation_parts": {"conversation_parts": []}}).parts_complete


def test_parts_are_in_order_of_time() -> None:
    parts = [{"id": "late", "created_at": 30}, {"id": "early", "created_at": "1970-01-01T00:00:20Z"}]
    assert [p.id for p in conversation_with(parts).parts] == ["early", "late"]


def test_times_that_are_missing_fall_back_and_end_at_the_epoch() -> None:
    received = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert read_conversation({"id": 1}).created_at == EPOCH
    assert read_conversation({"id": 1}, fallback=received).updated_at == received
    assert read_conversation({"id": 1, "updated_at": 10}).created_at == datetime.fromtimestamp(10, UTC)


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        (1770038789, "2026-02-02T13:26:29+00:00"),
        ("1770038789", "2026-02-02T13:26:29+00:00"),
        ("2026-02-02T13:26:29.000Z", "2026-02-02T13:26:29+00:00"),
        ("2026-02-02T14:26:29+01:00", "2026-02-02T13:26:29+00:00"),
        ("2026-02-02T13:26:29", "2026-02-02T13:26:29+00:00"),
    ],
)
def test_an_instant_in_all_its_dresses(value: object, instant: str) -> None:
    read = as_instant(value)
    assert read is not None
    assert read.isoformat() == instant


@pytest.mark.parametrize(
    "value",
    [0, -5, 1770038789123, True, None, "", "yesterday", [], float("nan"), "0001-01-01T00:00:00+14:00"],
)
def test_what_is_no_instant_is_none(value: object) -> None:
    assert as_instant(value) is None


def test_ids_are_strings_whatever_they_were() -> None:
    assert [as_id(v) for v in (7, "7", 7.0, " 7 ")] == ["7"] * 4
    assert [as_id(v) for v in (None, True, "", {}, [], 7.5, 10**50)] == [None] * 7
    assert (
        read_conversation({"id": 1, "admin_assignee_id": "0", "team_assignee_id": 0}).admin_assignee_id
        is None
    )


def test_ratings_asked_for_and_not_given_are_none() -> None:
    given_rating = {"rating": 2, "remark": "Slow\x00", "created_at": 5, "updated_at": 9}
    rating = read_conversation({"id": 1, "conversation_rating": given_rating}).rating
    assert rating is not None
    assert (rating.score, rating.remark) == (2, "Slow")
    for nothing in (None, {}, {"rating": None}, {"rating": 0}, {"rating": 9}, {"rating": "good"}):
        assert read_conversation({"id": 1, "conversation_rating": nothing}).rating is None


def test_names_and_attributes_hold_nothing_a_database_or_a_terminal_minds() -> None:
    assert as_line("  Mara\n\u202e\x00 Lindqvist ") == "Mara Lindqvist"
    nested: Any = "deep"
    for _ in range(3000):
        nested = {"a": nested}
    read = as_attributes({"plan\x00": "Pro\x1b", "seats": 4, "huge": 10**400, "nested": nested})
    assert (read["plan"], read["seats"], read["huge"]) == ("Pro", 4, None)
    json.dumps(read)


def test_the_subject_is_the_title_of_an_email() -> None:
    source = {"id": 1, "type": "email", "subject": "<p>Re: invoice &amp; seats</p>"}
    assert read_conversation({"id": 1, "title": "", "source": source}).title == "Re: invoice & seats"
    assert read_conversation({"id": 1, "title": "Own", "source": source}).title == "Own"


def test_a_ticket_of_2024_has_its_state_as_a_word() -> None:
    raw = {"id": 1, "ticket_state": "in_progress", "ticket_state_internal_label": "On it"}
    facts = read_ticket(raw)
    assert (facts.state, facts.state_label) == ("in_progress", "On it")


def test_other_deletions_name_what_is_gone() -> None:
    body = {"topic": "contact.deleted", "data": {"item": {"type": "contact", "id": 5}}}
    read = read_notification(body)
    assert read.deleted_id == "5"
    assert read.deleted_conversation_id is None


def test_control_the_mutations_do_reach_the_reader() -> None:
    whole = capture("conversation_user_replied")
    spoilt = _put(whole, ("data", "item", "id"), None)
    assert read_notification(whole).item is not None
    assert read_notification(spoilt).item is None
