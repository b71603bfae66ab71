"""Every example in the published API descriptions goes through the reader with its id and its words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml
from intercom_door_help import missing
from shared_files import shared

from bot.intercom.reader import (
    read_activity_log,
    read_admin,
    read_company,
    read_contact,
    read_conversation,
    read_part,
    read_tag,
    read_team,
    read_ticket,
)

VERSIONS = ["2.14", "2.16"]


@cache
def examples(version: str) -> list[Any]:
    text = shared(f"specs/intercom-{version}.yaml").read_bytes()
    spec = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return list(values(spec["paths"]))


def values(node: Any) -> Iterator[Any]:
    """The values of all `examples` and `example` under a node that describes responses or requests."""
    if isinstance(node, list):
        for child in node:
            yield from values(child)
    if not isinstance(node, dict):
        return
    for key, child in node.items():
        if key == "examples" and isinstance(child, dict):
            yield from (one["value"] for one in child.values() if isinstance(one, dict) and "value" in one)
        elif key == "example":
            yield child
        else:
            yield from values(child)


def objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from objects(child)
    elif isinstance(node, list):
        for child in node:
            yield from objects(child)


def of_kind(version: str, kind: str) -> list[dict[str, Any]]:
    """Whole objects only: the `source` of a conversation also calls itself "conversation"."""
    return [
        found
        for found in objects(examples(version))
        if found.get("type") == kind and "id" in found and "delivered_as" not in found
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_conversation_keeps_its_id_and_its_words(version: str) -> None:
    found = of_kind(version, "conversation")
    assert len(found) >= 14
    words = 0
    for raw in found:
        facts = read_conversation(raw, complete=True)
        assert facts.id == str(raw["id"])
        source = raw.get("source") or {}
        parts = (raw.get("conversation_parts") or {}).get("conversation_parts", [])
        assert len(facts.parts) == len(parts)
        by_id = {part.id: part for part in facts.all_parts}
        for said in [source, *parts]:
            if said.get("body"):
                words += 1
                assert not missing(said["body"], by_id[str(said["id"])].text)
        if "admin_assignee_id" in raw:
            assert facts.admin_assignee_id == (str(raw["admin_assignee_id"] or "") or None)
        if parts:
            assert facts.parts_complete
    assert words >= 20


@pytest.mark.parametrize("version", VERSIONS)
def test_every_part_is_read(version: str) -> None:
    found = of_kind(version, "conversation_part") + of_kind(version, "ticket_part")
    assert len(found) >= 20
    for raw in found:
        part = read_part(raw)
        assert part.id == str(raw["id"])
        assert part.raw_kind == raw["part_type"]
        assert not missing(raw.get("body") or "", part.text)
        assert bool(part.text) == bool(raw.get("body"))
        assert part.created_at.year >= 2022


@pytest.mark.parametrize("version", VERSIONS)
def test_every_contact_keeps_its_id_and_names(version: str) -> None:
    found = of_kind(version, "contact")
    assert len(found) >= 30
    for raw in found:
        facts = read_contact(raw)
        assert facts.id == str(raw["id"])
        assert facts.email == (raw.get("email") or None)
        assert facts.name == (raw.get("name") or None)
        assert facts.external_id == (raw.get("external_id") or None)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_company_keeps_its_ids_and_counts(version: str) -> None:
    found = of_kind(version, "company")
    assert len(found) >= 9
    for raw in found:
        facts = read_company(raw)
        assert facts.id == str(raw["id"])
        assert facts.company_id == raw.get("company_id")
        assert facts.user_count == raw.get("user_count")
        assert facts.plan is None or facts.plan == raw["plan"]["name"]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_ticket_keeps_its_ids_words_and_parts(version: str) -> None:
    found = of_kind(version, "ticket")
    assert len(found) >= 5
    for raw in found:
        facts = read_ticket(raw, complete=True)
        assert facts.id == str(raw["id"])
        assert facts.ticket_id == raw.get("ticket_id")
        assert facts.title == raw.get("ticket_attributes", {}).get("_default_title_")
        assert len(facts.parts) == len(raw.get("ticket_parts", {}).get("ticket_parts", []))
        if "ticket_state" in raw:  # the others are references
            assert facts.state
            assert facts.created_at.year >= 2022


@pytest.mark.parametrize("version", VERSIONS)
def test_the_small_things_keep_their_ids(version: str) -> None:
    readers = {"admin": read_admin, "tag": read_tag, "team": read_team}
    for kind, read in readers.items():
        found = of_kind(version, kind)
        assert found, kind
        for raw in found:
            assert read(raw).id == str(raw["id"] or "")


@pytest.mark.parametrize("version", VERSIONS)
def test_the_audit_log_keeps_who_when_and_what(version: str) -> None:
    found = [raw for raw in objects(examples(version)) if "activity_type" in raw and "performed_by" in raw]
    assert found
    for raw in found:
        entry = read_activity_log(raw)
        assert entry.id == raw["id"]
        assert entry.activity_type == raw["activity_type"]
        assert entry.admin_id == str(raw["performed_by"]["id"])
        assert entry.at.timestamp() == raw["created_at"]


def test_both_vocabularies_of_priority_are_understood() -> None:
    found = {raw.get("priority") for version in VERSIONS for raw in of_kind(version, "conversation")}
    assert {"not_priority", "none"} <= found
    read = {word: read_conversation({"priority": word}).priority for word in (*found, "priority", "urgent")}
    assert read["priority"] == "high"
    assert read["urgent"] == "urgent"
    assert read["not_priority"] == read["none"] == "none"
