"""WhatsApp delivers free text for 24 hours after a customer wrote: the windows say when it is too late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from harness import TUESDAY, House, OpenHouse
from on_the_screen import option, rich, targets, words
from small_office import scenario

LATE = "This would not arrive."


def _saturday(*only: str) -> dict[str, Any]:
    """Omar wrote on Saturday afternoon, by WhatsApp."""
    data = scenario(*only or ("1002",))
    (omar,) = [each for each in data["conversations"] if each["id"] == "1002"]
    omar["parts"][0]["at"] = "2026-11-21T14:02:00+01:00"
    return data


def _shown(house: House) -> str:
    return words(house.ana.view.blocks)


async def test_what_was_written_on_saturday_is_told_to_be_too_late_and_can_be_sent_all_the_same(
    build: OpenHouse,
):
    house = await build(data=_saturday())
    view = await house.ana.opens_answer("1002")
    assert f":warning: {LATE} Omar Haddad last wrote 2 days 18 h ago." in _shown(house)
    assert "Send one from Intercom; answer here once they write again." in _shown(house)
    assert view.submit is not None
    assert view.submit["text"] == "Send anyway"
    await house.ana.submits({"text": rich("We are on it.")})
    await house.settle()
    assert [text for _, _, text in house.sent()] == ["We are on it."]


async def test_once_the_customer_writes_again_there_is_nothing_to_say(build: OpenHouse):
    house = await build(data=_saturday())
    house.intercom.customer_writes("1002", "Still waiting.")
    view = await house.ana.opens_answer("1002")
    assert LATE not in _shown(house)
    assert view.submit is not None
    assert view.submit["text"] == "Send to Omar Haddad"


async def test_a_note_and_another_channel_are_none_of_whatsapps_business(build: OpenHouse):
    data = _saturday("1002", "1003")
    house = await build(data=data)
    await house.at(TUESDAY + timedelta(days=3))
    await house.ana.opens_answer("1003")
    assert LATE not in _shown(house)
    await house.slack.people.close(house.ana.id, house.ana.view.id)
    await house.ana.opens_answer("1002")
    await house.ana.chooses("note")
    assert LATE not in _shown(house)
    assert house.ana.view.submit is not None
    assert house.ana.view.submit["text"] == "Save note"


async def test_when_the_day_ends_while_the_rep_writes_nothing_is_sent_before_it_is_told(build: OpenHouse):
    house = await build(data=scenario("1002"))
    await house.at(TUESDAY + timedelta(hours=23, minutes=50))
    await house.ana.opens_answer("1002")
    assert LATE not in _shown(house)
    house.tick(600)
    await house.ana.submits({"text": rich("We are on it.")})
    await house.settle()
    assert house.sent() == []
    assert "By now WhatsApp delivers a template only. Nothing was sent." in _shown(house)
    assert LATE in _shown(house)
    await house.ana.submits({"text": rich("We are on it.")})
    await house.settle()
    assert len(house.sent()) == 1


async def test_an_answer_to_several_marks_whom_it_will_not_reach(build: OpenHouse):
    house = await build(data=_saturday("1001", "1002"))
    await house.at("09:05")
    issue = next(
        each for each in house.posts("accounts", "post:issue:") if targets(each.blocks, "answer_issue")
    )
    await house.ana.presses(issue, "answer_issue")
    await house.bot.front.finish()
    assert "Omar Haddad, WhatsApp: will not arrive" in _shown(house)
    assert "Dana Reyes, e-mail: will not" not in _shown(house)
    assert ":warning: WhatsApp delivers what you write for 24 hours" in _shown(house)
    ticks = [option(house.ana.view, "who0", each)["selected_option"] for each in ("1001", "1002")]
    values = {"text": rich("Repaired."), "who0": {"type": "checkboxes", "selected_options": ticks}}
    await house.ana.submits(values)
    await house.settle()
    assert len(house.sent()) == 2
