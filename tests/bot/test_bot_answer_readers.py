"""An answer goes to everybody in a conversation: the window names them, and warns of those from elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from harness import House, OpenHouse
from on_the_screen import option, rich, targets, words
from small_office import scenario
from test_bot_issue_answer import ticks, told, window

from bot.store import conversations, person

VICTOR = {
    "id": "p99",
    "role": "lead",
    "name": "Victor Outsider",
    "email": "victor@rival.example",
    "created_at": "2026-11-24T08:00:00+01:00",
}


def _read_by(*contact_ids: str, only: tuple[str, ...] = ("1001", "1002")) -> dict[str, Any]:
    data = scenario(*only)
    data["contacts"].append(dict(VICTOR))
    (first,) = [each for each in data["conversations"] if each["id"] == "1001"]
    first["contact_ids"] = ["p1", *contact_ids]
    return data


def _audience(house: House) -> str:
    return str(house.ana.view.blocks[0]["text"]["text"])


async def test_somebody_of_no_account_is_named_with_a_warning_and_the_button_counts(build: OpenHouse):
    house = await build(data=_read_by("p99"))
    view = await house.ana.opens_answer("1001")
    assert _audience(house) == (
        ":warning: To *Dana Reyes* (Northwind Marine) and Victor Outsider (no account), by e-mail. "
        "Not everybody is of Northwind Marine."
    )
    assert view.submit is not None
    assert view.submit["text"] == "Send to 2 people"
    outcome = await house.ana.submits({"text": rich("We are on it.")})
    assert outcome.ack == {"response_action": "clear"}
    await house.settle()
    assert [text for _, _, text in house.sent()] == ["We are on it."]


async def test_a_colleague_in_copy_is_named_without_a_warning(build: OpenHouse):
    house = await build(data=_read_by("p2"))
    await house.ana.opens_answer("1001")
    assert _audience(house) == "To *Dana Reyes* (Northwind Marine) and Omar Haddad, by e-mail"


async def test_of_many_those_from_elsewhere_are_named_first(build: OpenHouse):
    data = _read_by("p2", "p10", "p11", "p12", "p99", "p3", only=("1001", "1002", "1003"))
    for number in (10, 11, 12):
        data["contacts"].append(
            {**VICTOR, "id": f"p{number}", "name": f"Crew {number}", "email": None, "company_ids": ["c1"]}
        )
    house = await build(data=data)
    view = await house.ana.opens_answer("1001")
    assert "*Dana Reyes* (Northwind Marine), Victor Outsider (no account), Noor Visser (Brightfen), " in (
        _audience(house)
    )
    assert " and 3 more, by e-mail. Not everybody" in _audience(house)
    assert view.submit is not None
    assert view.submit["text"] == "Send to 7 people"


async def test_who_joins_while_the_rep_writes_is_told_before_anything_is_sent(build: OpenHouse):
    data = scenario("1001")
    data["contacts"].append(dict(VICTOR))
    house = await build(data=data)
    await house.ana.opens_answer("1001")
    assert _audience(house) == "To *Dana Reyes*, Northwind Marine, by e-mail"
    house.intercom.workspace.conversations["1001"].contact_ids.append("p99")
    house.intercom.admin_notes("1001", "8802", "Victor is in copy now.")
    await house.ana.submits({"text": rich("The prices: 12 EUR.")})
    await house.settle()
    assert house.sent() == []
    shown = words(house.ana.view.blocks)
    assert "Who reads this has changed" in shown
    assert "now it is Dana Reyes and somebody whose name is not known yet" in shown
    assert house.ana.view.submit is not None
    assert house.ana.view.submit["text"] == "Send anyway"
    await house.ana.submits({"text": rich("We are on it.")})
    await house.settle()
    assert [text for _, _, text in house.sent()] == ["We are on it."]


async def test_the_boxes_of_an_issue_name_them_too_and_who_joins_stops_the_answer(build: OpenHouse):
    house = await build(data=_read_by("p99"))
    await house.at("09:05")
    issue = next(
        each for each in house.posts("accounts", "post:issue:") if targets(each.blocks, "answer_issue")
    )
    await house.ana.presses(issue, "answer_issue")
    await house.bot.front.finish()
    assert "Dana Reyes and Victor Outsider (no account), e-mail" in words(house.ana.view.blocks)
    ticks = [option(house.ana.view, "who0", each)["selected_option"] for each in ("1001", "1002")]
    values = {"text": rich("Repaired."), "who0": {"type": "checkboxes", "selected_options": ticks}}
    house.intercom.workspace.conversations["1002"].contact_ids.append("p99")
    house.intercom.admin_notes("1002", "8802", "Victor is in copy here as well.")
    await house.ana.submits(values)
    await house.settle()
    assert house.sent() == []
    assert "Who reads this has changed: now it is Omar Haddad and Victor Outsider (no account)." in words(
        house.ana.view.blocks
    )
    await house.ana.submits(values)
    await house.settle()
    assert sorted(who for who, _, _ in house.sent()) == ["1001", "1002"]


async def test_whom_intercom_merged_is_told_as_who_they_are_now(build: OpenHouse):
    house = await build(data=_read_by("p99"))
    house.webhooks_on()
    house.intercom.merges_contacts("p99", "p2")
    await house.settle()
    await house.ana.opens_answer("1001")
    assert _audience(house) == "To *Dana Reyes* (Northwind Marine) and Omar Haddad, by e-mail"


async def test_who_only_reads_is_found_to_be_told_or_forgotten(build: OpenHouse):
    house = await build(data=_read_by("p99"))
    found = await house.read(person.find, "victor@rival.example")
    assert found is not None
    assert found.elsewhere == ("1001",)
    row = await house.read(conversations.get, "1001")
    assert row.other_contacts == ["p99"]


async def test_what_is_sent_and_taken_back_says_how_many_read_it(build: OpenHouse):
    house = await build(data=_read_by("p2", "p99"), undo=timedelta(seconds=10))
    await house.at("09:05")
    await house.ana.presses(house.alert("1001"), "answer")
    await house.settle()
    await house.ana.submits({"text": rich("We are on it.")})
    await house.settle()
    card = house.posts("alerts", "post:delivery:")[-1]
    to = "answer to Dana Reyes and 2 more (1 from elsewhere)"
    assert f"*Sending in 10 s*: {to}" in words(card.blocks)
    assert f"Your {to} goes out at 09:0" in house.ana.heard
    await _ten_seconds_go_by(house)
    assert f": {to}" in words(card.blocks)
    assert "*Sent" in words(card.blocks)
    for name in ("Omar", "Victor"):
        assert name not in words(card.blocks), "it stays in Slack, and what is kept of them does not"
    await house.ana.answers("1001", "One more thing.")
    await house.settle()
    later = house.posts("alerts", "post:delivery:")[-1]
    await house.ana.presses(later, "undo")
    await house.settle()
    assert f"You took back the {to}." in words(later.blocks)


async def test_a_note_has_no_other_readers(build: OpenHouse):
    house = await build(data=_read_by("p2", "p99"), undo=timedelta(seconds=10))
    await house.at("09:05")
    await house.ana.opens_answer("1001")
    await house.ana.chooses("note")
    await house.ana.submits({"text": rich("Known fault.")})
    await house.settle()
    card = house.posts("alerts", "post:delivery:")[-1]
    assert words(card.blocks).startswith("*Saving in 10 s*: note on Dana Reyes\n")


async def test_one_answer_to_several_says_for_each_how_many_read_it(build: OpenHouse):
    data = _read_by("p99")
    for each in data["conversations"]:
        each["parts"][0]["text"] = "Single sign-on sends everyone back to the login page."
    house = await build(data=data, undo=timedelta(seconds=10))
    view = await window(house)
    await house.ana.submits({**ticks(view, "1001", "1002"), "text": rich("Repaired.")})
    await house.settle()
    card = told(house)
    assert "*Sending 2 answers in 10 s*" in words(card.blocks), "two answers, and three who read them"
    assert "Dana Reyes and 1 more (from elsewhere), e-mail" in words(card.blocks)
    assert "Omar Haddad, WhatsApp" in words(card.blocks)
    await _ten_seconds_go_by(house)
    assert "*2 answers: 2 sent*" in words(card.blocks)


async def _ten_seconds_go_by(house: House) -> None:
    house.clock.machine_ahead += timedelta(seconds=11)
    await house.rest(0.3)
