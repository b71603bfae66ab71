"""Conversations that a teammate merged in Intercom: the wait goes on in the one that is left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from harness import House, OpenHouse, utc
from hypothesis import given
from hypothesis import strategies as st
from on_the_screen import kept, targets, words
from small_office import APP, CHANNELS, scenario

from bot.intake.merging import waiting_since
from bot.store import clocks
from bot.store.parts import NO_ANSWER_NEEDED, Part

pytestmark = pytest.mark.thorough


def two(**changes: Any) -> dict[str, Any]:
    """1001 and 1002, both from Northwind Marine, waiting since 08:50 and 08:55, Berlin time."""
    data = scenario("1001", "1002")
    for row in data["conversations"]:
        row.update(changes.get(f"c{row['id']}", {}))
    return data


async def running(house: House, conversation_id: str) -> list[tuple[str, datetime, datetime | None]]:
    kept = await house.read(clocks.clocks_of, conversation_id)
    return [
        (each.clock, each.started_at, each.due_at)
        for each in kept
        if each.stopped_at is None and each.clock.endswith("_response")
    ]


def berlin(clock: str) -> datetime:
    return utc(f"2026-11-24T{clock}:00+01:00")


async def test_the_one_that_is_left_is_due_when_the_older_one_was(build: OpenHouse):
    house = await build(data=two())
    await house.at("09:06")
    assert "First reply due" in words(house.alert("1001").blocks)
    house.intercom.merges("1001", into="1002")
    await house.at("09:08")
    assert await running(house, "1001") == []
    assert await running(house, "1002") == [("first_response", berlin("08:50"), berlin("09:20"))]
    assert "Merged into another conversation" in words(house.alert("1001").blocks)
    await house.at("09:21")
    assert "late" in words(house.alert("1002").blocks).lower()
    assert len(house.alerts("1001")) == len(house.alerts("1002")) == 1


async def test_what_had_been_answered_owes_an_answer_again(build: OpenHouse):
    house = await build(data=two())
    house.intercom.admin_replies("1002", house.ana.admin, "We are on it.")
    await house.at("09:02")
    assert await running(house, "1002") == []
    house.intercom.merges("1001", into="1002")
    await house.at("09:04")
    # A next reply is due within the hour, counted from the message that nobody has answered.
    assert await running(house, "1002") == [("next_response", berlin("08:50"), berlin("09:50"))]
    house.intercom.admin_replies("1002", house.ana.admin, "Mended for all of you.")
    await house.at("09:10")
    assert await running(house, "1002") == []


async def test_what_nobody_waited_in_hands_nothing_on(build: OpenHouse):
    house = await build(data=two())
    house.intercom.admin_replies("1001", house.ana.admin, "Done.")
    house.intercom.admin_replies("1002", house.ana.admin, "Done as well.")
    await house.at("09:02")
    house.intercom.merges("1001", into="1002")
    await house.at("09:04")
    assert await running(house, "1001") == await running(house, "1002") == []


async def test_why_and_claim_follow_the_merge(build: OpenHouse):
    house = await build(data=two())
    house.intercom.merges("1001", into="1002")
    await house.at("09:04")
    await house.ana.types("/watchbell why 1001")
    told = words(house.ana.view.blocks)
    assert "conversation 1001 was merged into this one; its customer had waited since Tue 08:50" in told
    await house.ana.types("/claim 1001")
    known = (await house.facts())["conversations"]
    assert (known["1001"]["claimed_by"], known["1002"]["claimed_by"]) == (None, house.ana.admin)


async def test_links_shortcuts_and_older_buttons_lead_to_where_it_goes_on(build: OpenHouse):
    house = await build(data=two())
    await house.at("09:06")
    old = kept(house.alert("1001"))
    house.intercom.merges("1001", into="1002")
    await house.at("09:08")
    ana = house.ana
    link = f"https://app.intercom.com/a/apps/{APP}/conversations/1001"
    post = await house.slack.people.say(house.ben.id, CHANNELS["alerts"], f"Look: {link}")
    await house.until(lambda: post.unfurls)
    (under,) = post.unfurls.values()
    assert targets(under["blocks"], "answer") == ["1002"]
    assert "Omar Haddad" in words(under["blocks"])
    for message in (house.alert("1001"), post):
        await house.slack.people.shortcut(ana.id, "answer_message", message.channel, message.ts)
        await house.settle()
        assert "To *Omar Haddad*" in words(ana.view.blocks)
        house.slack.views.clear(ana.id)
    await ana.presses(old, "answer", seen=old)
    await house.settle()
    assert "To *Omar Haddad*" in words(ana.view.blocks)
    house.slack.views.clear(ana.id)
    await house.slack.people.shortcut(ana.id, "claim_message", old.channel, old.ts)
    assert (await house.facts())["conversations"]["1002"]["claimed_by"] == ana.admin


async def test_one_that_opens_again_is_a_conversation_of_its_own(build: OpenHouse):
    house = await build(data=two())
    house.intercom.merges("1001", into="1002")
    await house.at("09:04")
    house.intercom.customer_writes("1001", "I wrote here, not there.")
    await house.at("09:06")
    assert [clock for clock, *_ in await running(house, "1001")] == ["first_response"]


async def test_a_merge_that_could_be_either_hands_nothing_on_by_guess(build: OpenHouse):
    data = two()
    (first,) = [each for each in data["conversations"] if each["id"] == "1001"]
    data["conversations"].append({**first, "id": "1011", "parts": [dict(each) for each in first["parts"]]})
    data["conversations"].append({**first, "id": "1012", "parts": [dict(each) for each in first["parts"]]})
    house = await build(data=data)
    for number in ("1001", "1002", "1011", "1012"):
        house.intercom.admin_replies(number, house.ana.admin, "Done.")
    await house.at("09:02")
    await house.at("09:03")
    for number in ("1001", "1011"):
        house.intercom.customer_writes(number, "And now?")
    await house.at("09:04")
    # Dana's two conversations go into her third and into Omar's in the same second.
    house.intercom.merges("1001", into="1012")
    house.intercom.merges("1011", into="1002")
    await house.at("09:06")
    # Intercom's own word still starts both clocks, at the merge itself.
    for number in ("1012", "1002"):
        ((clock, started, _),) = await running(house, number)
        assert clock == "next_response"
        assert started >= berlin("09:04")
    parts = (await house.facts())["parts"].values()
    assert {part["merged_with"] for part in parts} == {None}


AT = utc("2026-11-24T09:00:00+00:00")


def part(minute: int, **more: Any) -> Part:
    return Part(
        workspace="w",
        conversation_id="1",
        id=str(minute),
        kind=more.pop("kind", "comment"),
        raw_kind="comment",
        author_type="contact",
        created_at=AT + timedelta(minutes=minute),
        **more,
    )


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], None),
        ([part(1, customer_message=True), part(2, customer_message=True)], 1),
        ([part(1, customer_message=True), part(2, public_reply=True)], None),
        ([part(1, customer_message=True), part(2, kind=NO_ANSWER_NEEDED)], None),
        # Of what was written unseen nobody has said that it needs no answer.
        (
            [
                part(1, customer_message=True),
                part(3, customer_message=True),
                part(4, kind=NO_ANSWER_NEEDED, waiting_since=AT + timedelta(minutes=1)),
            ],
            3,
        ),
        ([part(1, customer_message=True), part(2, kind="close")], None),
        # The close that comes with the merge ends no wait.
        ([part(1, customer_message=True), part(10, kind="close")], 1),
        ([part(1, public_reply=True), part(2, customer_message=True), part(20, public_reply=True)], 2),
        # What was merged into it before is handed on as well.
        ([part(2, kind="merge", waiting_since=AT - timedelta(minutes=9))], -9),
    ],
)
def test_the_oldest_message_that_nobody_answered(parts: list[Part], expected: int | None):
    found = waiting_since(parts, AT + timedelta(minutes=10))
    assert found == (None if expected is None else AT + timedelta(minutes=expected))


@given(st.lists(st.sampled_from(["customer", "reply", "note", "close"]), max_size=12))
def test_a_wait_is_handed_on_exactly_when_the_last_word_was_the_customers(said: list[str]):
    parts = [
        part(
            n,
            kind={"note": "note", "close": "close"}.get(what, "comment"),
            customer_message=what == "customer",
            public_reply=what == "reply",
        )
        for n, what in enumerate(said)
    ]
    found = waiting_since(parts, AT + timedelta(minutes=60))
    spoken = [what for what in said if what != "note"]
    assert (found is not None) == bool(spoken and spoken[-1] == "customer")
