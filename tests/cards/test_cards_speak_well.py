"""The rules of how Watchbell speaks, held against every card of the gallery."""

from __future__ import annotations

import re

import block_limits
import pytest
from messages_shown import messages
from windows_shown import views

MESSAGES = messages()
VIEWS = views()
ALL = {
    **{name: message.blocks for name, message in MESSAGES.items()},
    **{n: v["blocks"] for n, v in VIEWS.items()},
}
# Lists name several accounts or headings, each its own bold phrase, as the sample of the Monday card does.
LISTS = {"monday", "at risk", "home", "home, 200 conversations and 60 accounts"}
_EMOJI = re.compile(r"(?<!\w):[a-z_]+:")
_BOLD = re.compile(r"(?<![\w*])\*[^*\n]+\*(?![\w*])")
_DATE = re.compile(r"<!date\^\d+\^[^|]+\|([^>]+)>|<!subteam\^S[A-Z0-9]+>")
MEANINGFUL = {":hourglass_flowing_sand:", ":rotating_light:", ":white_check_mark:", ":warning:"}


def _sentences(blocks: list) -> list[str]:
    """Our own sentences: parsed text and labels, without what customers said (that is rich text)."""
    found = list(block_limits.mrkdwn_of(blocks))
    for block in blocks:
        if block["type"] != "rich_text":
            found += [each["text"] for each in block_limits.elements_of(block, "plain_text")]
    return found


@pytest.mark.parametrize("name", ALL)
def test_at_most_one_emoji_and_it_means_something(name: str) -> None:
    found = [emoji for text in block_limits.mrkdwn_of(ALL[name]) for emoji in _EMOJI.findall(text)]
    assert len(found) <= 1
    assert set(found) <= MEANINGFUL


@pytest.mark.parametrize("name", sorted(set(ALL) - LISTS))
def test_at_most_one_bold_phrase(name: str) -> None:
    assert len([bold for text in block_limits.mrkdwn_of(ALL[name]) for bold in _BOLD.findall(text)]) <= 1


@pytest.mark.parametrize("name", ALL)
def test_nobody_is_shouted_at(name: str) -> None:
    assert not [text for text in _sentences(ALL[name]) if "!" in _DATE.sub("", text.replace("&lt;!", ""))]


@pytest.mark.parametrize("name", ALL)
def test_at_most_two_buttons_stand_beside_each_other(name: str) -> None:
    for block in ALL[name]:
        if block["type"] == "actions":
            assert len([each for each in block["elements"] if each["type"] == "button"]) <= 2


@pytest.mark.parametrize("name", ALL)
def test_at_most_one_button_of_a_block_is_primary(name: str) -> None:
    for block in ALL[name]:
        styles = [each.get("style") for each in block_limits.elements_of(block, "button")]
        assert styles.count("primary") <= 1


@pytest.mark.parametrize("name", ALL)
def test_every_action_is_named_by_its_verb(name: str) -> None:
    kinds = ("button", "overflow", "static_select", "radio_buttons", "rich_text_input", "plain_text_input")
    for element in block_limits.elements_of(ALL[name], *kinds):
        assert re.fullmatch(r"wb:[a-z_0-9]+", element["action_id"])


@pytest.mark.parametrize("name", ALL)
def test_counts_and_nouns_agree(name: str) -> None:
    for text in _sentences(ALL[name]):
        assert not re.search(r"\b1 (conversations|people|issues|accounts|minutes|days|replies)\b", text), text
        assert not re.search(r"\b(0|[2-9]|\d\d+) (conversation|person|issue|account|day|reply)\b", text), text


@pytest.mark.parametrize("name", MESSAGES)
def test_the_notification_is_a_sentence_without_customer_words(name: str) -> None:
    text = MESSAGES[name].text
    assert text[-1] in ".?"
    assert "all-hands demo" not in text
    assert "<" not in text
    assert "*" not in text


@pytest.mark.parametrize("name", ALL)
def test_the_first_line_is_about_the_matter_and_never_greets(name: str) -> None:
    first = next(iter(_sentences(ALL[name])), "x")
    assert not re.match(r"(hi|hello|dear|welcome|watchbell)\b", first, re.IGNORECASE)


def test_the_controls_would_catch_a_loud_card() -> None:
    loud = [
        {"type": "section", "text": {"type": "mrkdwn", "text": ":tada: *Hello!* :tada: *again* 1 people"}}
    ]
    text = loud[0]["text"]["text"]  # type: ignore[index]
    assert len(_EMOJI.findall(text)) == 2
    assert len(_BOLD.findall(text)) == 2
    assert [each for each in _sentences(loud) if "!" in each]
