"""What customers say in tickets and on the phone is theirs everywhere that what they write is."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest
from harness import House, OpenHouse
from many_firms import OUTAGE, firms, outage, spreads, told
from on_the_screen import rich, words
from small_office import scenario

from bot.store import conversations
from sandbox.intercom import ticket_acts
from sandbox.intercom.ticket_acts import Category
from sandbox.slack import payloads

WORDS = "Single sign-on sends everyone back to the login page. We want to cancel our contract."
CALL = "Omar says the login page comes back after single sign-on for everyone."


async def ticket(house: House, who: str = "p1", *, category: Category = "Customer", text: str = WORDS) -> str:
    """Somebody files a ticket with a description, and Intercom tells of it. Its id."""
    house.webhooks_on()
    made = ticket_acts.files(house.intercom, who, "Login", text, category=category)
    await house.settle()
    return made.id


async def timeline(house: House) -> str:
    await house.ana.types("/account northwind marine")
    assert (await house.ana.presses(house.ana.last, "timeline_account")).ok
    return words(house.ana.view.blocks)


async def exported(house: House) -> str:
    assert (await house.ana.presses_in(house.ana.view, "export_account")).ok
    await house.bot.front.finish()
    (file,) = [
        file
        for channel in house.slack.channels
        for each in house.slack.messages(channel)
        for file in each.files
    ]
    told: str = file.content.decode()
    return told


async def why(house: House) -> str:
    await house.ana.types("/account northwind marine")
    assert (await house.ana.presses(house.ana.last, "why_risk")).ok
    return words(house.ana.view.blocks)


def called(by: str, **more: Any) -> dict[str, Any]:
    """1001 of Northwind, and 1002, of which only a call's summary says what it is about."""
    data = scenario("1001", "1002")
    second = data["conversations"][1]
    second["parts"][0]["text"] = "Please call me back."
    second["parts"].append(
        {"by": by, "kind": "call_summary", "at": "2026-11-24T08:58:00+01:00", "text": CALL} | more
    )
    return data


async def test_a_tickets_words_stand_in_its_alert_and_above_the_answer(build: OpenHouse):
    house = await build()
    filed = await ticket(house)
    await house.at("09:20")
    assert "Single sign-on sends everyone back" in words(house.alert(filed).blocks)
    view = await house.ana.opens_answer(filed)
    shown = words(view.blocks)
    assert "We want to cancel our contract." in shown
    assert "(no name)" not in shown
    assert "ticket" in words(house.alert(filed).blocks)


async def test_who_files_a_ticket_waits_until_they_are_answered_and_again_when_they_write(build: OpenHouse):
    house = await build(data=scenario("1001"))
    house.tick(60)
    filed, at = await ticket(house), house.clock.now()

    async def waiting() -> datetime | None:
        found: datetime | None = (await house.read(conversations.get, filed)).waiting_since
        return found

    assert await waiting() == at
    house.tick(60)
    house.intercom.customer_writes(filed, "It is urgent.")
    await house.settle()
    assert await waiting() == at
    house.tick(60)
    house.intercom.admin_replies(filed, "8801", "On it.")
    await house.settle()
    assert await waiting() is None
    house.tick(60)
    house.intercom.customer_writes(filed, "Still broken.")
    await house.settle()
    assert await waiting() == house.clock.now()
    house.intercom.closes(filed, "8801")
    await house.settle()
    assert await waiting() is None


async def test_a_tickets_words_are_in_the_timeline_the_export_the_issue_and_the_risk(build: OpenHouse):
    house = await build(data=scenario("1001"))
    assert house.posts("accounts", "post:issue:") == []
    filed = await ticket(house)
    await house.later(seconds=61)
    assert "“cancel our contract" in await why(house)
    (issue,) = house.posts("accounts", "post:issue:")
    assert "1 person in 2 conversations" in words(issue.blocks)
    assert "ticket · Dana Reyes" in words(issue.blocks)
    assert "Dana Reyes\n (ticket)" in await timeline(house)
    written = await exported(house)
    assert f"Dana Reyes** (customer, ticket, conversation {filed})" in written
    assert f"> {WORDS}" in written


