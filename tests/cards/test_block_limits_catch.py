"""Controls: the checks that the card tests rely on do find what is wrong."""

from __future__ import annotations

import copy

import block_limits
import pytest
from windows_shown import views

pytestmark = pytest.mark.thorough

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "fine", "verbatim": True}}


def _button(**changes: object) -> dict:
    button = {
        "type": "button",
        "action_id": "wb:x",
        "value": "1",
        "text": {"type": "plain_text", "text": "Go"},
    }
    return {"type": "actions", "elements": [{**button, **changes}]}


def _overflow(options: int) -> dict:
    made = [{"text": {"type": "plain_text", "text": f"{n}"}, "value": f"{n}"} for n in range(options)]
    return {"type": "actions", "elements": [{"type": "overflow", "action_id": "wb:more", "options": made}]}


FAULTS = {
    "too many blocks": [SECTION] * 51,
    "too much text in all": [{"type": "section", "text": {"type": "mrkdwn", "text": "a" * 2900}}] * 5,
    "a long section": [{"type": "section", "text": {"type": "mrkdwn", "text": "a" * 3001}}],
    "an empty section": [{"type": "section", "text": {"type": "mrkdwn", "text": ""}}],
    "a section with nothing": [{"type": "section"}],
    "a long button": [_button(text={"type": "plain_text", "text": "a" * 76})],
    "a marked-up button": [_button(text={"type": "mrkdwn", "text": "*a*"})],
    "a long value": [_button(value="a" * 2001)],
    "a strange style": [_button(style="purple")],
    "an unknown field": [{**SECTION, "colour": "red"}],
    "an overflow of six": [_overflow(6)],
    "an empty overflow": [_overflow(0)],
    "no elements": [{"type": "actions", "elements": []}],
    "two same actions": [{"type": "actions", "elements": _button()["elements"] * 2}],
    "two same block ids": [{**SECTION, "block_id": "a"}] * 2,
    "an alert block": [{"type": "alert", "text": {"type": "plain_text", "text": "a"}}],
    "a foreign link": [
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "link", "url": "javascript:1", "text": "a"}],
                }
            ],
        }
    ],
    "an empty run": [
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}],
        }
    ],
    "no such block": [{"type": "poem"}],
}


def test_a_plain_section_is_fine() -> None:
    assert block_limits.message_problems("Fine.", [SECTION], block_limits.limits()) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_message_is_found_out(fault: str) -> None:
    assert block_limits.message_problems("Text.", FAULTS[fault], block_limits.limits())


def test_a_message_without_fallback_is_found_out() -> None:
    assert block_limits.message_problems("", [SECTION], block_limits.limits())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda view: view.pop("submit"),
        lambda view: view["title"].update(text="a" * 25),
        lambda view: view.update(private_metadata="a" * 3001),
        lambda view: view["blocks"].extend([SECTION] * 100),
        lambda view: view["blocks"].append({"type": "markdown", "text": "a"}),
        lambda view: view["blocks"][-1]["element"].update(initial_option={"value": "gone"}),
    ],
)
def test_a_faulty_view_is_found_out(spoil) -> None:  # type: ignore[no-untyped-def]
    view = copy.deepcopy(views()["answer"])
    assert block_limits.view_problems(view, block_limits.limits()) == []
    spoil(view)
    assert block_limits.view_problems(view, block_limits.limits())
