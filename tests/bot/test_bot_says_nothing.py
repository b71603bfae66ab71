"""What customers do not say joins nothing: greetings, pictures, quoted mails and signatures."""

from __future__ import annotations

import pytest
from harness import House, OpenHouse
from many_firms import firms, spreads, tells
from on_the_screen import verbs, words
from small_office import scenario

PROBLEMS = (
    ("p1", "Single sign-on sends everyone back to the login page."),
    ("p2", "Please send the October invoice as a PDF."),
)


async def northwind(build: OpenHouse, *also: str, problems: tuple[tuple[str, str], ...] = PROBLEMS) -> House:
    """Two people of one account with a problem each; then other people of it write these."""
    data = scenario("1001", "1002")
    told = [*problems, *((f"s{number}", text) for number, text in enumerate(also))]
    first = data["contacts"][0]
    data["contacts"] += [
        {**first, "id": who, "name": f"Kim Berg {who}", "email": f"{who}@customer.example"}
        for who, _ in told[len(problems) :]
    ]
    pattern = data["conversations"][0]
    data["conversations"] = []
    for number, (who, text) in enumerate(told):
        part = {
            **pattern["parts"][0],
            "who": who,
            "text": text,
            "at": f"2026-11-24T08:{30 + number}:00+01:00",
        }
        if text.startswith("<"):
            part["html"] = text
        data["conversations"].append(
            {**pattern, "id": f"20{number:02}", "contact_id": who, "channel": "email", "parts": [part]}
        )
    house = await build(data=data, linked=())
    await house.later(minutes=5)
    return house


@pytest.mark.parametrize("text", ["Hello?", "👍", "Any news??", "Wie ist der Stand?"])
async def test_a_colleague_who_says_nothing_is_no_part_of_others_problems_and_no_question(
    build: OpenHouse, text: str
):
    house = await northwind(build, text)
    issues = house.posts("accounts", "post:issue:")
    assert len(issues) == 3
    assert not any("same_issue" in verb for each in issues for verb in verbs(each.blocks)), [
        words(each.blocks) for each in issues
    ]


async def test_two_colleagues_who_ask_for_news_ask_about_different_things(build: OpenHouse):
    house = await northwind(build, "What's the status?", "What's the status?")
    await house.later(minutes=10)
    assert len(house.posts("accounts", "post:issue:")) == 4


@pytest.mark.parametrize("text", ["What's the status?", "Any luck?", "Irgendwelche Neuigkeiten?"])
async def test_several_accounts_that_ask_for_news_tell_no_new_problem(build: OpenHouse, text: str):
    house = await build(data=firms())
    for number in range(3):
        await tells(house, number, text)
    assert spreads(house) == []


async def test_a_new_problem_written_below_the_quote_is_an_issue_of_its_own(build: OpenHouse):
    house = await build(data=scenario("1001", "1002"), linked=())
    body = (
        '<p>&nbsp;</p><div class="moz-cite-prefix">On 11/2/26 10:12, Support wrote:<br></div>'
        '<blockquote type="cite"><p>Thanks, the export runs again. Anything else?</p></blockquote>'
        "<p>Yes: we were charged twice for invoice INV-2041.</p>"
    )
    pattern = scenario("1001")["conversations"][0]
    part = {**pattern["parts"][0], "html": body, "at": "2026-11-24T08:59:00+01:00"}
    answer = {**pattern, "id": "2001", "channel": "email", "parts": [part]}
    house.intercom.load({**scenario("1001"), "conversations": [answer], "admins": [], "teams": []})
    await house.later(minutes=10)
    (issue,) = (
        each for each in house.posts("accounts", "post:issue:") if "charged twice" in words(each.blocks)
    )
    assert "“Yes: we were charged twice for invoice INV-2041.”" in words(issue.blocks)
    assert "export" not in words(issue.blocks)


async def test_two_mails_of_one_person_with_a_long_signature_are_two_issues(build: OpenHouse):
    card = "Dana Reyes\nHead of Operations | Northwind Marine\n+1 555 123 4567\nwww.northwind.example"
    house = await northwind(
        build, problems=tuple(("p1", f"{text}\n\nMet vriendelijke groet,\n\n{card}") for _, text in PROBLEMS)
    )
    issues = house.posts("accounts", "post:issue:")
    assert len(issues) == 2
    assert not any("groet" in words(each.blocks) for each in issues)


SCREENSHOT = '<div><img src="https://files.customer.example/screenshot.png"></div>'


async def test_pictures_without_a_word_are_not_one_issue(build: OpenHouse):
    house = await northwind(build, SCREENSHOT, SCREENSHOT)
    await house.later(minutes=10)
    issues = house.posts("accounts", "post:issue:")
    assert len(issues) == 4
    assert sum("A picture" in words(each.blocks) for each in issues) == 2


async def test_several_accounts_that_send_a_picture_tell_no_new_problem(build: OpenHouse):
    house = await build(data=firms())
    for number in range(3):
        await tells(house, number, "[image]")
    assert spreads(house) == []
