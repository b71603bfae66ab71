"""Whoever answers has read the question: the window shows whole what nobody has answered yet."""

from __future__ import annotations

from harness import OpenHouse
from on_the_screen import rich, words
from small_office import scenario

LIST = (
    "Hello team,\n\nI hope you are well.\n\nWe have been customers for two years.\n\nThree points:\n"
    "1. the invoice of October is wrong\n2. SSO is broken\n3. please CANCEL our renewal\n\nKind regards\nDana"
)
QUOTED = "\n".join(f"> line {number} of what Ana wrote last week" for number in range(12))
HEAD = "On Mon, 23 Nov 2026 at 10:00, Ana Ruiz <ana@small.example> wrote:"


def _said(text: str, *conversations: str) -> dict:
    data = scenario("1001", "1003", *conversations)
    (first,) = [each for each in data["conversations"] if each["id"] == "1001"]
    first["parts"][0]["text"] = text
    return data


async def test_a_mail_is_read_to_its_last_point_and_the_timeline_is_a_click_away(build: OpenHouse):
    house = await build(data=_said(LIST))
    view = await house.ana.opens_answer("1001")
    assert "3. please CANCEL our renewal" in words(view.blocks)
    assert "more under" not in words(view.blocks)
    await house.ana.presses_in(view, "timeline")
    assert "CANCEL our renewal" in words(house.ana.view.blocks)
    assert house.ana.view.title["text"].startswith("Timeline")
    await house.slack.people.close(house.ana.id, house.ana.view.id)
    await house.ana.submits({"text": rich("It is cancelled.")})
    await house.settle()
    assert [text for _, _, text in house.sent()] == ["It is cancelled."]


async def test_what_was_written_below_a_quoted_mail_is_read(build: OpenHouse):
    house = await build(data=_said(f"{HEAD}\n{QUOTED}\n\nPlease DELETE our workspace tonight."))
    shown = words((await house.ana.opens_answer("1001")).blocks)
    assert "Please DELETE our workspace tonight." in shown
    assert "line 11 of what Ana wrote" in shown
    assert "line 3 of what Ana wrote" not in shown
    assert "without what it quotes (more under Timeline)" in shown


async def test_of_a_mail_with_another_one_below_the_own_words_are_read(build: OpenHouse):
    house = await build(data=_said(f"Yes, do it.\n\n{HEAD}\n{QUOTED}"))
    shown = words((await house.ana.opens_answer("1001")).blocks)
    assert "Yes, do it." in shown
    assert "Ana wrote last week" not in shown
    assert "without what it quotes (more under Timeline)" in shown


async def test_all_that_nobody_has_answered_is_read_and_what_was_answered_in_brief(build: OpenHouse):
    data = _said("x")
    (third,) = [each for each in data["conversations"] if each["id"] == "1003"]
    for number in range(5):
        third["parts"].append(
            {
                "by": "contact",
                "who": "p3",
                "at": f"2026-11-23T16:0{number}:00+01:00",
                "text": f"And {number}?",
            }
        )
    third["parts"][0]["text"] = "Can I add a second office? " * 40
    house = await build(data=data)
    shown = words((await house.ana.opens_answer("1003")).blocks)
    assert [f"And {number}?" in shown for number in range(5)] == [True] * 5
    assert "It says my role may not." in shown
    assert "second office" not in shown
    await house.slack.people.close(house.ana.id, house.ana.view.id)
    await house.ana.answers("1003", "Now it may.")
    await house.settle()
    shown = words((await house.ana.opens_answer("1003")).blocks)
    assert "Now it may." in shown
    assert "And 2?" not in shown


async def test_what_was_written_while_the_rep_wrote_is_read_to_its_end(build: OpenHouse):
    house = await build(data=_said("x"))
    await house.ana.opens_answer("1001")
    house.tick(30)
    house.intercom.customer_writes("1001", LIST)
    await house.ana.submits({"text": rich("We are on it.")})
    shown = words(house.ana.view.blocks)
    assert "Dana Reyes wrote" in shown
    assert "Nothing was sent." in shown
    assert shown.count("3. please CANCEL our renewal") == 2
    assert house.sent() == []