async def test_only_a_ticket_that_customers_see_is_their_own_words(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await ticket(house, category="Back-office")
    assert "cancel our contract" not in await why(house)
    await ticket(house)
    assert "cancel our contract" in await why(house)


def begun_by_us(number: int, channel: str, *more: dict[str, Any]) -> dict[str, Any]:
    """What Ana began with Dana a few days ago, and nobody answered in writing."""
    day = f"2026-11-{10 + number}"
    first = {"by": "admin", "who": "8801", "at": f"{day}T09:00:00+01:00", "text": "How is the export doing?"}
    return {
        "id": f"300{number}",
        "contact_id": "p1",
        "channel": channel,
        "state": "closed",
        "parts": [first, *({"at": f"{day}T09:10:00+01:00"} | each for each in more)],
    }


async def test_a_ticket_that_only_teammates_see_is_no_message_that_nobody_answered(build: OpenHouse):
    house = await build(data=scenario("1001"))
    for _ in range(3):
        house.tick(60)
        await ticket(house, category="Back-office", text="Ask the shop about their contract.")
    assert "unanswered" not in await why(house)


async def test_whom_a_call_of_ours_reached_has_answered_and_whom_our_words_did_not_has_not(build: OpenHouse):
    spoke = {"by": "bot", "kind": "call_summary", "text": CALL}
    for last, count in (("phone_call", 0), ("email", 2)):
        data = scenario("1001")
        # Nobody of the account wrote anything of their own since.
        data["conversations"] = [
            begun_by_us(1, "email"),
            begun_by_us(2, last, *((spoke,) if last == "phone_call" else ())),
        ]
        house = await build(data=data)
        shown = await why(house)
        assert ("2 of our messages in a row unanswered" in shown) == (count == 2)
        assert ("unanswered" in shown) == (count == 2)


async def test_a_tickets_words_are_heard_where_a_problem_spreads(build: OpenHouse):
    house = await build(data=firms())
    await outage(house, 2)
    assert spreads(house) == []
    await ticket(house, "q2", text=OUTAGE[2])
    await house.later(minutes=2)
    assert "*3 accounts tell one new problem*" in told(house)


@pytest.mark.parametrize("by", ["bot", "admin"])
async def test_a_calls_summary_is_shown_as_of_the_phone_and_tells_the_issue(build: OpenHouse, by: str):
    house = await build(data=called(by, who="8801"))
    (issue,) = house.posts("accounts", "post:issue:")
    assert "2 people in 2 conversations" in words(issue.blocks)
    shown = await timeline(house)
    assert CALL in shown
    assert "(phone)" in shown
    assert "(phone, WhatsApp, conversation 1002)" in await exported(house)
    view = await house.ana.opens_answer("1002")
    assert CALL in words(view.blocks)
    assert "(phone)" in words(view.blocks)


def of_calls(*calls: str) -> dict[str, Any]:
    """Dana and Omar of Northwind tell one problem, these of them by phone."""
    data = scenario("1001", "1002")
    for each in data["conversations"]:
        each["parts"][0]["text"] = WORDS
        each["channel"] = "phone_call" if each["id"] in calls else "email"
    return data


async def test_a_call_is_offered_a_note_and_takes_no_reply(build: OpenHouse):
    house = await build(data=of_calls("1001"))
    view = await house.ana.opens_answer("1001")
    shown = words(view.blocks)
    assert "A call cannot be answered in writing from here: call back, or write from Intercom." in shown
    assert "Reply to customer" not in shown
    assert view.submit["text"] == "Save note"
    # A form that is not of Slack's making asks for a reply all the same.
    sent = deepcopy(payloads.view_submission(house.slack, view))
    chosen = {"type": "radio_buttons", "selected_option": {"value": "reply"}}
    sent["view"]["private_metadata"] = sent["view"]["private_metadata"].replace('"note"', '"reply"')
    sent["view"]["state"]["values"] |= {"text": {"wb:text": rich("Hello.")}, "mode": {"wb:mode": chosen}}
    reply = await house.slack.delivery.request("interactive", sent)
    assert reply.data["response_action"] == "errors"
    assert reply.data["errors"]["mode"].startswith("Nothing was sent. A call cannot be answered")
    await house.ana.submits({"text": rich("She will be called back.")})
    await house.settle()
    assert house.sent() == []
    assert [each["part_type"] for each in house.parts("1001")] == ["note"]


async def test_an_answer_to_an_issue_leaves_calls_out(build: OpenHouse):
    house = await build(data=of_calls("1001"))
    (issue,) = house.posts("accounts", "post:issue:c1:")
    await house.ana.presses(issue, "answer_issue")
    await house.bot.front.finish()
    shown = words(house.ana.view.blocks)
    assert "Omar Haddad" in shown
    assert "Dana Reyes" not in shown


async def test_an_issue_that_was_told_on_the_phone_only_says_why_it_has_no_answer(build: OpenHouse):
    house = await build(data=of_calls("1001", "1002"))
    (issue,) = house.posts("accounts", "post:issue:c1:")
    await house.ana.presses(issue, "answer_issue")
    await house.bot.front.finish()
    assert "can be answered in writing: all that is open are calls. Nothing was sent." in words(
        house.ana.view.blocks
    )
