"""The desk's windows in wrong hands: each is asked again on submit who sends it, and what it names."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from harness import House, OpenHouse
from on_the_screen import words
from signing import SEED
from small_office import scenario
from sqlmodel import Session, select

from bot.store import mapped, outside
from bot.store.audit import AuditEntry
from bot.store.conversations import Conversation
from bot.store.intents import Intent
from sandbox.slack import payloads
from sandbox.slack.model import View

SAID = "1795507140.000100"
"""When a customer wrote in the shared channel."""

FORMS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "close": ({"conversation": "1001", "standing": "held:8802"}, {}),
    "tags": ({"conversation": "1001", "ticked": []}, {"tags": [("501",), "multi_static_select"]}),
    "team": ({"conversation": "1001", "standing": "held:8802"}, {"team": ["78", "static_select"]}),
    "ticket": ({"conversation": "1001"}, {"type": ["61", "static_select"], "title": "Bug"}),
    "whose": ({"conversation": "1001"}, {"account": ["c2", "external_select"]}),
    "assign": ({"conversation": "1001"}, {"colleague": ["8802", "static_select"], "context": "hi"}),
    "take_over": ({"conversation": "1002", "holder": "8802"}, {"reason": "I want it"}),
    "more_done": ({"conversation": "1001"}, {"what": ["release", "radio_buttons"]}),
    "pick": ({"purpose": "note"}, {"named": "1001", "words": "planted"}),
    "map": ({"channel": "C0SHARED"}, {"account": ["c1", "external_select"]}),
    "whom": ({"words": f"C0SHARED:{SAID}"}, {"person": ["p1", "static_select"]}),
    "not_spreading": ({"spread": 1}, {"whole": [("all",), "checkboxes"]}),
    "snooze": ({"conversation": "1001"}, {"until": ["1795600000", "radio_buttons"]}),
}
"""What each form remembers, and what is entered; 1002 is Ben's from the start."""


@pytest.fixture
async def desk(build: OpenHouse) -> House:
    office = scenario("1001", "1002")
    office["teams"].append({"id": "78", "name": "Billing", "admin_ids": ["8802"]})
    office["tags"] = [{"id": "501", "name": "sso"}]
    office["ticket_types"] = [{"id": "61", "name": "Bug"}]
    house = await build(data=office)
    await house.ben.types("/claim 1002")
    await house.bot.store.write(in_the_shared_channel)
    await house.settle()
    return house


def in_the_shared_channel(session: Session) -> None:
    """The shared channel is Northwind's, and a customer wrote there."""
    at = datetime(2026, 11, 24, 7, 59, tzinfo=UTC)
    mapped.map_channel(
        session,
        SEED.team_id,
        "C0SHARED",
        name="ext-northwind",
        account_id="c1",
        shared=True,
        by="U0LEA",
        read_to=SAID,
        now=at,
    )
    outside.keep(
        session,
        workspace=SEED.team_id,
        source="slack:C0SHARED",
        id=SAID,
        thread=SAID,
        account_id="c1",
        channel="slack",
        place="#ext-northwind",
        author_id="U0SID",
        author_name="Sid Vance",
        author_kind="customer",
        text="planted",
        at=at,
    )


