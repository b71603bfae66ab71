"""What a customer writes is words in Slack: it rings nobody, hides nothing, and no link lies."""

from __future__ import annotations

import re
from typing import Any

import pytest
from harness import OpenHouse
from on_the_screen import words
from small_office import scenario

pytestmark = pytest.mark.thorough

ATTACKS = {
    "channel": "<!channel> all of you",
    "here": "<!here|here> all of you",
    "everyone": "<!everyone> all of you",
    "person": "<@U0LEA> look at this",
    "group": "<!subteam^S0TEAM1> look at this",
    "room": "<#C0ALERTS|support-alerts> look there",
    "masked link": "<https://evil.example|https://intercom.com/login>",
    "escaped once": "&lt;!channel&gt; all of you",
    "escaped twice": "&amp;lt;!channel&amp;gt; all of you",
    "date": "<!date^1^{date}|<!channel>> all of you",
    "right to left": "invoice \u202egpj.exe\u202c and \u2066hidden\u2069 words",
    "zero width": "<\u200b!\u200bchannel\ufeff> all of you",
    "fences": "``` <!channel> ``` and `<!here>` and ~<@U0LEA>~ *bold* _it_",
    "quote": "> <!channel>\n> all of you",
    "3001 characters": "a <!channel> " + "x" * 2987,
    "lone surrogates and controls": "\x00\x07\x1b[31mred \x9b31m all of you",
}


def _pieces(value: Any) -> list[tuple[str, str]]:
    """(type, text) of every piece of text, of mrkdwn and of rich text."""
    if isinstance(value, list):
        return [found for each in value for found in _pieces(each)]
    if not isinstance(value, dict):
        return []
    own = [(str(value.get("type")), value["text"])] if isinstance(value.get("text"), str) else []
    return own + [found for each in value.values() for found in _pieces(each)]


def _types(value: Any) -> set[str]:
    if isinstance(value, list):
        return {found for each in value for found in _types(each)}
    if not isinstance(value, dict):
        return set()
    return {str(value.get("type"))} | {found for each in value.values() for found in _types(each)}


def _commands(markup: str) -> list[str]:
    """What Slack would take for a command or a link of a customer's in mrkdwn: dates are the bot's own."""
    found = re.findall(r"<([!@#][^>]*|https?://[^>]*)>", markup)
    own = ("!date^", "https://app.intercom.com/", "https://sandbox.slack.com/archives/")
    return [each for each in found if not each.startswith(own) or "!channel" in each or "evil" in each]


@pytest.mark.parametrize("how", ATTACKS)
async def test_what_a_customer_writes_is_shown_as_words_and_does_nothing(build: OpenHouse, how: str) -> None:
    said = ATTACKS[how]
    office = scenario("1001", "1002")
    for each in office["conversations"]:
        each["parts"][0]["text"] = said
    # Names of people and accounts are theirs to choose, too.
    office["contacts"][0]["name"] = office["companies"][0]["name"] = said[:200]
    house = await build(data=office)
    await house.at("09:05")
    await house.ana.opens_answer("1001")
    await house.ana.types("/account c1")
    shown = [house.alert("1001").blocks, house.ana.view.blocks, house.ana.last.blocks]
    shown += [each.blocks for each in house.posts("accounts")]
    for blocks in shown:
        assert blocks
        for kind, text in _pieces(blocks):
            if kind == "mrkdwn":
                assert _commands(text) == [], text
                assert len(text) <= 3000
            assert not {"\u202e", "\u2066", "\u200b", "\ufeff", "\x00", "\x1b"} & set(text)
        # In rich text a mention or broadcast would be an element of its own.
        assert not {"broadcast", "user", "usergroup", "channel"} & _types(blocks)
    for message in [house.alert("1001"), *house.posts("accounts")]:
        assert _commands(message.text) == [], "the notification is mrkdwn"
    if how == "escaped once":
        assert "&lt;!channel&gt; all of you" in words(house.alert("1001").blocks), "as they wrote it"


def test_control_what_slack_would_obey_is_found() -> None:
    for obeyed in (
        "<!channel>",
        "<@U1>",
        "<!subteam^S1>",
        "<https://evil.example|x>",
        "<!date^1^{date}|<!channel>>",
    ):
        assert _commands(f"Hello {obeyed}"), obeyed
    assert _commands("due <!date^1732^{time}|09:00>, &lt;!channel&gt;") == []
