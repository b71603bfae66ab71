"""Every block and element is drawn, none of them trusts its text, and forms come back as state.values."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from some_reader import reader

from sandbox.page import blocks, state
from sandbox.page.inbox import clean, spent

EVIL = "<script>alert(1)</script>\"' onload=x"
BERLIN = ZoneInfo("Europe/Berlin")


def plain(text: str = EVIL) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def option(value: str, **more: Any) -> dict[str, Any]:
    return {"text": plain(f"{value} {EVIL}"), "value": value, **more}


OPTIONS = [option("a"), option("b", description=plain())]
ELEMENTS: list[dict[str, Any]] = [
    {
        "type": "button",
        "text": plain(),
        "value": EVIL,
        "style": "primary",
        "confirm": {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain()},
    },
    {"type": "button", "text": plain(), "url": "javascript:alert(1)"},
    {"type": "button", "text": plain(), "url": "https://x.example"},
    {"type": "overflow", "options": OPTIONS},
    {"type": "static_select", "options": OPTIONS, "placeholder": plain(), "initial_option": OPTIONS[0]},
    {"type": "static_select", "option_groups": [{"label": plain(), "options": OPTIONS}]},
    {
        "type": "multi_static_select",
        "options": OPTIONS,
        "initial_options": OPTIONS[:1],
        "max_selected_items": 1,
    },
    {"type": "external_select", "initial_option": OPTIONS[0]},
    {"type": "multi_external_select", "initial_options": OPTIONS},
    {"type": "users_select", "initial_user": "U2"},
    {"type": "multi_users_select", "initial_users": ["U1"]},
    {"type": "conversations_select"},
    {"type": "multi_conversations_select"},
    {"type": "channels_select", "initial_channel": "C1"},
    {"type": "multi_channels_select"},
    {"type": "checkboxes", "options": OPTIONS, "initial_options": OPTIONS},
    {"type": "radio_buttons", "options": OPTIONS, "initial_option": OPTIONS[1]},
    {"type": "plain_text_input", "initial_value": EVIL, "placeholder": plain(), "max_length": 10},
    {"type": "plain_text_input", "initial_value": EVIL + "</textarea>", "multiline": True},
    {"type": "email_text_input", "initial_value": EVIL},
    {"type": "url_text_input"},
    {"type": "number_input", "is_decimal_allowed": False, "initial_value": "3"},
    {
        "type": "rich_text_input",
        "initial_value": {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": EVIL + "</textarea>"}]}
            ],
        },
    },
    {"type": "datepicker", "initial_date": "2026-11-23"},
    {"type": "timepicker", "initial_time": "08:30"},
    {"type": "datetimepicker", "initial_date_time": 1795420800},
    {"type": "file_input", "filetypes": ["png"], "max_files": 2},
    {"type": "image", "image_url": "https://tracker.example/pixel.png", "alt_text": EVIL},
    {"type": "no_such_element"},
]
BLOCKS: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": EVIL}, "fields": [plain(), plain()]},
    {"type": "section", "text": plain(), "accessory": {"type": "button", "action_id": EVIL, "text": plain()}},
    {"type": "header", "text": plain()},
    {
        "type": "context",
        "elements": [plain(), {"type": "image", "image_url": "https://x.example/i.png", "alt_text": EVIL}],
    },
    {"type": "divider"},
    {"type": "actions", "elements": [{**one, "action_id": f"e{n}"} for n, one in enumerate(ELEMENTS)]},
    *(
        {
            "type": "input",
            "block_id": f"i{n}",
            "label": plain(),
            "hint": plain(),
            "optional": True,
            "element": {**one, "action_id": "e"},
        }
        for n, one in enumerate(ELEMENTS)
    ),
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_list",
                "style": "ordered",
                "offset": 3,
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": EVIL}]}],
            },
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": EVIL}]},
            {"type": EVIL},
        ],
    },
    {"type": "image", "image_url": "https://x.example/i.png", "alt_text": EVIL, "title": plain()},
    {"type": "image", "slack_file": {"id": "F1"}, "alt_text": EVIL},
    {
        "type": "table",
        "rows": [
            [{"type": "raw_text", "text": EVIL}, {"type": "raw_number", "value": 3}],
            [{"type": "rich_text", "elements": []}, EVIL],
        ],
        "column_settings": [{"align": "right", "is_wrapped": True}, None],
    },
    {"type": "markdown", "text": EVIL},
    {"type": "video", "title": plain(), "video_url": "javascript:alert(1)", "alt_text": "x"},
    {"type": "alert", "text": plain(), "level": EVIL},
    {"type": "data_visualization", "title": EVIL},
    {"type": EVIL},
    {"type": "section"},
    {"type": "table", "rows": "no"},
    {"type": "input", "label": None},
    {},
]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: str(block.get("type", "nothing"))[:20])
def test_every_block_is_drawn_and_its_text_stays_text(block: dict[str, Any]) -> None:
    html = str(blocks.render([{"block_id": EVIL, **block}], reader()))
    assert html.startswith('<div class="bk')
    assert "<script" not in html
    assert "javascript:" not in html.replace("&#34;", "") or 'href="javascript' not in html
    assert "</textarea>&lt;" not in html
    # Every quote inside an attribute is an entity, so a value cannot end its attribute.
    assert '" onload' not in html
    assert "' onload" not in html


def test_no_block_makes_the_browser_ask_another_host() -> None:
    html = str(blocks.render(BLOCKS, reader()))
    assert 'src="http' not in html
    assert 'src="/page/files/F1"' in html


def test_a_block_that_is_not_known_is_a_note() -> None:
    html = str(blocks.render([{"type": "hologram"}], reader()))
    assert "Not drawn here: a “hologram” block" in html


def test_hooks_for_the_script_are_on_each_control() -> None:
    block = {
        "type": "actions",
        "block_id": "b1",
        "elements": [{"type": "button", "action_id": "wb:claim", "text": plain("Claim"), "style": "primary"}],
    }
    html = str(blocks.render([block], reader()))
    for hook in (
        'data-block-id="b1"',
        'data-action-id="wb:claim"',
        'data-kind="button"',
        "data-live",
        "bk-primary",
    ):
        assert hook in html


def test_a_button_with_an_address_is_a_link_only_to_a_page() -> None:
    def drawn(url: str) -> str:
        button = {"type": "button", "action_id": "x", "text": plain("Open"), "url": url}
        return str(blocks.render([{"type": "actions", "elements": [button]}], reader()))

    assert 'href="https://x.example"' in drawn("https://x.example")
    assert "href" not in drawn("javascript:alert(1)")


def test_an_input_reports_changes_only_with_dispatch_action() -> None:
    block = {"type": "input", "label": plain("L"), "element": {"type": "plain_text_input", "action_id": "x"}}
    assert "data-live" not in blocks.render([block], reader())
    assert "data-live" in blocks.render([{**block, "dispatch_action": True}], reader())


@pytest.mark.parametrize(
    ("kind", "entered", "expected"),
    [
        ("plain_text_input", "hi", {"value": "hi"}),
        ("plain_text_input", "", {"value": None}),
        ("number_input", "3", {"value": "3"}),
        ("users_select", "U1", {"selected_user": "U1"}),
        ("users_select", "", {"selected_user": None}),
        ("multi_users_select", ["U1"], {"selected_users": ["U1"]}),
        ("datepicker", "2026-11-23", {"selected_date": "2026-11-23"}),
        ("timepicker", "", {"selected_time": None}),
        ("datetimepicker", "2026-11-23T09:00", {"selected_date_time": 1795420800}),
        ("datetimepicker", "nonsense", {"selected_date_time": None}),
        ("static_select", "a", {"selected_option": OPTIONS[0]}),
        ("static_select", "forged", {"selected_option": None}),
        ("radio_buttons", "b", {"selected_option": OPTIONS[1]}),
        ("checkboxes", ["a", "forged"], {"selected_options": [OPTIONS[0]]}),
        ("multi_static_select", [], {"selected_options": []}),
        ("external_select", [OPTIONS[0]], {"selected_option": OPTIONS[0]}),
        ("external_select", [], {"selected_option": None}),
        ("multi_external_select", OPTIONS, {"selected_options": OPTIONS}),
        ("rich_text_input", "", {"rich_text_value": None}),
        ("file_input", [], {"files": []}),
    ],
)
def test_what_is_entered_becomes_slacks_state(kind: str, entered: Any, expected: dict[str, Any]) -> None:
    element = {"type": kind, "action_id": "x", "options": OPTIONS}
    assert state.value(element, entered, BERLIN) == {"type": kind, **expected}


def test_a_form_leaves_out_what_it_does_not_mention() -> None:
    form = [
        {"type": "input", "block_id": "one", "element": {"type": "plain_text_input", "action_id": "x"}},
        {"type": "input", "block_id": "two", "element": {"type": "plain_text_input", "action_id": "x"}},
        {"type": "actions", "block_id": "three", "elements": [{"type": "button", "action_id": "go"}]},
    ]
    raw = {"one": {"x": "hi"}, "three": {"go": "1"}, "forged": {"x": "no"}}
    assert state.values(form, raw, BERLIN) == {"one": {"x": {"type": "plain_text_input", "value": "hi"}}}


def test_intercom_bodies_lose_everything_that_does_something() -> None:
    body = (
        '<p onclick="x">Hi <a href="javascript:alert(1)">there</a> <a href="https://x.example">ok</a></p>'
        '<img src="https://tracker.example/p.png"><script>alert(1)</script><style>*{}</style><iframe src="x">'
    )
    html = str(clean(body))
    assert "onclick" not in html
    assert "javascript" not in html
    assert "<img" not in html
    assert "alert(1)" not in html
    assert 'href="https://x.example"' in html
    assert "noopener" in html


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3600, "1 h"),
        (7800, "2 h 10 min"),
        (86400, "1 d"),
        (151200, "1 d 18 h"),
        (-5, "0 s"),
    ],
)
def test_durations_have_two_units_at_most(seconds: int, text: str) -> None:
    assert spent(seconds) == text