def entered(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        return {"type": "plain_text_input", "value": value}
    what, kind = value
    if kind in ("multi_static_select", "checkboxes"):
        return {"type": kind, "selected_options": [{"value": each} for each in what]}
    return {"type": kind, "selected_option": {"value": what}}


def submission(house: House, name: str, user: str, **changed: Any) -> dict[str, Any]:
    """A submission of this form as Slack would deliver it."""
    private, values = FORMS[name]
    if name in ("close", "snooze"):
        private = {**private, "last_part": house.intercom.conversation("1001")["source"]["id"]}
    view = View(
        id=f"V{name}{len(house.slack.delivery.log)}",
        type="modal",
        user=user,
        blocks=[],
        hash=f"h{len(house.slack.delivery.log)}",
        callback_id=f"wb:{name}",
        private_metadata=changed.pop("private_metadata", json.dumps({**private, **changed})),
    )
    view.state = {block: {f"wb:{block}": entered(value)} for block, value in values.items()}
    payload = payloads.view_submission(house.slack, view)
    team = house.slack.users[user].team_id or house.workspace
    return {**payload, "user": {**payload["user"], "team_id": team}}


def done(session: Session) -> tuple[Any, ...]:
    """Everything that a form could have done: who holds what, what is on its way, what was written down."""
    rows = session.exec(select(Conversation))
    return (
        sorted((each.id, each.claimed_by or "", each.state) for each in rows),
        sorted(each.key for each in session.exec(select(Intent)) if each.kind.startswith("intercom.")),
        sorted(
            (each.action, each.slack_user_id)
            for each in session.exec(select(AuditEntry))
            if each.outcome != "refused"
        ),
    )


def refused(session: Session) -> set[tuple[str, str]]:
    """What the audit log keeps of those who were turned away: who, and from which form."""
    rows = session.exec(select(AuditEntry).where(AuditEntry.outcome == "refused"))
    return {(each.slack_user_id, each.action) for each in rows}


async def test_no_window_is_taken_from_a_guest_a_stranger_or_somebody_without_a_seat(desk: House):
    before = await desk.bot.store.read(done)
    for user, said in (
        ("U0GUS", "Guests cannot use Watchbell."),
        ("U0SID", "This workspace is not the one Watchbell serves."),
        ("U0UMA", "You can read here, not act"),
    ):
        for name in FORMS:
            reply = await desk.slack.delivery.request("interactive", submission(desk, name, user))
            assert said in json.dumps(reply.data), (user, name)
    assert await desk.bot.store.read(done) == before
    strangers = ("U0GUS", "U0SID", "U0UMA")
    assert await desk.bot.store.read(refused) == {(user, name) for user in strangers for name in FORMS}
    await desk.settle()
    assert await desk.bot.store.read(done) == before


async def test_a_window_with_garbage_inside_does_nothing_and_says_so(desk: House):
    before = await desk.bot.store.read(done)
    for name in FORMS:
        for garbage in ("", "{", "[]", '{"conversation":"9999","purpose":"x"}', '{"conversation":null}'):
            sent = submission(desk, name, "U0ANA", private_metadata=garbage)
            reply = await desk.slack.delivery.request("interactive", sent)
            if name == "pick":
                assert reply.data is not None, garbage
                continue
            told = json.dumps(reply.data)
            assert "this window did not say what it is about" in told or "Watchbell" in told, (name, garbage)
            assert "fault of its own" not in told, (name, garbage)
    assert await desk.bot.store.read(done) == before


NEVER_OFFERED = (
    ("team", "team", "999", "no longer has that team"),
    ("ticket", "type", "62", "no longer has that type of ticket"),
    ("whose", "account", "c2", "Intercom names this person's company"),
    ("assign", "colleague", "4711", "no longer has that teammate"),
    ("tags", "tags", ["999"], "has these tags"),
    ("more_done", "what", "explode", "fault of its own"),
)


async def test_what_was_never_offered_is_refused(desk: House):
    before = await desk.bot.store.read(done)
    for name, block, value, said in NEVER_OFFERED:
        sent = submission(desk, name, "U0ANA")
        field = sent["view"]["state"]["values"][block][f"wb:{block}"]
        if isinstance(value, list):
            field["selected_options"] = [{"value": each} for each in value]
        else:
            field["selected_option"] = {"value": value}
        reply = await desk.slack.delivery.request("interactive", sent)
        assert said in json.dumps(reply.data), name
        assert await desk.bot.store.read(done) == before


async def test_each_window_acts_once_however_often_its_submission_is_replayed(desk: House):
    for name in ("assign", "take_over", "tags", "team", "ticket", "pick", "close"):
        sent = submission(desk, name, "U0ANA")
        first = await desk.slack.delivery.request("interactive", sent)
        assert first.status == 200, name
        after = await desk.bot.store.read(done)
        for _ in range(3):
            await desk.slack.delivery.request("interactive", sent)
        assert await desk.bot.store.read(done) == after, name
    await desk.settle()
    actions = [action for action, who in (await desk.bot.store.read(done))[2] if who == "U0ANA"]
    assert sorted(set(actions) - {"link"}) == [
        "assign_team",
        "close",
        "hand_over",
        "note",
        "tag",
        "take_over",
        "ticket",
    ]
    assert len(desk.intercom.tickets) == 1
    assert sum(part["part_type"] == "note" for part in desk.parts("1001")) == 2, "the context, and the note"
    assert desk.sent() == []


async def test_who_unlinks_while_a_window_is_open_does_nothing_with_it(desk: House):
    await desk.ana.types("/claim 1001")
    await desk.ana.presses(desk.ana.last, "assign")
    view = desk.ana.view
    await desk.ana.types("/watchbell unlink")
    element = next(each["element"] for each in view.blocks if each.get("block_id") == "colleague")
    chosen = {"type": "static_select", "selected_option": element["options"][0]}
    await desk.ana.submits({"colleague": chosen})
    assert "You can read here, not act" in words(desk.ana.view.blocks)
    held = (await desk.bot.store.read(done))[0]
    assert ("1001", desk.ana.admin, "open") in held
