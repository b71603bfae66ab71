"""Words in braces are filled in or refused: no customer is called "{first_name}"."""

from __future__ import annotations

from typing import Any

from harness import House, OpenHouse
from on_the_screen import rich, words
from small_office import refunds_for_two, scenario

KNOWN = "Filled in are {name}, {account}, {email} and {rep}."


def _plain(value: str) -> dict[str, Any]:
    return {"type": "plain_text_input", "value": value}


async def _sent(house: House) -> list[str]:
    await house.settle()
    return [text for _, _, text in house.sent()]


async def test_a_saved_reply_with_braces_of_another_tool_is_not_saved(build: OpenHouse):
    house = await build(data=scenario("1004"))
    await house.ana.types("/watchbell replies")
    await house.ana.presses_in(house.ana.view, "reply_new")
    written = "Hi {first_name}, {{company}} gets its refund soon. Dear {Name}."
    outcome = await house.ana.submits({"title": _plain("Refund"), "words": _plain(written)})
    assert outcome.error == "validation"
    told = house.ana.view.errors["words"]
    assert told == f"Nothing was saved. {{first_name}} and {{{{company}}}} would stay as they are. {KNOWN}"
    await house.ana.submits({"title": _plain("Refund"), "words": _plain("Dear {Name}, {{ account }}.")})
    await house.bot.front.finish()
    assert "1 saved reply" in words(house.ana.view.blocks)


async def test_a_reply_with_unknown_braces_is_not_sent_and_known_ones_are_filled_in(build: OpenHouse):
    house = await build(data=scenario("1004"))
    await house.ana.opens_answer("1004")
    assert (await house.ana.submits({"text": rich("Hi {{first_name}}, soon.")})).error == "validation"
    assert house.ana.view.errors == {
        "text": f"Nothing was sent. {{{{first_name}}}} would stay as it is. {KNOWN} "
        "Format it as code if it is meant."
    }
    await house.ana.submits({"text": rich("Hi {Name} of {{ACCOUNT}}, soon. {rep}")})
    assert await _sent(house) == ["Hi Pia of Cobalt Rail, soon. Ana Ruiz"]


async def test_what_is_formatted_as_code_and_what_only_the_team_reads_stays(build: OpenHouse):
    house = await build(data=scenario("1004"))
    await house.ana.opens_answer("1004")
    said = rich("")
    said["rich_text_value"]["elements"] = [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Hi {name}, call "},
                {"type": "text", "text": "/users/{id}/{name}", "style": {"code": True}},
                {"type": "text", "text": ". {rep}"},
            ],
        },
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "{ name: 'x' } {email}"}]},
    ]
    await house.ana.submits({"text": said})
    (sent,) = await _sent(house)
    assert sent.startswith("Hi Pia, call /users/{id}/{name}. Ana Ruiz")
    assert "{ name: 'x' } {email}" in sent
    await house.ana.opens_answer("1004")
    await house.ana.chooses("note")
    await house.ana.submits({"text": rich("The template says {first_name}.")})
    await house.settle()
    assert house.parts("1004")[-1]["body"] == "<p>The template says {first_name}.</p>"


async def test_an_address_that_nobody_knows_holds_the_answer_back(build: OpenHouse):
    house = await build(data=refunds_for_two())
    await house.ana.opens_answer("1021")
    await house.ana.submits({"text": rich("We wrote to {Email}.")})
    assert await _sent(house) == []
    assert any(
        "The e-mail address of Ole Berg is not known: write it without {email}." in str(view.errors)
        for view in house.ana.views
    )
